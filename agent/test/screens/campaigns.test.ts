import { describe, expect, it } from 'vitest';
import {
  factKey,
  type AgentCampaign,
  type AgentItem,
  type DecidedEvent,
  type DomainEvent,
  type Fact,
  type StoreFile,
} from '@aisle/contracts';
import { indexStore } from '../../src/devices/store-index.js';
import type { AudienceMember } from '../../src/domain/engine/engine-api.js';
import { createEngine } from '../../src/domain/engine/engine.js';
import { DrawnBlocks } from '../../src/domain/screens/drawn-blocks.js';
import { isRunning } from '../../src/domain/screens/schedule.js';
import { ScreenDirector } from '../../src/screens/director.js';
import { whereOf } from '../../src/screens/content.js';
import { STORE } from '../runtime/harness.js';

const MILK = (STORE.products ?? [])[0]?.gtin ?? '';
const item = (contentId: string, more: Partial<AgentItem> = {}): AgentItem => ({
  ...{ contentId, gtins: [], category: null, weight: 1, template: 'product' as const },
  ...more,
});
const campaign = (more: Partial<AgentCampaign> = {}): AgentCampaign => ({
  ...{ campaignId: 'c1', revision: 1, name: 'Milk', state: 'live', screens: null, category: 'dairy', gtins: [] },
  ...{ items: [item('milk', { category: 'dairy' }), item('wine', { category: 'wine' })] },
  ...{ goal: 'pickups', policy: 'bandit', holdoutPpm: 0, blockMinutes: 20, washInMinutes: 5, minPlaySeconds: 8 },
  ...{ dailyCap: null, frequencyCap: null, weight: 1, fromTs: null, toTs: null, days: null, hours: null, seed: 7 },
  ...more,
});
const member = (stayMs: number, dwell: Record<string, number> = {}): AudienceMember => ({
  ...{ stayMs, ts: 0, dwellMsByZone: new Map(Object.entries(dwell)), interestByZone: new Map() },
  person: ['cam-1', 'p', 1],
});

/** A director on a real engine, with a clock in hand; events come back at once, as from a fast disk. */
function staged(store: StoreFile = STORE) {
  const scene = {
    now: Date.UTC(2026, 4, 6, 4, 0),
    audience: [] as AudienceMember[],
    decided: [] as DecidedEvent[],
    shown: [] as { contentId: string; url: string; expiresTs: number }[],
    seq: 0,
  };
  let engine = createEngine();
  const apply = (event: DomainEvent) => {
    scene.seq += 1;
    engine.apply(scene.seq, event);
    director.apply({ seq: scene.seq, inboxSeq: 0, event });
  };
  const index = indexStore(store, 1);
  const director: ScreenDirector = new ScreenDirector({
    config: () => index,
    book: () => engine.screens,
    audienceOf: () => scene.audience,
    decide: (event) => {
      scene.decided.push(event);
      apply(event);
    },
    publish: (_topic, payload) => scene.shown.push(JSON.parse(payload) as never),
    clock: {
      now: () => scene.now,
      monotonicMs: () => scene.now,
      after: () => ({ cancel: () => undefined }),
      every: () => ({ cancel: () => undefined }),
    },
    random: { next: () => 0.3, id: () => `d-${scene.decided.length + 1}` },
  });
  apply({ kind: 'configured', ts: scene.now, version: 1, storeFile: store });
  director.start();
  const look = (afterMs: number, audience: AudienceMember[] = []) => {
    scene.now += afterMs;
    scene.audience = audience;
    director.look();
    return scene.decided.at(-1);
  };
  const stated = new Map<string, Fact>();
  /** everything that the engine has stated, in its newest word */
  const facts = () => {
    for (const fact of engine.takeFacts()) stated.set(factKey(fact), structuredClone(fact));
    return [...stated.values()];
  };
  const restart = () => (engine = createEngine(JSON.parse(JSON.stringify(engine.snapshot())) as never));
  return {
    scene,
    director,
    look,
    apply,
    restart,
    facts,
    tell: (c: AgentCampaign) => apply({ kind: 'campaign', ts: scene.now, campaign: c }),
  };
}

