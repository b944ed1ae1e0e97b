import { describe, expect, it } from 'vitest';
import { REASON_CODES, type Reason, type StoreFile } from '@aisle/contracts';
import type { AudienceMember } from '../../agent/src/domain/engine/engine-api.js';
import { choose, sentenceOf } from '../../agent/src/screens/rule.js';
import { wordedReason } from '../../cloud/src/words/reasons.js';
import { reasonWords } from '../../dashboard/src/lib/figures/reasons.js';
import { formatDuration, formatPercent } from '../../dashboard/src/lib/i18n/format.js';
import { translate } from '../../dashboard/src/lib/i18n/translate.js';

const square = (x: number): [number, number][] => [
  [x, 0],
  [x + 2, 0],
  [x + 2, 2],
  [x, 2],
];

/** Shops and audiences that differ in everything the rule looks at. */
const stores: StoreFile[] = [undefined, 'dairy', 'wine'].flatMap((category) =>
  [[], [{ id: 'welcome' }], [{ id: 'film', category: 'dairy' }], [{ id: 'film', category: 'toys' }]].map((content) => ({
    store: { id: 'shop', name: 'Shop', timezone: 'Asia/Shanghai', currency: 'CNY' },
    floor: { width: 20, depth: 10 },
    zones: [
      { id: 'view', kind: 'screen', polygon: square(0) },
      { id: 'shelf', kind: 'aisle', polygon: square(4), ...(category === undefined ? {} : { category }) },
    ],
    categories: [{ id: 'dairy', name: { en: 'Dairy', zh: '乳品' } }],
    products: category === undefined ? [] : [{ gtin: '04006381333931', name: 'Thing', category }],
    content,
  })),
);
const audiences = [[], ['view'], ['shelf'], ['view', 'shelf']].flatMap((zones) =>
  [0, 670_000].map((ppm): AudienceMember[] => [
    {
      stayMs: 5000,
      ts: 0,
      dwellMsByZone: new Map(zones.map((zone) => [zone, 67_000])),
      interestByZone: new Map(ppm > 0 ? [['shelf', { ppm, ageMs: 0 }]] : []),
    },
  ]),
);
const given = new Map<string, { store: StoreFile; why: Reason }>();
for (const store of stores)
  for (const zone of ['view', 'elsewhere'])
    for (const audience of audiences) {
      const why = choose(store, zone, audience)?.why;
      if (why) given.set(JSON.stringify(why), { store, why });
    }

/** Codes that the choice among campaigns gives, and people's orders. */
const BY_CAMPAIGNS = ['learned', 'exploring', 'loop', 'heldOut', 'pinned', 'paused', 'nothing'];
for (const code of BY_CAMPAIGNS)
  given.set(code, { store: stores[0] as StoreFile, why: { code, values: { percent: 65 } } });

describe('why a screen shows something', () => {
  it('is one of the codes that the contract names, and each of them comes', () => {
    const codes = new Set([...given.values()].map(({ why }) => why.code));
    expect([...codes].sort()).toEqual([...REASON_CODES].sort());
  });

  it.each([...given.values()])('has words in both languages, on the page and by REST: $why', ({ store, why }) => {
    const worded = wordedReason(store, { why, reason: sentenceOf(store, why) });
    for (const locale of ['en', 'zh'] as const) {
      const page = reasonWords(
        (key, params) => translate(locale, key, params),
        {
          duration: (seconds) => formatDuration(locale, seconds),
          percent: (share) => formatPercent(locale, share),
        },
        why,
        (id) => id,
      );
      for (const words of [page, worded?.[locale]]) {
        expect(words).not.toMatch(/[{}]|undefined|NaN/);
        expect(words).not.toContain('Shoppers');
        if (why.code === 'interest') expect(words).toMatch(/65\s?%/);
        if (why.code === 'dwell') expect(words).toMatch(/1\s?(m|分)/);
      }
    }
    expect(worded?.en).not.toBe(worded?.zh);
  });

  it('names categories by the store file in each language', () => {
    const store = stores.find(({ zones }) => zones?.[1]?.category === 'dairy') as StoreFile;
    const why = { code: 'nearest', values: { category: 'dairy' } };
    expect(wordedReason(store, { why, reason: '' })).toMatchObject({
      en: expect.stringContaining('Dairy'),
      zh: expect.stringContaining('乳品'),
    });
    expect(sentenceOf(store, why)).toContain('Dairy');
  });

  it('is the sentence as it came where an older agent gave no code, and a code without words is named', () => {
    const store = stores[0] as StoreFile;
    expect(wordedReason(store, { reason: 'The moon was full' })).toEqual({
      code: 'said',
      values: { text: 'The moon was full' },
      en: 'The moon was full',
      zh: 'The moon was full',
    });
    expect(wordedReason(store, { reason: '' })).toBeNull();
    expect(wordedReason(store, { why: { code: 'fullMoon', values: { phase: 4 } }, reason: '' })?.zh).toContain(
      'fullMoon',
    );
  });
});
