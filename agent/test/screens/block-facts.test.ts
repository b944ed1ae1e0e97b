import { describe, expect, it } from 'vitest';
import type { AgentCampaign, BlockValue, DomainEvent, ScreenOrder, StoreFile } from '@aisle/contracts';
import { DrawnBlocks } from '../../src/domain/screens/drawn-blocks.js';
import { Bench, START, positions, sale, state } from '../domain/shop.js';
import { STORE as WITH_ODD } from '../runtime/harness.js';

/** Without the camera that nobody understands: what it sees is never sensed. */
const STORE: StoreFile = { ...WITH_ODD, devices: (WITH_ODD.devices ?? []).filter(({ id }) => id !== 'odd-1') };
const MILK = '06901234567892';
const WINE = '06901234567908';
const MINUTE = 60_000;
// blocks of 20 min from midnight: 10:00, 10:20 … in Shanghai
const FIRST = START + 20 * MINUTE;
const campaign = (more: Partial<AgentCampaign> = {}): DomainEvent => ({
  kind: 'campaign',
  ts: START,
  campaign: {
    ...{ campaignId: 'c1', revision: 1, name: 'Milk', state: 'live', screens: null, category: 'dairy', gtins: [MILK] },
    ...{ items: [{ contentId: 'milk', template: 'product', gtins: [], category: 'dairy', weight: 1 }] },
    ...{ goal: 'sales', policy: 'bandit', holdoutPpm: 500_000, blockMinutes: 20, washInMinutes: 5, minPlaySeconds: 8 },
    ...{ dailyCap: null, frequencyCap: null, weight: 1, fromTs: null, toTs: null, days: null, hours: null, seed: 7 },
    ...more,
  },
});
const order = (ts: number, more: Partial<ScreenOrder> = {}): DomainEvent => ({
  kind: 'ordered',
  ts,
  order: { screenId: 'screen-1', action: 'pin', untilTs: ts + 5 * MINUTE, by: 'a@b.c', atTs: ts, ...more },
});

type People = [string, number, number][];
/** Where people are, m, by minutes since the first block: an empty shop else. The camera speaks every second. */
function* watched(from: number, to: number, people: (minute: number) => People = () => []): Iterable<DomainEvent> {
  for (let ts = from; ts < to; ts += 1_000) yield positions('cam-1', ts, people((ts - FIRST) / MINUTE));
}
const blocksOf = (bench: Bench): BlockValue[] =>
  [...bench.take().facts.values()]
    .flatMap((fact) => (fact.kind === 'block' ? [fact.value as BlockValue] : []))
    .sort((a, b) => a.fromTs - b.fromTs);

