import { describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { QueryError } from '../../src/insight/index.js';
import { figures, at, came } from './figure-shop.js';

const of = figures();

describe('a question', () => {
  it('whose answer has more than 100,000 rows is refused', async () => {
    const minutes = Array.from({ length: 50_001 }, (_, minute) => at('10:00:00') + minute * 60_000);
    const value = {
      visits: 1,
      visitors: 1,
      dwellMs: 1000,
      histogram: [[1, 1]] as [number, number][],
      overlapMs: 1000,
      maxOpen: 1,
    };
    const facts = minutes.flatMap((ts): Fact[] =>
      ['dairy', 'wine'].map((subject) => ({ kind: 'zone', subject, ts, seq: 1, configVersion: 1, value })),
    );
    const shop = await of.shopWith(facts);
    const query = { from: '2026-11-22T00:00:00Z', to: '2027-01-22T00:00:00Z' };
    await expect(of.insight.zoneMetrics(shop, { ...query, bucket: 'minute' })).rejects.toSatisfy(
      (error) => error instanceof QueryError && error.code === 'tooManyRows' && error.status === 400,
    );
    expect((await of.insight.zoneMetrics(shop, { ...query, bucket: 'all' }))[0]?.visits).toBe(50_001);
  });

  it('about all time is answered', async () => {
    const shop = await of.shopWith([came('main', '10:00:00', 2)], {
      hours: [{ days: ['sun'], open: '09:00', close: '22:00' }],
    });
    const all = { from: '1970-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' };
    expect(await of.insight.footfall(shop, { ...all, bucket: 'day' })).toMatchObject([
      { from: '2026-11-22T00:00:00+08:00', in: 2 },
    ]);
    expect((await of.insight.shopperMetrics(shop, all)).footfall).toBe(2);
  });
});
