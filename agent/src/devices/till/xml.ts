import { XmlElement, XmlError, XmlText, parseXml } from '@rgrove/parse-xml';
import { refuse } from '../refusal.js';
import { readText } from '../wire/json.js';
import { malformed, reading, type Reading } from '../wire/reading.js';

/** An element by its local name: vendors differ in prefixes, and sometimes forget the namespace. */
export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
  /** text directly inside, without the white space around it */
  text: string;
}

/**
 * Bytes → the root element. No document type may be declared, so there are no entities to expand beyond the five of XML;
 * the parser knows no others and fetches nothing.
 */
export function readXml(bytes: Uint8Array, limit: number): Reading<Element> {
  const text = readText(bytes, limit);
  if (!text.ok) return text;
  if (/<!DOCTYPE/i.test(text.value)) return refuse('malformed', '', 'declares a document type, which is not taken');
  try {
    const root = parseXml(text.value).root;
    return root ? reading(elementOf(root)) : malformed('', 'holds no element');
  } catch (error) {
    if (error instanceof XmlError)
      return malformed('', `is not well-formed XML (line ${error.line}, column ${error.column})`);
    // Elements nested so deeply that the stack ends; nothing else can be thrown here.
    return malformed('', 'is nested too deeply');
  }
}

export const childrenOf = (element: Element | undefined, name: string): Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];

export const childOf = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((child) => child.name === name);

/** The text of the first child of that name that has any. */
export const textOf = (element: Element | undefined, name: string): string | undefined =>
  childrenOf(element, name).find((child) => child.text !== '')?.text;

export const flagOf = (element: Element | undefined, name: string): boolean =>
  /^(?:true|1)$/i.test(element?.attributes[name] ?? '');

function elementOf(node: XmlElement): Element {
  const element: Element = { name: localName(node.name), attributes: node.attributes, children: [], text: '' };
  for (const child of node.children) {
    if (child instanceof XmlElement) element.children.push(elementOf(child));
    else if (child instanceof XmlText) element.text += child.text;
  }
  element.text = element.text.trim();
  return element;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
