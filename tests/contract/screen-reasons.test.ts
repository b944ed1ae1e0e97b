import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import type { AudienceMember } from '../../agent/src/domain/engine/engine-api.js';
import { choose } from '../../agent/src/screens/rule.js';
import { reasonWords } from '../../dashboard/src/lib/figures/reasons.js';
import { formatDuration } from '../../dashboard/src/lib/i18n/format.js';
import { translate, type MessageKey } from '../../dashboard/src/lib/i18n/translate.js';

const square = (x: number): [number, number][] => [
  [x, 0],
  [x + 2, 0],
  [x + 2, 2],
  [x, 2],
];

/** Shops and audiences that differ in everything the rule looks at. */
const stores: StoreFile[] = [undefined, 'dairy', 'wine (red)'].flatMap((category) =>
  [[], [{ id: 'welcome' }], [{ id: 'film', category: 'dairy' }], [{ id: 'film', category: 'toys' }]].map((content) => ({
    formatVersion: 1,
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
const reasons = [
  ...new Set(
    stores.flatMap((store) =>
      ['view', 'elsewhere'].flatMap((zone) =>
        audiences.flatMap((audience) => choose(store, zone, audience)?.reason ?? []),
      ),
    ),
  ),
];

describe('why a screen shows something', () => {
  it.each(reasons)('the dashboard says in both languages: %s', (reason) => {
    for (const locale of ['en', 'zh'] as const) {
      const words = reasonWords(
        (key, params) => translate(locale, key, params),
        (seconds) => formatDuration(locale, seconds),
        reason,
        null,
      );
      expect(words).not.toBe(reason);
      expect(words).not.toContain('Shoppers');
      expect(words).not.toMatch(/[{}]|undefined|NaN/);
      if (/\d+ s\)/.test(reason)) expect(words).toContain(formatDuration(locale, 67));
      if (/\d+ %\)/.test(reason)) expect(words).toContain('65%');
    }
  });

  it('the agent gives every reason that the dashboard has words for', () => {
    const used = new Set<MessageKey>();
    for (const reason of reasons) reasonWords((key) => (used.add(key), key), String, reason, null);
    expect([...used].sort()).toEqual(['reason.dwell', 'reason.interest', 'reason.nearest', 'reason.welcome']);
  });
});
