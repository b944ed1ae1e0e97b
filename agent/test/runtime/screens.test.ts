import { describe, expect, it } from 'vitest';
import type { DecidedEvent, StoreFile } from '@aisle/contracts';
import { indexStore } from '../../src/devices/store-index.js';
import type { AudienceMember } from '../../src/domain/engine/engine-api.js';
import { cardData, cardsOf } from '../../src/screens/content.js';
import { ScreenDirector } from '../../src/screens/director.js';
import { choose } from '../../src/screens/rule.js';
import { SECRETS, STORE, openShop, positions, topic, until } from './harness.js';

const member = (
  stayMs: number,
  dwell: Record<string, number> = {},
  interest: Record<string, [ppm: number, ageMs?: number]> = {},
): AudienceMember => ({
  stayMs,
  ts: 0,
  dwellMsByZone: new Map(Object.entries(dwell)),
  interestByZone: new Map(Object.entries(interest).map(([zone, [ppm, ageMs = 0]]) => [zone, { ppm, ageMs }])),
});

describe('the rule', () => {
  it.each([
    [
      'the category with the longest dwell',
      [member(5000, { dairy: 9000, wine: 20_000 })],
      'card-wine',
      { code: 'dwell', values: { category: 'wine', seconds: 20 } },
    ],
    [
      'the longest sum over the audience',
      [member(5000, { dairy: 9000, wine: 10_000 }), member(4000, { dairy: 9000 })],
      'card-dairy',
      { code: 'dwell', values: { category: 'dairy', seconds: 18 } },
    ],
    [
      'the first in the store file at a tie',
      [member(5000, { dairy: 5000, wine: 5000 })],
      'card-dairy',
      { code: 'dwell', values: { category: 'dairy', seconds: 5 } },
    ],
    [
      'the category with the most interest, whatever the dwell',
      [member(5000, { dairy: 90_000, wine: 2000 }, { dairy: [100_000], wine: [620_000] })],
      'card-wine',
      { code: 'interest', values: { category: 'wine', percent: 60 } },
    ],
    [
      'the most interest over the audience',
      [
        member(5000, {}, { wine: [700_000] }),
        member(5000, {}, { dairy: [500_000] }),
        member(5000, {}, { dairy: [400_000] }),
      ],
      'card-dairy',
      { code: 'interest', values: { category: 'dairy', percent: 30 } },
    ],
    [
      'fresh interest before stronger interest of minutes ago',
      [member(5000, {}, { wine: [900_000, 180_000], dairy: [300_000] })],
      'card-dairy',
      { code: 'interest', values: { category: 'dairy', percent: 30 } },
    ],
    [
      'by dwell when interest has faded',
      [member(5000, { wine: 20_000 }, { dairy: [80_000, 120_000] })],
      'card-wine',
      { code: 'dwell', values: { category: 'wine', seconds: 20 } },
    ],
    [
      'the nearest category without any dwell',
      [member(5000, { view: 5000 })],
      'card-dairy',
      { code: 'nearest', values: { category: 'dairy' } },
    ],
  ])('chooses %s and says why', (_title, audience, contentId, why) => {
    const choice = choose(STORE, 'view', audience);
    expect(choice).toMatchObject({ card: { contentId }, why });
    expect(choice?.candidates.map((candidate) => candidate.contentId)).toEqual(['card-dairy', 'card-wine']);
  });

  it("prefers the store file's own content to a drawn card", () => {
    const store: StoreFile = {
      ...STORE,
      content: [{ id: 'film', category: 'wine', url: 'https://example.org/wine.jpg' }],
    };
    expect(cardsOf(store).map((card) => card.contentId)).toEqual(['film', 'card-dairy']);
    expect(choose(store, 'view', [member(5000, { wine: 1000 })])?.card).toMatchObject({
      contentId: 'film',
      url: 'https://example.org/wine.jpg',
    });
  });

  it('welcomes those who have not stopped anywhere, where the store file has content without a category', () => {
    const store: StoreFile = { ...STORE, content: [{ id: 'welcome' }] };
    expect(choose(store, 'view', [member(5000)])).toMatchObject({
      card: { contentId: 'welcome' },
      why: { code: 'welcome', values: {} },
    });
  });

  it.each([
    ['wine', [16, 0], 'nearest'],
    ['dairy', [1, 0], 'nearest'],
  ])(
    'takes %s where that is nearest to the screen, whatever stands first in the file',
    (category, [x = 0, y = 0], code) => {
      const zones = STORE.zones?.map((zone) =>
        zone.id === 'view'
          ? {
              ...zone,
              polygon: [
                [x, y],
                [x + 2, y],
                [x + 2, y + 2],
              ] as [number, number][],
            }
          : zone,
      );
      const choice = choose({ ...STORE, ...(zones && { zones }) }, 'view', [member(5000)]);
      expect(choice).toMatchObject({ card: { contentId: `card-${category}` }, why: { code, values: { category } } });
    },
  );

  it('takes the first in the file where no zone says how far any category is', () => {
    const choice = choose(STORE, 'nowhere', [member(5000)]);
    expect(choice?.why).toEqual({ code: 'first', values: { category: 'dairy' } });
  });

  it('draws cards with names in both languages and prices', () => {
    expect(cardData(STORE, 'card-dairy')).toMatchObject({
      name: { en: 'Dairy', zh: '乳品' },
      currency: 'CNY',
      products: [{ name: { en: 'Milk 1 l', zh: '牛奶1升' }, price: 12.5 }],
    });
    expect(cardData(STORE, 'nothing')).toBeUndefined();
  });
});

