import { describe, expect, it } from 'vitest';
import type { SeenSnapshot } from '../../src/live/sensed.js';
import { SocketWatcher } from '../../src/live/socket-watcher.js';

const THERE = { online: true, lastSeenTs: 1 };
const view = {
  ts: 1,
  occupancy: 0,
  zones: [],
  presence: [],
  devices: [],
  screens: [],
  alerts: [],
} as unknown as SeenSnapshot;

/** A browser that takes packets only when told to. */
function slowBrowser() {
  const waiting: { event: string; seq: number }[] = [];
  const taken: { event: string; seq: number }[] = [];
  const watcher: SocketWatcher = new SocketWatcher(
    'demo',
    {
      emit: (event, payload) => void waiting.push({ event, seq: (payload as { seq: number }).seq }),
      backlog: () => waiting.length,
    },
    () => watcher.snapshot(view, THERE),
    { seq: 0 },
  );
  return { watcher, waiting, taken, take: (count: number) => taken.push(...waiting.splice(0, count)) };
}

describe('a browser that does not keep up', () => {
  it('is owed a bounded number of packets, and gets a new snapshot once it has taken them', () => {
    const { watcher, waiting, taken, take } = slowBrowser();
    watcher.snapshot(view, THERE);
    for (let n = 0; n < 10_000; n += 1) watcher.delta({ n, type: 'delta', ts: n, occupancy: n }, view);
    expect(waiting.length).toBeLessThan(100);
    take(10);
    watcher.drained();
    watcher.delta({ n: 1, type: 'delta', ts: 1, occupancy: 1 }, view);
    expect(waiting.some((packet, at) => at > 0 && packet.event === 'snapshot')).toBe(false);
    take(Infinity);
    watcher.drained();
    watcher.delta({ n: 2, type: 'delta', ts: 2, occupancy: 2 }, view);
    take(Infinity);
    expect(taken.slice(-2).map((packet) => packet.event)).toEqual(['snapshot', 'zones']);
    expect(taken.map((packet) => packet.seq)).toEqual(taken.map((_, at) => at + 1));
  });

  it('loses nothing while it keeps up', () => {
    const { watcher, taken, take } = slowBrowser();
    watcher.snapshot(view, THERE);
    for (let n = 0; n < 1000; n += 1) {
      watcher.delta({ n, type: 'delta', ts: n, occupancy: n }, view);
      take(Infinity);
    }
    expect(taken).toHaveLength(1001);
  });
});
