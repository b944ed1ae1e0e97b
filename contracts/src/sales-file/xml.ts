import { XmlCdata, XmlElement, XmlError, XmlText, parseXml } from '@rgrove/parse-xml';
import { decodeText } from '../text-encoding.js';
import { fault, type SalesFault } from './faults.js';

/** An element by its local name: vendors differ in prefixes, and sometimes forget the namespace. */
export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
  /** text directly inside, without the white space around it */
  text: string;
}

/** Several documents in one file are put under one root of this name. */
export const BATCH = 'aisle-batch';
const DECLARATION = /<\?xml[^?]*\?>/g;

/**
 * Bytes → the root element. No document type may be declared, so there are no entities to expand beyond the five of XML;
 * the parser knows no others and fetches nothing.
 */
export function readXml(bytes: Uint8Array, limit: number): { ok: true; value: Element } | SalesFault {
  if (bytes.length > limit) return fault('tooLarge', '', { bytes: limit });
  const decoded = decodeText(bytes, declaredEncoding(bytes)) ?? decodeText(bytes);
  if (!decoded) return fault('encoding', '', { named: '' });
  return xmlOf(decoded.text.replace(/^\ufeff/, '').trimStart());
}

/** Text → its root; several documents behind one another count as one. */
export function xmlOf(text: string): { ok: true; value: Element } | SalesFault {
  if (/<!DOCTYPE/i.test(text)) return fault('doctype');
  const first = parsed(text);
  if (
    first.ok ||
    (text.match(DECLARATION)?.length ?? 0) + (text.match(/<(?:\w+:)?(?:POSLog|Transaction)[\s>]/g)?.length ?? 0) < 2
  )
    return first;
  const batch = parsed(`<${BATCH}>${text.replace(DECLARATION, '')}</${BATCH}>`);
  return batch.ok ? batch : first;
}

function parsed(text: string): { ok: true; value: Element } | SalesFault {
  try {
    const root = parseXml(text).root;
    return root ? { ok: true, value: elementOf(root) } : fault('empty');
  } catch (error) {
    if (error instanceof XmlError) return fault('xml', '', { line: error.line, column: error.column });
    // Elements nested so deeply that the stack ends; nothing else can be thrown here.
    return fault('nesting');
  }
}

/** `encoding` of the declaration, unless the bytes say otherwise. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const name = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
  // A file of UTF-16 whose declaration can be read byte by byte is none.
  return name === undefined || /^utf-?(?:8|16)/i.test(name) ? undefined : name;
}

export const childrenOf = (element: Element | undefined, name: string): Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];

export const childOf = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((child) => child.name === name);

/** The text of the first child of that name that has any. */
export const textOf = (element: Element | undefined, name: string): string | undefined =>
  childrenOf(element, name).find((child) => child.text !== '')?.text;

/** A flag is an attribute, with some vendors a child. */
export const flagOf = (element: Element | undefined, name: string): boolean =>
  /^(?:true|1)$/i.test(element?.attributes[name] ?? textOf(element, name) ?? '');

/** All elements of a name within an element, itself included, but none within another of them. */
export function within(element: Element, name: string): Element[] {
  return element.name === name ? [element] : element.children.flatMap((child) => within(child, name));
}

function elementOf(node: XmlElement): Element {
  const element: Element = { name: localName(node.name), attributes: attributesOf(node), children: [], text: '' };
  for (const child of node.children) {
    if (child instanceof XmlElement) element.children.push(elementOf(child));
    else if (child instanceof XmlText || child instanceof XmlCdata) element.text += child.text;
  }
  element.text = element.text.trim();
  return element;
}

/** By their local names, as elements. */
const attributesOf = ({ attributes }: XmlElement): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [localName(name), value]));

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