/** A director with a clock in hand; decisions come back at once, as from a fast disk. */
function staged(options: { switchesPerMinute?: number } = {}) {
  const scene = {
    now: 1_000_000,
    audience: [] as AudienceMember[],
    decided: [] as DecidedEvent[],
    shown: [] as { decisionId: string; contentId: string; expiresTs: number }[],
    timers: [] as { afterMs: number; action: () => void }[],
  };
  const director: ScreenDirector = new ScreenDirector(
    {
      config: () => indexStore(STORE, 1),
      audienceOf: () => scene.audience,
      decide: (event) => {
        scene.decided.push(event);
        director.apply({ seq: scene.decided.length, inboxSeq: 0, event });
      },
      publish: (_topic, payload) => scene.shown.push(JSON.parse(payload) as never),
      clock: {
        now: () => scene.now,
        monotonicMs: () => scene.now,
        after: (afterMs, action) => {
          scene.timers.push({ afterMs, action });
          return { cancel: () => undefined };
        },
        every: () => ({ cancel: () => undefined }),
      },
      random: { next: () => 0, id: () => `d-${scene.decided.length + 1}` },
    },
    options,
  );
  director.start();
  const look = (afterMs: number, audience: AudienceMember[]) => {
    scene.now += afterMs;
    scene.audience = audience;
    director.look();
  };
  return { scene, director, look };
}

describe('the director', () => {
  it("decides when a stay reaches the zone's engagedAfterSeconds, not before", () => {
    const { scene, look } = staged();
    look(0, [member(2999, { dairy: 2000 })]);
    expect(scene.decided).toEqual([]);
    look(1, [member(3000, { dairy: 2000 })]);
    expect(scene.decided).toMatchObject([
      { screenId: 'screen-1', contentId: 'card-dairy', category: 'dairy', probabilityMicro: 1_000_000, heldOut: false },
    ]);
    expect(scene.shown).toMatchObject([{ decisionId: 'd-1', contentId: 'card-dairy', expiresTs: scene.now + 30_000 }]);
  });

  it('switches when the minimum play time runs out, although nobody has moved since', () => {
    const { scene, look } = staged();
    look(0, [member(3000, { dairy: 9000 })]);
    look(1000, [member(4000, { dairy: 9000, wine: 20_000 })]);
    look(1000, [member(5000, { dairy: 9000, wine: 21_000 })]);
    expect(scene.decided).toHaveLength(1);
    expect(scene.timers.map(({ afterMs }) => afterMs)).toEqual([7000]);
    scene.now += 6000;
    scene.timers[0]?.action();
    expect(scene.decided[1]).toMatchObject({ contentId: 'card-wine' });
  });

  it('plays at least eight seconds before it switches', () => {
    const { scene, look } = staged();
    look(0, [member(3000, { dairy: 2000 })]);
    look(7999, [member(3000, { wine: 9000 })]);
    expect(scene.decided).toHaveLength(1);
    look(1, [member(3000, { wine: 9000 })]);
    expect(scene.decided.map((event) => event.contentId)).toEqual(['card-dairy', 'card-wine']);
  });

  it('does not decide again for what is already on, but lets it stay as long as somebody watches', () => {
    const { scene, director, look } = staged();
    look(0, [member(3000, { dairy: 2000 })]);
    look(16_000, [member(19_000, { dairy: 2000 })]);
    expect(scene.decided).toHaveLength(1);
    expect(scene.shown.at(-1)).toMatchObject({ decisionId: 'd-1', expiresTs: scene.now + 30_000 });
    scene.now += 30_001;
    expect(director.list()).toMatchObject([{ deviceId: 'screen-1', decisionId: null }]);
    look(0, [member(60_000, { dairy: 2000 })]);
    expect(scene.decided).toHaveLength(2);
  });

  it('switches at most so many times in a minute', () => {
    const { scene, look } = staged({ switchesPerMinute: 3 });
    for (let n = 0; n < 6; n += 1) look(9000, [member(3000, { [n % 2 ? 'dairy' : 'wine']: 2000 })]);
    expect(scene.decided).toHaveLength(3);
    look(20_000, [member(3000, { dairy: 2000 })]);
    expect(scene.decided).toHaveLength(4);
  });

  it("is rebuilt from the journal's decisions, and delivers what is still on", () => {
    const { scene, look } = staged();
    look(0, [member(3000, { wine: 2000 })]);
    const later = staged();
    later.scene.now = scene.now + 10_000;
    later.director.restore(JSON.parse(JSON.stringify([{ decision: scene.decided[0], expiresTs: scene.now + 30_000 }])));
    later.director.start();
    expect(later.scene.shown).toMatchObject([
      { decisionId: 'd-1', contentId: 'card-wine', expiresTs: scene.now + 30_000 },
    ]);
  });
});