describe('a campaign on the agent', () => {
  it('plays its loop for nobody, chooses for who has stopped, and says every probability', () => {
    const { scene, look, tell } = staged();
    tell(campaign());
    expect(look(0)).toMatchObject({ contentId: 'milk', why: { code: 'loop' }, probabilityMicro: 1_000_000 });
    expect(look(15_000)).toMatchObject({ contentId: 'wine', arm: 'treated', campaignId: 'c1' });
    const chosen = look(100, [member(3000, { dairy: 60_000 })]);
    expect(['learned', 'exploring']).toContain(chosen?.why?.code);
    expect(chosen?.inputs).toEqual({ hour: 12, people: 1 });
    for (const { candidates, contentId, probabilityMicro } of scene.decided) {
      expect(candidates.reduce((sum, one) => sum + (one.probabilityMicro ?? NaN), 0)).toBe(1_000_000);
      expect(candidates.find((one) => one.contentId === contentId)?.probabilityMicro).toBe(probabilityMicro);
    }
  });

  it('says that something was learned only once it was, and never of one thing alone', () => {
    const { look, tell } = staged();
    tell(campaign({ items: [item('milk'), item('wine')] }));
    look(0);
    expect(look(15_000, [member(3000)])?.why?.code).toBe('exploring');
    const alone = staged();
    alone.tell(campaign({ items: [item('milk')] }));
    alone.look(0);
    expect(alone.look(15_000, [member(3000)])?.why?.code).toBe('loop');
  });

  it.each([
    ['paused', { state: 'paused' as const }],
    ['ended', { state: 'ended' as const }],
    ['without the item', { items: [item('wine')] }],
  ])('takes an item off at once when the campaign is %s', (_what, more) => {
    const { scene, look, tell } = staged();
    tell(campaign({ items: [item('milk')] }));
    look(0);
    tell(campaign({ items: [item('milk')], revision: 2, ...more }));
    expect(look(500)?.contentId).not.toBe('milk');
    // An older word that comes late changes nothing.
    tell(campaign({ items: [item('milk')], revision: 1 }));
    look(20_000);
    expect(scene.decided.slice(1).map(({ contentId }) => contentId)).not.toContain('milk');
  });

  it('ends by its own clock, and the screen knows when', () => {
    const { scene, look, tell } = staged();
    tell(campaign({ items: [item('milk')], toTs: scene.now + 10_000 }));
    look(0);
    expect(scene.shown.at(-1)).toMatchObject({ contentId: 'milk', expiresTs: scene.now + 10_000 });
    expect(look(10_000)).toMatchObject({ contentId: 'idle', why: { code: 'nothing' } });
  });

  it('leaves when it is over: what came late has been counted by then, and an older word still changes nothing', () => {
    const { scene, apply, tell, restart } = staged();
    let engine = restart();
    const at = (days: number) => {
      const ts = scene.now + days * 86_400_000;
      apply({ kind: 'positions', deviceId: 'cam-1', ts, receivedTs: ts, digest: `${ts}`, people: [] });
      engine = restart();
      return [...engine.screens.campaigns()].map(({ campaignId, items }) => [campaignId, items.length]);
    };
    tell(campaign({ toTs: scene.now + 1000 }));
    tell(campaign({ campaignId: 'c2' }));
    expect(at(1)).toEqual([['c1', 2], ['c2', 2]]); // prettier-ignore
    expect(at(4)).toEqual([['c1', 0], ['c2', 2]]); // prettier-ignore
    tell(campaign());
    expect(at(5)).toEqual([['c1', 0], ['c2', 2]]); // prettier-ignore
    expect(at(70)).toEqual([['c2', 2]]);
  });

  it('is shown to one visit only so often, and to the next one again', () => {
    const { scene, look, apply, tell } = staged();
    tell(campaign({ items: [item('milk')], frequencyCap: 2, policy: 'loop' }));
    /** Somebody before the screen for so many turns, as the camera sees them. */
    const stays = (name: string, turns: number) => {
      const since = scene.now;
      for (let second = 0; second < 15 * turns; second += 1) {
        const ts = scene.now;
        const where = { deviceId: 'cam-1', ts, receivedTs: ts, digest: `${ts}` };
        apply({ kind: 'positions', ...where, people: [[name, 10_000, 4_000]] });
        look(1_000, [{ ...member(5_000), person: ['cam-1', name, since] }]);
      }
    };
    const shown = () => scene.decided.filter(({ contentId }) => contentId === 'milk').length;
    stays('p', 6);
    expect(shown()).toBe(2);
    expect(scene.decided.at(-1)?.contentId).not.toBe('milk');
    // whoever comes at once to where somebody has just vanished is taken for the same
    scene.now += 10_000;
    stays('q', 4);
    expect(shown()).toBe(4);
  });

  it.each([
    ['Asia/Shanghai', Date.UTC(2026, 4, 6, 15, 59, 30)],
    // the night in which clocks go forward: the day has 23 hours
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 21, 59, 30)],
  ])(
    'plays no more than its cap on one day of the store in %s, and again behind midnight',
    (timezone, beforeMidnight) => {
      const { scene, look, tell } = staged({ ...STORE, store: { ...STORE.store, timezone } });
      scene.now = beforeMidnight - 60_000;
      tell(campaign({ items: [item('milk'), item('wine')], dailyCap: 2, policy: 'loop' }));
      const own = () => scene.decided.filter(({ contentId }) => contentId === 'milk' || contentId === 'wine').length;
      for (let n = 0; n < 5; n += 1) look(16_000);
      expect(own()).toBe(2);
      look(30_000);
      expect(own()).toBeGreaterThan(2);
    },
  );

  it('does not play what a sensor says is empty, from that event on', () => {
    const slot = STORE.fixtures?.flatMap(({ slots = [] }) => slots).find(({ gtin }) => gtin === MILK);
    const unit = STORE.products?.find(({ gtin }) => gtin === MILK)?.unitGrams ?? 0;
    const shelf = STORE.devices?.find(({ family }) => family === 'shelf')?.id ?? '';
    const { scene, look, apply, tell } = staged();
    const weigh = (atMs: number, units: number) => {
      const ts = scene.now + atMs;
      const decigrams = Math.round(units * unit * 10);
      apply({
        kind: 'weight',
        deviceId: shelf,
        ts,
        receivedTs: ts,
        digest: String(ts),
        slotId: slot?.id ?? '',
        decigrams,
      });
    };
    for (let n = 0; n < 5; n += 1) weigh(n * 500, 1);
    tell(campaign({ items: [item('milk', { gtins: [MILK] }), item('wine')] }));
    expect(look(3000)?.contentId).toBe('milk');
    for (let n = 0; n < 4; n += 1) weigh(n * 500, 0);
    expect(look(1500)?.contentId).toBe('wine');
    expect(scene.decided.at(-1)?.candidates.map(({ contentId }) => contentId)).toEqual(['wine']);
  });

  it('is held to its daily cap, over restarts', () => {
    const { scene, look, tell, restart } = staged();
    tell(campaign({ items: [item('milk'), item('wine')], dailyCap: 2 }));
    for (let n = 0; n < 6; n += 1) {
      look(16_000);
      restart();
    }
    expect(scene.decided.filter(({ contentId }) => ['milk', 'wine'].includes(contentId))).toHaveLength(2);
  });

  it('shows the plain loop in blocks that are held out', () => {
    const { scene, look, tell } = staged();
    tell(campaign({ holdoutPpm: 900_000 }));
    const { campaigns } = { campaigns: new DrawnBlocks() };
    for (let n = 0; n < 40; n += 1) {
      look(1_200_000);
      const block = campaigns.at(campaign({ holdoutPpm: 900_000 }), 'screen-1', scene.now, 'Asia/Shanghai');
      expect(scene.decided.at(-1)).toMatchObject({
        arm: block.arm,
        blockTs: block.fromTs,
        heldOut: block.arm === 'heldOut',
      });
      if (block.arm === 'heldOut')
        expect(scene.decided.at(-1)).toMatchObject({ why: { code: 'heldOut' }, probabilityMicro: 1_000_000 });
    }
    expect(scene.decided.map(({ contentId }) => contentId)).toContain('card-dairy');
  });

  it("obeys a person's pin and pause until their time, over a restart, and shows who said it", () => {
    const { scene, director, look, apply, tell, restart } = staged();
    tell(campaign());
    look(0);
    const order = { screenId: 'screen-1', by: 'ann@example.org', atTs: scene.now };
    apply({
      kind: 'ordered',
      ts: scene.now,
      order: { ...order, action: 'pin', item: item('poster'), untilTs: scene.now + 60_000 },
    });
    expect(look(0)).toMatchObject({ contentId: 'poster', why: { code: 'pinned' } });
    restart();
    look(50_000, [member(9000, { wine: 60_000 })]);
    expect(director.list()).toMatchObject([
      { contentId: 'poster', order: { action: 'pin', by: 'ann@example.org', contentId: 'poster' } },
    ]);
    expect(look(10_000)?.contentId).not.toBe('poster');
    expect(director.list()[0]?.order).toBeUndefined();
    apply({ kind: 'ordered', ts: scene.now, order: { ...order, action: 'pause', untilTs: null, atTs: scene.now } });
    expect(look(0)).toMatchObject({ contentId: 'idle', why: { code: 'paused' } });
    apply({
      kind: 'ordered',
      ts: scene.now,
      order: { ...order, action: 'resume', untilTs: null, atTs: scene.now + 1 },
    });
    expect(look(0)).toMatchObject({ campaignId: 'c1' });
  });
});

