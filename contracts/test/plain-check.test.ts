import { describe, expect, it } from 'vitest';
import { TillSale, compile } from '../src/index.js';
import { faultyField } from '../src/sales-file/plain-check.js';

const schema = compile(TillSale);
const sale = (more: object = {}, line: object = {}): TillSale =>
  ({ ts: 1, receipt: 'A', lines: [{ gtin: '4001', quantity: 1, net: 1, ...line }], ...more }) as TillSale;

describe('the check of sales without a library of schemas', () => {
  it.each([
    ['a good one', sale()],
    ['a time before 1970', sale({ ts: -1 })],
    ['half a millisecond', sale({ ts: 0.5 })],
    ['a time beyond all', sale({ ts: 9e15 })],
    ['no receipt', sale({ receipt: '' })],
    ['a long receipt', sale({ receipt: 'x'.repeat(129) })],
    ['an emoji', sale({ receipt: '🧾'.repeat(64) })],
    ['half an emoji', sale({ receipt: '\ud83e' })],
    ['a NUL', sale({ receipt: 'a\0' })],
    ['a member', sale({ member: 'm' })],
    ['a long member', sale({ member: 'm'.repeat(129) })],
    ['half a member', sale({ member: '\udc00' })],
    ['no lines', sale({ lines: [] })],
    ['too many lines', sale({ lines: Array(1001).fill(sale().lines[0]) })],
    ['no code', sale({}, { gtin: '' })],
    ['a long code', sale({}, { gtin: '4'.repeat(65) })],
    ['half a code', sale({}, { gtin: '\ud800' })],
    ['too many units', sale({}, { quantity: 1_000_001 })],
    ['units that are none', sale({}, { quantity: Number.NaN })],
    ['the most', sale({}, { net: 1e15, gross: -1e15 })],
    ['too much', sale({}, { net: 1.1e15 })],
    ['too much tax', sale({}, { tax: -1.1e15 })],
    ['no end of a discount', sale({}, { discount: Number.POSITIVE_INFINITY })],
  ])('says of %s what the schema says', (_what, one) => {
    const checked = schema.check(one);
    expect(faultyField(one)).toBe(checked.ok ? undefined : checked.problem.field);
  });
});
