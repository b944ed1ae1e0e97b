import { describe, expect, it } from 'vitest';
import {
  LiveFeed,
  QUIET_AFTER_MS,
  SNAPSHOT_PATIENCE_MS,
  type LiveEventName,
  type LiveTransport,
  type TransportHandlers,
} from '../../src/lib/live/feed.js';

class FakeTransport implements LiveTransport {
  handlers: TransportHandlers | null = null;
  watches: string[] = [];
  closed = false;
  open(handlers: TransportHandlers): void {
    this.handlers = handlers;
  }
  watch(storeId: string): void {
    this.watches.push(storeId);
  }
  close(): void {
    this.closed = true;
  }
  say(name: LiveEventName, payload: unknown): void {
    this.handlers?.event(name, payload);
  }
}

class FakeClock {
  now = 1_000_000;
  #timers: { at: number; action: () => void }[] = [];
  nowMs = (): number => this.now;
  after = (delayMs: number, action: () => void): (() => void) => {
    const timer = { at: this.now + delayMs, action };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  };
  pass(ms: number): void {
    this.now += ms;
    for (const timer of this.#timers.filter((candidate) => candidate.at <= this.now)) {
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.action();
    }
  }
}

const snapshot = (seq: number, more: object = {}): object => ({
  seq,
  storeId: 'demo',
  agentOnline: true,
  ts: 5000,
  occupancy: 2,
  zones: [{ zoneId: 'a', occupancy: 2 }],
  heat: { cellMetres: 0.5, columns: 2, rows: 2, seconds: [0, 1, 2, 3] },
  presence: [[1, 1]],
  devices: [],
  screens: [],
  alerts: [],
  ...more,
});
const heat = (seq: number, cells: [number, number][], ts = 6000): object => ({ seq, ts, cells, presence: [] });

function started() {
  const transport = new FakeTransport();
  const clock = new FakeClock();
  const changes: string[] = [];
  let refused = 0;
  const feed = new LiveFeed(
    transport,
    clock,
    (change) => changes.push(change),
    () => (refused += 1),
  );
  feed.start('demo');
  transport.handlers?.connected();
  return { transport, clock, changes, feed, refusals: () => refused };
}
const seconds = (feed: LiveFeed): number[] => Array.from(feed.heat?.seconds ?? []);