describe('the schedule', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:00Z', true],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', false],
    ['Europe/Berlin', '2026-10-25T00:30:00Z', true],
    ['Europe/Berlin', '2026-10-25T01:30:00Z', true],
    ['Asia/Shanghai', '2026-03-28T17:30:00Z', true],
  ])('goes by the clock of %s at %s', (zone, at, is) => {
    expect(isRunning(campaign({ days: ['sun'], hours: [['01:00', '03:00']] }), Date.parse(at), zone)).toBe(is);
  });

  it('lets hours over midnight belong to the day on which they begin', () => {
    const late = campaign({ days: ['fri'], hours: [['22:00', '02:00']] });
    expect(isRunning(late, Date.parse('2026-05-09T01:00:00Z'), 'UTC')).toBe(true);
    expect(isRunning(late, Date.parse('2026-05-08T01:00:00Z'), 'UTC')).toBe(false);
  });
});

describe('blocks', () => {
  it('are cut from midnight, also on days of 23 and 25 hours, and each lies within one', () => {
    const drawn = new DrawnBlocks();
    for (const [day, hours] of [
      ['2026-03-28T23:00:00Z', 23],
      ['2026-10-24T22:00:00Z', 25],
    ] as const) {
      const from = Date.parse(day);
      const seen = new Set<number>();
      let at = from;
      while (at < from + hours * 3_600_000) {
        const block = drawn.at(campaign({ holdoutPpm: 500_000, blockMinutes: 50 }), 'g', at, 'Europe/Berlin');
        expect([block.fromTs <= at, at < block.toTs]).toEqual([true, true]);
        seen.add(block.fromTs);
        at = block.toTs;
      }
      expect(at).toBe(from + hours * 3_600_000);
      expect(seen.size).toBe(Math.ceil((hours * 60) / 50));
    }
  });
});

