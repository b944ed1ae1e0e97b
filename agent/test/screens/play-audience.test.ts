import { describe, expect, it } from 'vitest';
import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { Bench, START, play, positions } from '../domain/shop.js';
import { STORE as WITH_ODD } from '../runtime/harness.js';

/** Without the camera that nobody understands: what it sees is never sensed. */
const STORE: StoreFile = { ...WITH_ODD, devices: (WITH_ODD.devices ?? []).filter(({ id }) => id !== 'odd-1') };
type People = [string, number, number][];
/** The camera speaks twice a second; where people are, m, by seconds since the start. The view is 8 to 12, 2 to 6. */
function* seen(from: number, to: number, people: (second: number) => People): Iterable<DomainEvent> {
  for (let ts = START + from * 1000; ts < START + to * 1000; ts += 500)
    yield positions('cam-1', ts, people((ts - START) / 1000));
}
const walks =
  (name: string, enters: number) =>
  (second: number): People => {
    const x = 8 + (second - enters);
    return x >= 7 && x < 13 ? [[name, x, 4]] : [];
  };
const stands =
  (name: string, from: number, to: number) =>
  (second: number): People =>
    second >= from && second < to ? [[name, 10, 4]] : [];
const all =
  (...people: ((second: number) => People)[]) =>
  (second: number): People =>
    people.flatMap((of) => of(second));
const valueOf = (bench: Bench, decisionId: string) =>
  bench.values('play').find(({ value }) => value.decisionId === decisionId)?.value;
const shown = (from: number, to: number, decisionId: string, more = {}) =>
  play(START + to * 1000, decisionId, { startedTs: START + from * 1000, endedTs: START + to * 1000, ...more });

describe('who saw a play', () => {
  const shop = all(stands('long', 2, 40), walks('passes', 12), stands('blink', 15, 15.9));

  it('counts who was there for a second of it, and who stood for one', () => {
    const bench = Bench.guarded(STORE).all(seen(0, 10, shop));
    bench.apply(shown(2, 10, 'd1'));
    bench.all(seen(10, 18, shop)).apply(shown(10, 18, 'd2'));
    bench.all(seen(18, 30, shop)).apply(shown(18, 26, 'd3'));
    bench.apply(shown(26, 30, 'd4'));
    expect(valueOf(bench, 'd1')).toMatchObject({ opportunities: 1, watchers: 1, verifiedImpressions: 1 });
    expect(valueOf(bench, 'd2')).toMatchObject({ opportunities: 2, watchers: 1, verifiedImpressions: 2 });
    expect(valueOf(bench, 'd4')).toMatchObject({ opportunities: 1, watchers: 1 });
  });

  it('says the same in whatever order receipts and samples come, after a restart and out of the table', () => {
    const receipts = [shown(2, 10, 'd1'), shown(10, 18, 'd2'), shown(18, 26, 'd3'), shown(26, 30, 'd4')];
    const live = new Bench(STORE);
    let next = 0;
    for (const event of seen(0, 60, shop)) {
      while (next < receipts.length && (receipts[next]?.ts ?? 0) <= (event as { ts: number }).ts)
        live.apply(receipts[next++] as never);
      live.apply(event);
    }
    const told = (bench: Bench) =>
      ['d1', 'd2', 'd3', 'd4'].map((id) => {
        const { opportunities, watchers, verifiedImpressions } = valueOf(bench, id) ?? {};
        return [opportunities, watchers, verifiedImpressions];
      });
    expect(told(live)).toEqual([
      [1, 1, 1],
      [2, 1, 2],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    const first = new Bench(STORE).all(receipts).all(seen(0, 60, shop));
    expect(told(first)).toEqual(told(live));
    const restarted = new Bench(STORE).all(seen(0, 9, shop));
    restarted.restart();
    restarted.all(seen(9, 60, shop)).all(receipts);
    expect(told(restarted)).toEqual(told(live));
    // hours later, when what was seen lies in the table
    const late = new Bench(STORE).all(seen(0, 60, shop));
    for (let n = 0; n < 12_000; n += 1) late.apply(positions('cam-1', START + 5 * 3_600_000 + n * 500, []));
    late.take();
    expect(late.evict()).toBeGreaterThan(0);
    late.all(receipts);
    expect(told(late)).toEqual(told(live));
  });

  it('says nothing where no camera saw, and nothing of what could not be shown', () => {
    const blind = new Bench(STORE).all([shown(0, 8, 'd1')]);
    expect(valueOf(blind, 'd1')).not.toHaveProperty('opportunities');
    const empty = new Bench(STORE).all(seen(0, 20, () => [])).all([shown(2, 10, 'd1')]);
    expect(valueOf(empty, 'd1')).toMatchObject({ opportunities: 0, watchers: 0, verifiedImpressions: 0 });
    const begun = new Bench(STORE).all(seen(0, 20, shop)).all([shown(2, 2, 'd1', { completed: false })]);
    expect(valueOf(begun, 'd1')).not.toHaveProperty('opportunities');
  });

  it('verifies nothing by clocks that are shown to be more than a second apart', () => {
    const off = (event: DomainEvent, ms: number) =>
      ({ ...event, receivedTs: (event as { ts: number }).ts + ms }) as DomainEvent;
    const ahead = new Bench(STORE).all(seen(0, 12, shop)).all([off(shown(2, 10, 'd1'), -3_000)]);
    expect(valueOf(ahead, 'd1')).toMatchObject({ opportunities: 1, watchers: 1 });
    expect(valueOf(ahead, 'd1')).not.toHaveProperty('verifiedImpressions');
    // one that is late may have waited in the line; three alike are a clock
    const behind = new Bench(STORE).all(seen(0, 30, shop));
    behind.all([off(shown(2, 10, 'd1'), 5_000), off(shown(10, 18, 'd2'), 5_100), off(shown(18, 26, 'd3'), 5_050)]);
    expect(valueOf(behind, 'd1')).toHaveProperty('verifiedImpressions');
    expect(valueOf(behind, 'd3')).not.toHaveProperty('verifiedImpressions');
    // what is replayed is taken at its word, at whatever speed
    const past = new Bench(STORE);
    let n = 0;
    for (const event of seen(0, 30, shop)) past.apply(off(event, 86_400_000 + 37 * (n += 1)));
    past.apply(off(shown(2, 10, 'd1'), 90_000_000));
    expect(valueOf(past, 'd1')).toMatchObject({ verifiedImpressions: 1 });
  });
});
