import { SPICY } from '../../agent/test/devices/support.js';

/** The same numbers for the same seed: mulberry32. */
export class Dice {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** Where in JSON text a value stands, and the member or item that it is, with a comma of its own. */
interface Span {
  from: number;
  to: number;
  /** with its name and one comma: taken out, what is left is JSON still */
  wholeFrom: number;
  wholeTo: number;
}

/** Spans of all values inside a JSON text, which must be good and without spaces. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  const string = (): void => {
    at += 1;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
  };
  const items = (close: string, named: boolean): void => {
    at += 1;
    let first = true;
    while (text[at] !== close) {
      const before = at;
      if (!first) at += 1;
      const start = at;
      if (named) {
        string();
        at += 1;
      }
      const from = at;
      value();
      // The first goes with the comma behind it, the others with the one before.
      const behind = first && text[at] === ',' ? 1 : 0;
      spans.push({ from, to: at, wholeFrom: first ? start : before, wholeTo: at + behind });
      first = false;
    }
    at += 1;
  };
  const value = (): void => {
    if (text[at] === '{') items('}', true);
    else if (text[at] === '[') items(']', false);
    else if (text[at] === '"') string();
    else while (at < text.length && !',]}'.includes(text[at] as string)) at += 1;
  };
  if (text[0] === '{' || text[0] === '[') value();
  return spans;
}

const STRANGE = [
  'null',
  'true',
  'false',
  '0',
  '-1',
  '1.5',
  '1e308',
  '-1e308',
  '1e999',
  '9007199254740993',
  '99999999999999999999',
  '""',
  '"x"',
  '[]',
  '{}',
  '[[]]',
  '{"a":1}',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"2026-02-30T25:61:00Z"',
  '"0001-01-01T00:00:00Z"',
  '-0',
  '8640000000000001',
  `"${'A'.repeat(300)}"`,
];
const TOKENS = [...SPICY, '<![CDATA[', '<!DOCTYPE a>', '&lt;', ';;;;', '\r\n', '"";"', '\ufeff', '💥'];

export interface Template {
  text: string;
  spans: readonly Span[];
}
export const templateOf = (text: string): Template => ({ text, spans: spansOf(text) });

/** A good message with one to three changes: fields taken out, doubled or of another type, huge numbers; cut, flipped, glued. */
export function mutated({ text, spans }: Template, dice: Dice): Buffer {
  let changed = text;
  const kind = dice.next();
  if (spans.length > 0 && kind < 0.6) {
    const span = dice.pick(spans);
    const how = dice.below(4);
    if (how === 0) changed = text.slice(0, span.wholeFrom) + text.slice(span.wholeTo);
    else if (how === 1) {
      const other = dice.pick(spans);
      changed = text.slice(0, span.from) + text.slice(other.from, other.to) + text.slice(span.to);
    } else if (how === 2 && /\d/.test(text[span.from] as string)) {
      const digits = text.slice(span.from, span.to);
      changed =
        text.slice(0, span.from) +
        dice.pick(['-', '1', '99', '0.']) +
        digits +
        dice.pick(['', '0', '000', 'e3', 'e-9']) +
        text.slice(span.to);
    } else changed = text.slice(0, span.from) + dice.pick(STRANGE) + text.slice(span.to);
    if (dice.next() < 0.7) return Buffer.from(changed);
  }
  let message = Buffer.from(changed);
  for (let change = dice.below(3); change >= 0; change -= 1) {
    const at = dice.below(message.length + 1);
    const how = dice.below(5);
    if (how === 0 && message.length > 0) {
      const flipped = Math.min(at, message.length - 1);
      message[flipped] = (message[flipped] as number) ^ (1 << dice.below(8));
    } else if (how === 1) message = message.subarray(0, at);
    else if (how === 2) {
      const end = Math.min(message.length, at + dice.below(12));
      message = Buffer.concat([message.subarray(0, at), message.subarray(end)]);
    } else if (how === 3)
      message = Buffer.concat([message.subarray(0, at), Buffer.from(dice.pick(TOKENS)), message.subarray(at)]);
    else message = Buffer.concat([message.subarray(0, at), message.subarray(dice.below(message.length + 1))]);
  }
  return message;
}

const PRINTABLE = '{}[]",:0123456789.-+eEtruefalsn <>/=;|&#xAz\n\t';

/** What nobody ever meant to say: random bytes, random characters, JSON that says nothing. */
export function garbage(dice: Dice): Buffer {
  const kind = dice.below(3);
  if (kind === 0) {
    const bytes = Buffer.alloc(8 + dice.below(120));
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = dice.below(256);
    return bytes;
  }
  if (kind === 1)
    return Buffer.from(
      Array.from({ length: 8 + dice.below(120) }, () => PRINTABLE[dice.below(PRINTABLE.length)]).join('') + '§',
    );
  const pieces = Array.from({ length: 1 + dice.below(6) }, (_, index) => `"k${index}":${dice.pick(STRANGE)}`);
  return Buffer.from(dice.below(2) === 0 ? `{${pieces.join()}}` : `[{${pieces.join()}}]`);
}
