import { describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import { Bench, START, play } from '../../agent/test/domain/shop.js';
import { STORE } from '../../agent/test/runtime/harness.js';
import { logRow } from '../../cloud/src/insight/metrics/play-log.js';
import { chainFaults } from '../../cloud/src/operator/plays-verify.js';

const shown = (from: number, to: number, decisionId: string, more = {}) =>
  play(START + to * 1000, decisionId, { startedTs: START + from * 1000, endedTs: START + to * 1000, ...more });

describe('the chain of plays', () => {
  const rows = (bench: Bench) =>
    bench.values('play').map((fact: Fact) => logRow({ ...fact, epoch: 1, storeId: 'demo' } as never));

  it('accounts for what a play said when it began, on several screens', () => {
    const bench = new Bench(STORE);
    const begin = (at: number, id: string) => bench.apply(shown(at, at, id, { completed: false }));
    begin(0, 'd1');
    begin(1, 'x1');
    bench.apply(shown(0, 8, 'd1'));
    // told again behind its end, its beginning is no news
    begin(0, 'd1');
    begin(8, 'd2');
    bench.apply(shown(1, 9, 'x1'));
    bench.apply(shown(8, 16, 'd2'));
    const log = rows(bench);
    expect(log.map(({ link }) => link?.n)).toEqual([3, 5, 6]);
    expect(chainFaults(log)).toEqual([]);
    expect(chainFaults(log.filter(({ decisionId }) => decisionId !== 'x1')).map(({ n, what }) => [n, what])).toEqual([
      [2, 'missing'],
      [5, 'missing'],
    ]);
    const forged = log.map((row) =>
      row.decisionId === 'x1' && row.link ? { ...row, link: { ...row.link, replaces: [] } } : row,
    );
    expect(chainFaults(forged).map(({ n, what }) => [n, what])).toEqual([
      [2, 'missing'],
      [5, 'edited'],
    ]);
  });
});
