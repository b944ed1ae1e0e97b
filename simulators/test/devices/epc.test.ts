import { describe, expect, it } from 'vitest';
import { sgtin198, sgtin96 } from '../../src/devices/rfid/epc.js';
import { recording } from '../recordings.js';

/** The example of the Tag Data Standard: company 0614141, item reference 812345 (indicator 8), check digit 8. */
const GTIN = '80614141123458';

describe('SGTINs as tags hold them', () => {
  it('writes the example of the standard in 96 bits', () => {
    expect(sgtin96({ gtin: GTIN, prefixDigits: 7 }, 6789)).toBe('3034257BF7194E4000001A85');
  });

  it.each([
    ['6789', '3634257BF7194E5B3770E40000000000000000000000000000'],
    ['6789AB', '3634257BF7194E5B3770E60C20000000000000000000000000'],
  ])('writes the example of the standard in 198 bits, serial %s', (serial, hex) => {
    // Tags hold whole words: 208 bits, the last ten of them zero.
    expect(sgtin198({ gtin: GTIN, prefixDigits: 7 }, serial)).toBe(`${hex}00`.slice(0, 52));
  });

  const recorded = recording<{ hex: string; scheme: string; serial: string; filter: number }[]>(
    'wire-samples',
    'epc_sgtin.json',
  );
  it.skipIf(!recorded)('AISLE_RECORDINGS epc_sgtin.json: writes every recorded tag', () => {
    for (const { hex, scheme, serial, filter } of recorded ?? []) {
      const parts = { gtin: GTIN, prefixDigits: 7, filter };
      const own = scheme === 'sgtin-96' ? sgtin96(parts, Number(serial)) : sgtin198(parts, serial);
      expect(own.slice(0, hex.length)).toBe(hex);
    }
  });

  it.each([
    // prefix digits → partition bits (three behind the filter): 110 for six digits … 000 for twelve
    [12, 0],
    [11, 1],
    [10, 2],
    [9, 3],
    [8, 4],
    [7, 5],
    [6, 6],
  ])('a company prefix of %i digits has partition %i', (prefixDigits, partition) => {
    const epc = sgtin96({ gtin: GTIN, prefixDigits }, 1);
    expect((parseInt(epc.slice(2, 4), 16) >> 2) & 7).toBe(partition);
    expect(epc).toHaveLength(24);
  });

  it('writes no serial that does not fit', () => {
    expect(() => sgtin96({ gtin: GTIN, prefixDigits: 7 }, 2 ** 38)).toThrow(/no serial/);
    expect(() => sgtin198({ gtin: GTIN, prefixDigits: 7 }, 'über')).toThrow(/no serial/);
    expect(() => sgtin96({ gtin: '123', prefixDigits: 7 }, 1)).toThrow(/no SGTIN/);
  });
});