it('an item lies where the player finds it', () => {
  expect(whereOf('s', item('t'))).toBe('/player/s/template/t');
  expect(whereOf('s', { ...item('u'), template: undefined as never, url: 'https://example.org/a' })).toBe(
    'https://example.org/a',
  );
});

/** Two screens before one audience. */
const PAIR: StoreFile = {
  ...STORE,
  devices: (STORE.devices ?? []).flatMap((device) =>
    device.family === 'screen' ? [device, { ...device, id: `${device.id}-b` }] : [device],
  ),
};

describe('screens that share an audience', () => {
  const shownBy = (decided: readonly DecidedEvent[]) => {
    const newest = new Map<string, string>();
    for (const { screenId, contentId } of decided) newest.set(screenId, contentId);
    return [...newest.values()];
  };

  it('show the same change together, by one draw that counts once', () => {
    const { scene, look, tell, restart } = staged(PAIR);
    tell(campaign({ items: ['a', 'b', 'c', 'd'].map((id) => item(id)), frequencyCap: 9 }));
    for (let at = 0; at < 12; at += 1) {
      look(at === 0 ? 0 : 15_500, [member(3000)]);
      const both = shownBy(scene.decided);
      expect(both).toHaveLength(2);
      expect(both[0]).toBe(both[1]);
    }
    const led = scene.decided.filter(({ follows }) => follows !== undefined);
    expect(led.length).toBeGreaterThan(2);
    for (const { follows, contentId, probabilityMicro, candidates, ts } of led)
      expect(scene.decided.find(({ decisionId }) => decisionId === follows)).toMatchObject({
        ...{ contentId, probabilityMicro, candidates, ts },
      });
    const seen = restart().screens.seenBy(['cam-1', 'p', 1], 'c1');
    expect(seen).toBeLessThanOrEqual(scene.decided.length - led.length);
  });

  it('go their own way where a person has pinned the first one', () => {
    const { scene, look, tell, apply } = staged(PAIR);
    tell(campaign());
    look(0);
    const [first] = scene.decided;
    apply({
      ...{ kind: 'ordered', ts: scene.now },
      order: {
        ...{ screenId: first?.screenId ?? '', action: 'pause', untilTs: scene.now + 3_600_000, by: 'Li' },
        atTs: scene.now,
      },
    });
    look(15_500);
    const [own] = scene.decided.filter(({ ts, screenId }) => ts === scene.now && screenId !== first?.screenId);
    expect(own).toMatchObject({ campaignId: 'c1', why: { code: 'loop' } });
    expect(own?.follows).toBeUndefined();
  });
});

