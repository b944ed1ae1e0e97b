import { describe, expect, it } from 'vitest';
import type { SeriesRow } from '../../src/ports/series-store.js';
import { MinuteWays, type LyingFact, type MinuteRange } from '../../src/store/influxdb/minute-ways.js';
import { minute, under, zone } from './fact-samples.js';

const row = (at: number, seq: number, version = 1): SeriesRow => ({
  storeId: 'x',
  epoch: 1,
  fact: under(version, 1, zone('dairy', minute(at), seq)),
});
const ways = (keysKept: number, lies: LyingFact[] = []) => {
  const asked: MinuteRange[] = [];
  const chooser = new MinuteWays(
    {
      lying: async (range) => {
        asked.push(range);
        return lies.filter(({ ts }) => ts >= range.from && ts <= range.to);
      },
      text: async () => undefined,
    },
    keysKept,
  );
  return { chooser, asked };
};
const seqs = (chosen: readonly { row: SeriesRow; way: number }[]) =>
  chosen.map(({ row: { fact }, way }) => [fact.configVersion, fact.seq, way]);

describe('the ways of a minute', () => {
  it('are read once, before the first write to it', async () => {
    const { chooser, asked } = ways(100);
    expect(seqs(await chooser.choose([row(0, 1), row(5, 1)]))).toEqual([
      [1, 1, 0],
      [1, 1, 0],
    ]);
    await chooser.choose([row(0, 2)]);
    expect(asked).toEqual([{ storeId: 'x', kind: 'zone', from: minute(0), to: minute(5) }]);
  });

  it('are read again when they had to be forgotten, or when a write has failed', async () => {
    const { chooser, asked } = ways(1);
    await chooser.choose([row(0, 1)]);
    await chooser.choose([row(5, 1)]);
    await chooser.choose([row(0, 2)]);
    expect(asked).toHaveLength(3);
    chooser.forget([row(0, 2)]);
    await chooser.choose([row(0, 3)]);
    expect(asked).toHaveLength(4);
  });

  it('go on from what lies there: a version keeps its own, an older sequence is not written', async () => {
    const lying = { ts: minute(0), key: '1|1|dairy', seq: 7, digest: 'd' };
    const { chooser } = ways(100, [
      { ...lying, way: 0, configVersion: 4 },
      { ...lying, way: 1, configVersion: 5 },
    ]);
    expect(seqs(await chooser.choose([row(0, 6, 5), row(0, 8, 5), row(0, 1, 6), row(0, 9, 4)]))).toEqual([
      [5, 8, 1],
      [6, 1, 2],
      [4, 9, 0],
    ]);
  });
});