describe('a screen in the shop', () => {
  it('is told what to show, logs why, keeps it for a player that comes late, and its receipt reaches the cloud', async () => {
    const shop = await openShop();
    const screen = await shop.connect('screen-1', SECRETS['screen-1']);
    const shows: { payload: { decisionId: string; contentId: string; reason: string; url: string } }[] = [];
    screen.on('message', (_topic, payload) => shows.push({ payload: JSON.parse(payload.toString()) as never }));
    await screen.subscribeAsync(topic('screen-1', 'screen/show'), { qos: 1 });
    const camera = await shop.connect();
    const now = Date.now();
    // Eight seconds among the wine, then a walk to the screen, where the stay becomes engaged.
    const path = Array.from({ length: 14 }, (_, n): [number, number] => (n < 9 ? [16, 2] : [10, 4]));
    for (const [n, [x, y]] of path.entries())
      await camera.publishAsync(topic('cam-1', 'camera/positions'), positions(now - 20_000 + n * 1000, [['p', x, y]]), {
        qos: 1,
      });
    const { payload } = await until('the order', () => shows[0]);
    expect(payload).toMatchObject({
      contentId: 'card-wine',
      reason: expect.stringMatching(/^Shoppers here spent longest in Wine \(\d+ s\)$/),
      url: '/player/screen-1/content/card-wine.json',
    });
    await screen.publishAsync(
      topic('screen-1', 'screen/play'),
      JSON.stringify({
        ts: now,
        decisionId: payload.decisionId,
        contentId: 'card-wine',
        startedTs: now,
        endedTs: now,
        completed: false,
      }),
      { qos: 1 },
    );
    const facts = () => [...shop.cloud.facts.values()];
    const decision = await until('the decision at the cloud', () => facts().find((fact) => fact.kind === 'decision'));
    expect(decision).toMatchObject({
      subject: payload.decisionId,
      value: { screenId: 'screen-1', category: 'wine', reason: payload.reason, why: { code: 'dwell' } },
    });
    await until('the play at the cloud', () => facts().find((fact) => fact.kind === 'play'));

    const late = await shop.connect('screen-1', SECRETS['screen-1']);
    const again: string[] = [];
    late.on('message', (_topic, body) =>
      again.push((JSON.parse(body.toString()) as { decisionId: string }).decisionId),
    );
    await late.subscribeAsync(topic('screen-1', 'screen/show'), { qos: 1 });
    await until('the retained order', () => again.includes(payload.decisionId));
    // And after a restart of the agent: from the journal.
    await shop.agent.stop();
    await shop.start();
    const third = await shop.connect('screen-1', SECRETS['screen-1']);
    const restored: string[] = [];
    third.on('message', (_topic, body) =>
      restored.push((JSON.parse(body.toString()) as { decisionId: string }).decisionId),
    );
    await third.subscribeAsync(topic('screen-1', 'screen/show'), { qos: 1 });
    await until('the order of the life before', () => restored.includes(payload.decisionId));
    await shop.end();
  });
});