describe('the live picture', () => {
  it('asks for a snapshot when it is connected, then adds deltas in order', () => {
    const { transport, feed } = started();
    expect(transport.watches).toEqual(['demo']);
    expect(feed.status).toBe('connecting');
    transport.say('snapshot', snapshot(1));
    expect(feed.status).toBe('live');
    transport.say('heat', heat(2, [[0, 7]]));
    transport.say('zones', { seq: 3, ts: 6100, occupancy: 3, zones: [{ zoneId: 'a', occupancy: 3 }] });
    expect(seconds(feed)).toEqual([7, 1, 2, 3]);
    expect(feed.people.occupancy).toBe(3);
    expect(feed.ts).toBe(6100);
    expect(feed.heat?.ts).toBe(6000);
  });

  it('after a missed number it asks again, and no delta counts until the snapshot comes', () => {
    const { transport, feed } = started();
    transport.say('snapshot', snapshot(1));
    transport.say('heat', heat(3, [[0, 9]]));
    expect(feed.status).toBe('resyncing');
    expect(transport.watches).toHaveLength(2);
    transport.say('heat', heat(4, [[0, 10]]));
    expect(seconds(feed)).toEqual([0, 1, 2, 3]);
    expect(transport.watches).toHaveLength(2);
    transport.say('snapshot', snapshot(5, { heat: { cellMetres: 0.5, columns: 2, rows: 2, seconds: [4, 4, 4, 4] } }));
    transport.say('heat', heat(6, [[1, 8]]));
    expect(feed.status).toBe('live');
    expect(seconds(feed)).toEqual([4, 8, 4, 4]);
    expect(feed.resyncs).toBe(1);
  });

  it('a number that was there already changes nothing', () => {
    const { transport, feed } = started();
    transport.say('snapshot', snapshot(4));
    transport.say('heat', heat(4, [[0, 99]]));
    transport.say('heat', heat(2, [[0, 99]]));
    expect(seconds(feed)).toEqual([0, 1, 2, 3]);
    expect(transport.watches).toHaveLength(1);
  });

  it('a lost connection says since when, keeps the picture, and asks anew on return', () => {
    const { transport, clock, feed } = started();
    transport.say('snapshot', snapshot(1));
    clock.pass(500);
    transport.handlers?.disconnected();
    clock.pass(9000);
    transport.handlers?.disconnected();
    expect(feed.status).toBe('lost');
    // of the time since the last sign of life nobody knows
    expect(feed.lostSinceMs).toBe(1_000_000);
    expect(seconds(feed)).toEqual([0, 1, 2, 3]);
    transport.handlers?.connected();
    expect(feed.status).toBe('resyncing');
    expect(feed.lostSinceMs).toBeNull();
    // Numbers begin anew with the socket.
    transport.say('snapshot', snapshot(1, { occupancy: 8 }));
    expect(feed.status).toBe('live');
    expect(feed.people.occupancy).toBe(8);
  });

  it('a snapshot that does not come is asked for again, while connected only', () => {
    const { transport, clock } = started();
    clock.pass(SNAPSHOT_PATIENCE_MS + 1);
    expect(transport.watches).toHaveLength(2);
    transport.handlers?.disconnected();
    clock.pass(SNAPSHOT_PATIENCE_MS * 3);
    expect(transport.watches).toHaveLength(2);
  });

  it('another shop’s snapshot is not taken for this one’s', () => {
    const { transport, feed } = started();
    transport.say('snapshot', snapshot(1, { storeId: 'other' }));
    expect(feed.status).toBe('connecting');
    expect(feed.heat).toBeNull();
  });

  it('a server that hangs on an open line is lost within five seconds, since its last sign of life, and back with its next', () => {
    const { transport, clock, feed } = started();
    transport.say('snapshot', snapshot(1));
    const tick = (ms: number): void => {
      for (let passed = 0; passed < ms; passed += 250) clock.pass(250);
    };
    for (let ping = 0; ping < 10; ping += 1) {
      tick(1500);
      transport.handlers?.heard();
    }
    expect(feed.status).toBe('live');
    const last = clock.now;
    tick(QUIET_AFTER_MS - 500);
    expect(feed.status).toBe('live');
    tick(1000);
    expect(feed.status).toBe('lost');
    expect(feed.lostSinceMs).toBe(last);
    // what was said before it hung continues nothing
    transport.say('zones', { seq: 2, ts: 6100, occupancy: 3, zones: [] });
    expect(feed.status).toBe('resyncing');
    expect(transport.watches).toHaveLength(2);
    expect(feed.people.occupancy).toBe(2);
    transport.say('snapshot', snapshot(3, { occupancy: 4 }));
    expect(feed.status).toBe('live');
    expect(feed.lostSinceMs).toBeNull();
  });

  it('a page that was busy itself does not take that for the server’s silence', () => {
    const { transport, clock, feed } = started();
    transport.say('snapshot', snapshot(1));
    clock.pass(QUIET_AFTER_MS * 3);
    expect(feed.status).toBe('live');
    clock.pass(250);
    expect(feed.status).toBe('lost');
  });

  it('says when the shop itself is out of touch, and when it is back', () => {
    const { transport, changes, feed } = started();
    transport.say('snapshot', snapshot(1));
    changes.length = 0;
    transport.say('devices', { seq: 2, ts: 5000, agentOnline: false, devices: [] });
    expect(feed.agentOnline).toBe(false);
    expect(feed.agentLostSinceMs).toBe(1_000_000);
    expect(feed.people.occupancy).toBe(2);
    expect(changes).toContain('status');
    transport.say('snapshot', snapshot(3));
    expect(feed.agentOnline).toBe(true);
    transport.say('devices', { seq: 4, ts: 5000, agentOnline: false, agentLastSeenTs: 900_000, devices: [] });
    expect(feed.agentLostSinceMs).toBe(900_000);
    transport.say('snapshot', snapshot(5));
    expect(feed.agentLostSinceMs).toBeNull();
  });

  it('a refusal is passed on, and stopping closes the socket', () => {
    const { transport, feed, refusals } = started();
    transport.handlers?.refused();
    expect(refusals()).toBe(1);
    feed.stop();
    expect(transport.closed).toBe(true);
  });
});
