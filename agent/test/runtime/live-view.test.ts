import { describe, expect, it } from 'vitest';
import { type LiveUpdate, problem } from '@aisle/contracts';
import { indexStore } from '../../src/devices/store-index.js';
import type { EngineLive, LiveTrack } from '../../src/domain/engine/engine-api.js';
import { DeviceBook } from '../../src/fleet/device-book.js';
import { Refusals } from '../../src/fleet/refusals.js';
import type { Clock } from '../../src/ports/clock.js';
import type { CloudLink } from '../../src/ports/cloud-link.js';
import { LiveFeed } from '../../src/uplink/live-feed.js';
import { STORE } from './harness.js';

/** A clock that only moves when it is told to. */
class HandClock implements Clock {
  ms = 1_000_000;
  #timers: { at: number; every: number | undefined; action: () => void }[] = [];
  now = () => this.ms;
  monotonicMs = () => this.ms;
  after = (ms: number, action: () => void) => this.#add(ms, undefined, action);
  every = (ms: number, action: () => void) => this.#add(ms, ms, action);
  #add(ms: number, every: number | undefined, action: () => void) {
    const timer = { at: this.ms + ms, every, action };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }
  /** timers that are set */
  get waiting(): number {
    return this.#timers.length;
  }
  pass(ms: number): void {
    const end = this.ms + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.ms = next.at;
      if (next.every === undefined) this.#timers = this.#timers.filter((timer) => timer !== next);
      else next.at += next.every;
      next.action();
    }
    this.ms = end;
  }
}

function staged() {
  const clock = new HandClock();
  const sent: LiveUpdate[] = [];
  const link = {
    sendLossy: (_topic: string, payload: string) => sent.push(JSON.parse(payload) as LiveUpdate),
  } as unknown as CloudLink;
  const track = (deviceId: string, xMm: number, zoneIds: string[] = []): LiveTrack => ({
    deviceId,
    xMm,
    yMm: 250,
    ts: 1,
    zoneIds,
  });
  const live: EngineLive = {
    ts: 1,
    tracks: [],
    people: [],
    zones: [],
    heatMs: new Float64Array(40 * 20),
    columns: 40,
    rows: 20,
  };
  const silence = new Map<string, number>();
  const feed = new LiveFeed(
    'demo',
    {
      engine: () => live,
      config: () => indexStore(STORE, 1),
      silenceMs: (id) => silence.get(id) ?? 0,
      devices: () => [],
      screens: () => [],
    },
    link,
    clock,
  );
  return { clock, sent, live, silence, feed, track };
}
const deltas = (sent: LiveUpdate[]) => sent.filter((update) => update.type === 'delta');

describe('the live feed', () => {
  it('sends the first change at once and the next ones at most every 40 ms, each with the newest state', () => {
    const { clock, sent, live, feed, track } = staged();
    feed.watch(30_000, true);
    clock.pass(100);
    for (let n = 1; n <= 10; n += 1) {
      live.tracks = [track('cam-1', n * 500)];
      feed.changed();
      if (n === 1) expect(deltas(sent)).toHaveLength(1);
      clock.pass(5);
    }
    clock.pass(100);
    expect(deltas(sent)).toMatchObject([{ presence: [[1, 1]] }, { presence: [[8, 1]] }, { presence: [[10, 1]] }]);
  });

  it('adds the people whom cameras only count, in zones that lie over no others, while these cameras sense', () => {
    const { clock, sent, live, silence, feed, track } = staged();
    live.tracks = [track('cam-1', 16_000, ['wine'])];
    live.people = [
      { zoneId: 'dairy', deviceId: 'onvif-1', count: 3 },
      { zoneId: 'view', deviceId: 'onvif-1', count: 2 },
    ];
    feed.watch(60_000, true);
    const zones = [
      { zoneId: 'dairy', occupancy: 3 },
      { zoneId: 'wine', occupancy: 1 },
      { zoneId: 'view', occupancy: 2 },
    ];
    expect(sent[0]).toMatchObject({ snapshot: { occupancy: 4, zones } });
    silence.set('onvif-1', 30_000);
    clock.pass(1000);
    expect(deltas(sent).at(-1)).toMatchObject({
      occupancy: 1,
      zones: [{ occupancy: 0 }, { occupancy: 1 }, { occupancy: 0 }],
    });
  });

  it('says nothing when nothing looks different', () => {
    const { clock, sent, feed } = staged();
    feed.watch(30_000, true);
    for (let n = 0; n < 10; n += 1) {
      feed.changed();
      clock.pass(50);
    }
    expect(deltas(sent)).toEqual([]);
  });

  it('lets the people of a device vanish once it has been silent for ten seconds, without any message', () => {
    const { clock, sent, live, silence, feed, track } = staged();
    live.tracks = [track('cam-1', 500, ['dairy']), track('cam-2', 1500, ['dairy'])];
    feed.watch(30_000, true);
    expect(sent[0]).toMatchObject({
      snapshot: {
        occupancy: 2,
        presence: [
          [1, 1],
          [3, 1],
        ],
      },
    });
    silence.set('cam-1', 10_000);
    clock.pass(1000);
    expect(deltas(sent)).toMatchObject([
      { occupancy: 1, zones: [{ zoneId: 'dairy', occupancy: 1 }, {}, {}], presence: [[3, 1]] },
    ]);
  });

  it('counts only people on the floor, and never says who they are', () => {
    const { sent, live, feed, track } = staged();
    live.tracks = [track('cam-1', -500), track('cam-1', 500), track('cam-1', 20_000)];
    feed.watch(30_000, true);
    expect(sent[0]).toMatchObject({ snapshot: { occupancy: 1 } });
    expect(JSON.stringify(sent)).not.toMatch(/track|"id"/);
  });

  it('begins again with a snapshot when asked for a fresh one, and at a new lease', () => {
    const { clock, sent, feed } = staged();
    feed.watch(1000, false);
    feed.watch(1000, false);
    feed.watch(1000, true);
    clock.pass(1500);
    feed.watch(1000, false);
    expect(sent.map((update) => [update.type, update.n])).toEqual([
      ['snapshot', 0],
      ['snapshot', 0],
      ['snapshot', 0],
    ]);
  });
});