describe('what is on', () => {
  const cares = (dairy: number, wine: number): AudienceMember => ({
    ...member(3000),
    interestByZone: new Map([
      ['dairy', { ppm: dairy, ageMs: 0 }],
      ['wine', { ppm: wine, ageMs: 0 }],
    ]),
  });

  it.each([
    ['stays while another is a little ahead', 250_000, 'milk'],
    ['gives way to what is clearly ahead', 450_000, 'wine'],
  ])('%s, by the rule', (_what, wine, expected) => {
    const { look, tell } = staged();
    tell(campaign({ policy: 'rule' }));
    look(0);
    expect(look(15_500, [cares(200_000, 100_000)])?.contentId).toBe('milk');
    look(15_500, [cares(200_000, wine)]);
    expect(look(15_500, [cares(200_000, wine)])?.contentId).toBe(expected);
  });
});

describe('what was learnt', () => {
  const shopper = (ts: number): DomainEvent => ({
    ...{ kind: 'positions', deviceId: 'cam-1', ts, receivedTs: ts, digest: `${ts}`, people: [] },
  });
  const prior = (mean: number, atTs: number): DomainEvent => ({
    ...{ kind: 'prior', ts: 0 },
    prior: {
      ...{ goal: 'pickups', mean: [mean, 0.5, 0, 0, 0], precision: [400, 25, 50, 50, 50] },
      ...{ shops: 3, choices: 900, items: 12, atTs },
    },
  });

  it('is said with each decision once it is settled, and of none that teaches nothing', () => {
    const { scene, look, tell, apply, facts } = staged();
    tell(campaign({ items: [item('milk'), item('wine')] }));
    look(0);
    look(15_000, [member(3000)]);
    const said = () => facts().flatMap((fact) => (fact.kind === 'decision' ? [fact.value.rewarded] : []));
    expect(said()).toEqual([undefined, undefined]);
    apply(shopper(scene.now + 6 * 60_000));
    expect(said()).toEqual([undefined, false]);
  });

  it('elsewhere is what a new item is taken to be worth, the newest word counts, over a restart', () => {
    const { apply, restart } = staged();
    const priorOf = () => restart().screens.priorOf('pickups').mean[0];
    expect(priorOf()).toBe(0.1);
    apply(prior(0.3, 20));
    expect(priorOf()).toBe(0.3);
    apply(prior(0.4, 10));
    expect(priorOf()).toBe(0.3);
    expect(restart().screens.priorOf('stops').mean[0]).toBe(0.1);
  });

  it('elsewhere moves the choice of what was not shown here', () => {
    const cares = (): AudienceMember => ({
      ...member(3000),
      interestByZone: new Map([['dairy', { ppm: 900_000, ageMs: 0 }]]),
    });
    const probabilityOf = (more?: DomainEvent) => {
      const { look, tell, apply } = staged();
      if (more) apply(more);
      tell(campaign());
      look(0);
      return look(15_000, [cares()])?.candidates.find(({ contentId }) => contentId === 'milk')?.probabilityMicro ?? 0;
    };
    expect(probabilityOf(prior(0.1, 1))).toBeGreaterThan(probabilityOf() + 100_000);
  });
});
