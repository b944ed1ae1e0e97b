import { expect, it } from 'vitest';
import { bad, ok } from '../../cloud/src/doctor/checks.js';
import { WORDS, lineOf } from '../../cloud/src/doctor/words.js';

it('has the same values in both languages, and Chinese in every Chinese line', () => {
  for (const [code, [en, zh]] of Object.entries(WORDS)) {
    const values = (text: string): string[] => [...new Set([...text.matchAll(/\{\w+\}/g)].map(String))].sort();
    expect(values(zh), code).toEqual(values(en));
    if (en !== '{problem}') expect(zh, code).toMatch(/[\u4e00-\u9fff]/);
  }
  expect(lineOf(ok('disk', { gigabytes: 3, folder: '/x' }), 'en')).toBe('ok      3 GB are free at /x');
  expect(lineOf(bad('diskFull', { gigabytes: 1, folder: '/x' }), 'zh')).toMatch(/^异常 {2}\/x 仅剩 1 GB/);
});