describe('a block of a campaign', () => {
  it('says who came and stood, what was sold, and that it was sensed; the wash-in counts for nothing', () => {
    const bench = Bench.guarded(STORE);
    bench.apply(campaign());
    const people = (minute: number): People => {
      if (minute > 1 && minute < 1.5) return [['early', 10, 4]];
      if (minute > 6 && minute < 6.5) return [['stands', 10, 4]];
      // at 1 m/s through the view, which is 4 m wide
      if (minute > 8 && minute < 8.2) return [['passes', 6 + (minute - 8) * 60, 4]];
      return [];
    };
    bench.all(watched(FIRST, FIRST + 10 * MINUTE, people));
    bench.apply(sale('till-1', FIRST + 2 * MINUTE, 'R0', [[MILK, 1, 1250]]));
    bench.apply(
      sale('till-1', FIRST + 9 * MINUTE, 'R1', [
        [MILK, 2, 2500],
        [WINE, 1, 8800],
      ]),
    );
    bench.all(watched(FIRST + 10 * MINUTE, FIRST + 31 * MINUTE));
    const [block] = blocksOf(bench);
    const drawn = new DrawnBlocks().at(
      (campaign() as { campaign: AgentCampaign }).campaign,
      'screen-1',
      FIRST,
      'Asia/Shanghai',
    );
    expect(block).toEqual({
      ...{ campaignId: 'c1', groupId: 'screen-1', screens: ['screen-1'] },
      ...{ fromTs: FIRST, toTs: FIRST + 20 * MINUTE, countedFromTs: FIRST + 5 * MINUTE },
      ...{ arm: drawn.arm, probabilityMicro: 500_000, counted: true, why: null },
      ...{ sensedMs: 15 * MINUTE, opportunities: 2, watchers: 1, stops: 0, scans: 0 },
      featured: { pickups: 0, unitsMicro: 2_000_000, netMinor: 2500 },
      category: { pickups: 0, unitsMicro: 2_000_000, netMinor: 2500 },
      store: { pickups: 0, unitsMicro: 3_000_000, netMinor: 11_300 },
    });
  });

  it('gives each sale to the newest block whose counting had begun, for 30 minutes', () => {
    const bench = Bench.guarded(STORE);
    bench.apply(campaign());
    bench.all(watched(FIRST, FIRST + 50 * MINUTE));
    // in the second block's wash-in it is still the first one's; of the third nothing counts yet
    bench.apply(sale('till-1', FIRST + 24 * MINUTE, 'R1', [[MILK, 1, 1250]]));
    bench.apply(sale('till-1', FIRST + 26 * MINUTE, 'R2', [[MILK, 1, 1000]]));
    const [first, second, third] = blocksOf(bench);
    expect([first?.counted, second?.counted]).toEqual([true, true]);
    expect([first, second, third].map((block) => block?.featured.netMinor)).toEqual([1250, 1000, 0]);
  });

  it('counts who stops at what the campaign is about, by their beginning', () => {
    const bench = Bench.guarded(STORE);
    bench.apply(campaign());
    const people = (minute: number): People => {
      if (minute > 3 && minute < 7) return [['before', 2, 2]];
      if (minute > 8 && minute < 9.5)
        return [
          ['within', 2, 2],
          ['elsewhere', 17, 2],
        ];
      return [];
    };
    bench.all(watched(FIRST, FIRST + 30 * MINUTE, people));
    expect(blocksOf(bench)[0]?.stops).toBe(1);
  });

  it.each<[string, string, DomainEvent[], ((minute: number) => boolean)?]>([
    ['a person pinned an item', 'pinned', [order(FIRST + 8 * MINUTE)]],
    ['a person paused the screen', 'paused', [order(FIRST + 8 * MINUTE, { action: 'pause' })]],
    [
      'the campaign was changed',
      'cutShort',
      [{ ...campaign({ revision: 2, weight: 2 }), ts: FIRST + 8 * MINUTE } as DomainEvent],
    ],
    ['the camera was silent for most of it', 'thin', [], (minute) => minute < 9 || minute > 19],
  ])('counts for neither arm where %s', (_what, why, events, isSeen = () => true) => {
    const bench = Bench.guarded(STORE);
    bench.apply(campaign());
    for (const event of watched(FIRST, FIRST + 34 * MINUTE)) {
      const ts = (event as { ts: number }).ts;
      if (ts === FIRST + 8 * MINUTE) bench.all(events);
      if (isSeen((ts - FIRST) / MINUTE)) bench.apply(event);
    }
    expect(blocksOf(bench)[0]).toMatchObject({ counted: false, why });
  });

  const during = (
    block: number,
    events: (at: (minute: number) => number) => DomainEvent[],
    bench = Bench.guarded(STORE),
    saved = false,
  ) => {
    const from = FIRST + block * 20 * MINUTE;
    const at = (minute: number) => from + minute * MINUTE;
    bench.apply(campaign());
    const all = [...[...watched(FIRST, FIRST + 54 * MINUTE)].filter((_, n) => n % 10 === 0), ...events(at)].sort(
      (a, b) => (a as { ts: number }).ts - (b as { ts: number }).ts,
    );
    all.forEach((event, index) => {
      if (saved && index % 70 === 0) bench.restart();
      bench.apply(event);
    });
    return blocksOf(bench).map(({ counted, why }) => (counted ? 'counted' : why));
  };

  it.each<[string, (at: (minute: number) => number) => DomainEvent[], (string | null)[]]>([
    ['in its wash-in only', (at) => [order(at(1), { untilTs: at(3) })], ['counted', 'pinned', 'counted']],
    [
      'for less than two messages',
      (at) => [order(at(9) + 300, { untilTs: at(9) + 600 })],
      ['counted', 'pinned', 'counted'],
    ],
    [
      'until somebody resumed it at once',
      (at) => [
        order(at(2) + 300, { action: 'pause', untilTs: null }),
        order(at(2) + 400, { action: 'resume', untilTs: null }),
      ],
      ['counted', 'paused', 'counted'],
    ],
    ['before it began', (at) => [order(at(-2), { untilTs: at(0) })], ['pinned', 'counted', 'counted']],
    ['until it had begun', (at) => [order(at(-2), { untilTs: at(0) + 1 })], ['pinned', 'pinned', 'counted']],
    ['when it was over', (at) => [order(at(20), { untilTs: at(21) })], ['counted', 'counted', 'pinned']],
    [
      'by an order that had ended when it came',
      (at) => [order(at(9), { untilTs: at(9) })],
      ['counted', 'counted', 'counted'],
    ],
  ])('in which a screen was pinned or paused %s, counts for neither arm if that was in it', (_what, events, whys) => {
    for (const saved of [false, true])
      expect(during(1, events, saved ? new Bench(STORE) : undefined, saved)).toEqual(whys);
  });

  it('is none outside of the schedule, for others’ screens, of a draft or while nobody has said where the screen stands', () => {
    const away: StoreFile = {
      ...STORE,
      devices: (STORE.devices ?? []).map((device) =>
        device.id === 'screen-1' ? { ...device, zone: undefined } : device,
      ) as never,
    };
    for (const [store, more] of [
      [STORE, { hours: [['18:00', '20:00']] }],
      [STORE, { screens: ['screen-9'] }],
      [STORE, { state: 'draft' }],
      [away, {}],
    ] as [StoreFile, Partial<AgentCampaign>][]) {
      const bench = new Bench(store);
      bench.apply(campaign(more));
      bench.all(watched(FIRST, FIRST + 25 * MINUTE));
      expect(blocksOf(bench)).toEqual([]);
    }
  });

  it.each([
    [9, true, null],
    [4, false, 'screenAway'],
  ])('of a screen that was away from minute %i on counts: %s', (from, counted, why) => {
    const bench = Bench.guarded(STORE);
    bench.apply(campaign());
    bench.all(watched(FIRST, FIRST + from * MINUTE));
    bench.apply(state('screen-1', FIRST + from * MINUTE, 'offline'));
    bench.all(watched(FIRST + from * MINUTE, FIRST + 15 * MINUTE));
    bench.restart();
    bench.apply(state('screen-1', FIRST + 15 * MINUTE, 'online'));
    bench.all(watched(FIRST + 15 * MINUTE, FIRST + 31 * MINUTE));
    expect(blocksOf(bench)[0]).toMatchObject({ counted, why });
  });

  it('is the same after a restart at any time', () => {
    const events = (): DomainEvent[] => [
      campaign(),
      ...watched(FIRST, FIRST + 12 * MINUTE, (minute) => (minute > 6 ? [['a', 10, 4]] : [])),
      sale('till-1', FIRST + 9 * MINUTE, 'R1', [[MILK, 2, 2500]]),
      ...watched(FIRST + 12 * MINUTE, FIRST + 30 * MINUTE),
    ];
    const whole = blocksOf(new Bench(STORE).all(events()));
    expect(whole[0]).toMatchObject({ opportunities: 1, watchers: 1, featured: { unitsMicro: 2_000_000 } });
    for (const at of [1, 400, 610, 722, 1500]) {
      const bench = new Bench(STORE);
      const all = events();
      bench.all(all.slice(0, at)).take();
      bench.restart();
      expect(blocksOf(bench.all(all.slice(at)))).toEqual(whole);
    }
  });
});
