import { describe, expect, it } from 'vitest';
import { SCAN_TOKEN, scanBytes, scanLinkOf, type ScanLink } from '../src/index.js';

const LINK: ScanLink = {
  decisionId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  untilTs: 1_799_999_940_000,
  campaign: 'deadbeef',
  gtin: '6901234567892',
};

describe('what a short link says', () => {
  it.each([
    ['of a campaign and a product', LINK],
    ['of no campaign', { ...LINK, campaign: null }],
    ['of no product', { ...LINK, gtin: null }],
    ['of the largest number of a product', { ...LINK, gtin: '99999999999999' }],
  ])('is read as it was written, %s', (_what, link) => {
    const bytes = scanBytes(link);
    expect(bytes?.length).toBe(SCAN_TOKEN.signed);
    expect(scanLinkOf(bytes as Uint8Array)).toEqual(link);
  });
  it.each([
    ['a decision that is no UUID', { decisionId: 'd-1' }],
    ['a decision in capitals', { decisionId: LINK.decisionId.toUpperCase() }],
    ['a product with a letter', { gtin: '69012345x7892' }],
    ['a product of 15 digits', { gtin: '123456789012345' }],
  ])('is nothing for %s', (_what, more) => {
    expect(scanBytes({ ...LINK, ...more })).toBeUndefined();
  });
  it('is nothing in another version, or in another length', () => {
    const bytes = scanBytes(LINK) as Uint8Array;
    expect(scanLinkOf(Uint8Array.from([2, ...bytes.slice(1)]))).toBeUndefined();
    expect(scanLinkOf(bytes.slice(0, -1))).toBeUndefined();
    expect(scanLinkOf(Uint8Array.from([...bytes, 0]))).toBeUndefined();
  });
});