it('the live feed tells the heat of every cell, of the first and the last too', () => {
  const { sent, live, feed } = staged();
  live.heatMs[0] = 12_340;
  live.heatMs[799] = 560;
  feed.watch(30_000, true);
  const [update] = sent;
  const seconds = update?.type === 'snapshot' ? update.snapshot.heat.seconds : [];
  expect([seconds[0], seconds[1], seconds[798], seconds[799]]).toEqual([12.3, 0, 0, 0.6]);
});

describe('a lease on the live feed', () => {
  it('leaves nothing that ticks once it is over', () => {
    const { clock, feed } = staged();
    feed.watch(1000, true);
    feed.changed();
    expect(clock.waiting).toBeGreaterThan(0);
    clock.pass(2000);
    expect(clock.waiting).toBe(0);
  });

  it('is followed by another in which people vanish without a message, too', () => {
    const { clock, sent, live, silence, feed, track } = staged();
    live.tracks = [track('cam-1', 500, ['dairy'])];
    feed.watch(1000, true);
    clock.pass(2000);
    feed.watch(30_000, false);
    expect(sent.at(-1)).toMatchObject({ snapshot: { occupancy: 1 } });
    silence.set('cam-1', 10_000);
    clock.pass(1000);
    expect(deltas(sent).at(-1)).toMatchObject({ occupancy: 0, presence: [] });
  });
});

describe('the device book', () => {
  const store = indexStore(STORE, 1);
  const said = (state: 'online' | 'offline', receivedTs: number) => ({
    seq: 1,
    inboxSeq: 0,
    event: {
      kind: 'deviceState' as const,
      deviceId: 'cam-1',
      ts: 1,
      receivedTs,
      digest: 'x',
      state,
      model: 'M',
      firmware: '1',
    },
  });
  const stateAt = (book: DeviceBook, now: number) =>
    book.list(store, new Map(), now, new Map()).find((device) => device.deviceId === 'cam-1');

  it('shows how often a clock was set back', () => {
    const list = new DeviceBook().list(store, new Map(), 0, new Map([['cam-1', 2]]));
    expect(list.find((device) => device.deviceId === 'cam-1')?.clockEpochs).toBe(2);
    expect(list.filter((device) => 'clockEpochs' in device)).toHaveLength(1);
  });

  it.each([
    ['unknown before its first message', [], 0, 'unknown'],
    ['online after it', [said('online', 1000)], 31_000, 'online'],
    ['silent after thirty seconds without one', [said('online', 1000)], 31_001, 'silent'],
    ['offline once it has said so', [said('online', 1000), said('offline', 1001)], 1002, 'offline'],
  ])('shows a device as %s', (_title, entries, now, state) => {
    const book = new DeviceBook();
    for (const entry of entries) book.apply(entry);
    expect(stateAt(book, now)).toMatchObject({ state });
  });

  it('shows the same after a restart', () => {
    const book = new DeviceBook();
    book.apply(said('online', 1000));
    const again = new DeviceBook();
    again.restore(JSON.parse(JSON.stringify(book.save())));
    expect(stateAt(again, 2000)).toMatchObject({ state: 'online', lastSeenTs: 1000, model: 'M', firmware: '1' });
  });
});

describe('refusals', () => {
  it('are the sum of what never became an event and what the engine refused; strangers share one label', () => {
    const refusals = new Refusals();
    refusals.add('cam-1', 'malformed', problem('ts', 'missing'), 10);
    refusals.add('cam-1', 'late', problem('', 'refusedLate'), 20, { at: 'cam-1', counted: false });
    refusals.add('gone-1', 'topic', problem('', 'outsideRights'), 30);
    const totals = refusals.totals(
      new Map([
        ['cam-1', new Map([['late', 3]])],
        ['gone-2', new Map([['late', 2]])],
      ]),
      (id) => id === 'cam-1',
    );
    expect(Object.fromEntries(totals)).toEqual({
      'cam-1': [
        {
          reason: 'malformed',
          count: 1,
          lastTs: 10,
          sample: 'ts is missing',
          why: { field: 'ts', code: 'missing', values: {} },
        },
        {
          reason: 'late',
          count: 3,
          lastTs: 20,
          sample: 'cam-1: older than the newest message of its device and channel',
          why: { at: 'cam-1', code: 'refusedLate', values: {} },
        },
      ],
      unknown: [
        {
          reason: 'topic',
          count: 1,
          lastTs: 30,
          sample: 'is outside the rights of its sender',
          why: { code: 'outsideRights', values: {} },
        },
        { reason: 'late', count: 2, lastTs: 0, sample: '' },
      ],
    });
  });
});
