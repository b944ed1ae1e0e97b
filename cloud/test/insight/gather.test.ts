import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gatherEach } from '../../src/insight/gather.js';
import { Editions, StoreTimeline } from '../../src/insight/store-timeline.js';
import type { SeriesStore } from '../../src/ports/index.js';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';
import { shopFile } from './random-shop.js';

const START = Date.parse('2026-03-02T00:00:00Z');
const DAYS = 3;

describe('a long reading by the minute', () => {
  let dir: string;
  let series: SeriesStore;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'aisle-gather-'));
    series = new DuckDbSeriesStore({ file: join(dir, 'series.duckdb') });
    await series.open();
    await series.write(
      Array.from({ length: DAYS * 1440 }, (_, minute) => ({
        storeId: 'shop',
        epoch: 1,
        fact: {
          kind: 'crossings' as const,
          subject: 'main',
          ts: START + minute * 60_000,
          seq: minute + 1,
          configVersion: 1,
          value: { in: 1, out: 0, source: 'tracks' },
        },
      })) as Parameters<SeriesStore['write']>[0],
    );
  });
  afterAll(async () => {
    await series.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('hands on each minute in order, and before it reads on: a year of minutes never lies in memory', async () => {
    let waiting = 0;
    let most = 0;
    const read = series.read.bind(series);
    vi.spyOn(series, 'read').mockImplementation(async (query) => {
      expect(waiting).toBe(0);
      const facts = await read(query);
      waiting = facts.length;
      most = Math.max(most, waiting);
      return facts;
    });
    const starts: number[] = [];
    await gatherEach(
      series,
      {
        timeline: new StoreTimeline(
          { storeId: 'shop', version: 1, storeFile: shopFile('Asia/Shanghai', false) },
          new Editions(undefined),
        ),
        kinds: ['crossings'],
        from: START,
        to: START + DAYS * 86_400_000,
        bucket: 'minute',
      },
      (start) => {
        waiting -= 1;
        starts.push(start);
      },
    );
    expect(starts).toEqual(Array.from({ length: DAYS * 1440 }, (_, minute) => START + minute * 60_000));
    // Six hours at a time.
    expect(most).toBe(360);
  });
});

it('reads the rollups that fit into the steps asked for: of days only where a step is a day or more', async () => {
  const asked: Record<string, string[]> = {};
  for (const bucket of ['minute', 'hour', 'day', 'all'] as const) {
    const levels: string[] = (asked[bucket] = []);
    const series = {
      readRollups: async ({ level }: { level: string }) => (levels.push(level), []),
      writtenHours: async () => [],
      read: async () => [],
    } as unknown as SeriesStore;
    const file = { storeId: 'shop', version: 1, storeFile: shopFile('Asia/Shanghai', false) };
    const timeline = new StoreTimeline(file, new Editions(undefined));
    await gatherEach(
      series,
      { timeline, kinds: ['crossings'], from: START, to: START + 86_400_000, bucket },
      () => undefined,
    );
  }
  expect(asked).toEqual({ minute: [], hour: ['hour'], day: ['day', 'hour'], all: ['week', 'day', 'hour'] });
});
