import { describe, expect, it } from 'vitest';
import { Value } from '@sinclair/typebox/value';
import { FACT_SCHEMAS, type DomainEvent } from '@aisle/contracts';
import { createEngine } from '../../src/domain/engine/engine.js';
import type { EngineSnapshot, InterestQuestion } from '../../src/domain/engine/engine-api.js';
import { FEATURE_COUNT } from '../../src/domain/interest/features.js';
import {
  Bench,
  configured,
  feature,
  positions,
  scale,
  seeded,
  SHELF_SHOP,
  START,
  together,
  walk,
} from './shelf-shop.js';

const judged = (answers: [number, number][]): DomainEvent => ({ kind: 'judged', ts: 0, model: 'test@0', answers });
/** Straight to the shelf, there for a while, and out by the hall. */
const visitor: [number, number, number][] = [
  [0, 3, 7.5],
  [4, 2.25, 2],
  [24, 2.25, 2],
  [30, 3, 7.5],
];
const bench = () => Bench.guarded(SHELF_SHOP);

describe('questions of interest', () => {
  it('are posed for each whole second of a visit to a zone with a category, and nowhere else', () => {
    const shop = bench().all(walk('cam-1', { a: [...visitor, [40, 3, 6]] }));
    const questions = shop.engine.takeQuestions();
    expect(new Set(questions.map((question) => question.zoneId))).toEqual(new Set(['dairy']));
    const seconds = questions.map((question) => (question.ts - START) / 1000);
    // In the zone from 3.0 s (y = 3.9) to 26.0 s; a visit from the second sample on.
    expect(seconds).toEqual(Array.from({ length: seconds.length }, (_, at) => 4 + at));
    expect(seconds.at(-1)).toBeGreaterThanOrEqual(25);
    expect(
      questions.every(({ features }) => features.length === FEATURE_COUNT && features.every(Number.isFinite)),
    ).toBe(true);
    expect(shop.engine.takeQuestions()).toEqual([]);
  });

  it('tell a walk to the shelf from standing at it', () => {
    const questions = bench()
      .all(walk('cam-1', { a: visitor }))
      .engine.takeQuestions();
    const [first, last] = [questions[0], questions.find(({ ts }) => ts === START + 20_000)];
    expect(feature(first, 'speed')).toBeGreaterThan(0.8);
    expect(feature(first, 'heading')).toBeGreaterThan(0.8);
    expect(feature(first, 'approachSpeed')).toBeGreaterThan(0.3);
    expect(feature(first, 'standSeconds')).toBe(0);
    expect(feature(last, 'speed')).toBeLessThan(0.05);
    expect(feature(last, 'fixtureMetres')).toBeCloseTo(0.5, 1);
    expect(feature(last, 'standSeconds')).toBeGreaterThan(12);
    expect(feature(last, 'reachSeconds')).toBeGreaterThan(14);
    expect(feature(last, 'stops')).toBe(1);
    expect(feature(last, 'dwellSeconds')).toBe(17);
  });

  it('remember returns, visits elsewhere, and what was taken at least ten seconds before', () => {
    const way: [number, number, number][] = [
      [0, 2.25, 2],
      [10, 2.25, 2],
      [14, 3, 6],
      [18, 8, 2],
      [23, 8, 2],
      [27, 3, 6],
      [31, 2.25, 2],
      [50, 2.25, 2],
    ];
    const shop = bench().all(together(walk('cam-1', { a: way }), scale('shelf-1', 's1', 1000, 60, { 5: 1 })));
    const questions = shop.engine.takeQuestions();
    const at = (second: number) => questions.find(({ ts }) => ts === START + second * 1000);
    expect(feature(at(9), 'pickups')).toBe(0);
    expect(feature(at(20), 'pickups')).toBe(1);
    expect(feature(at(20), 'pickupsHere')).toBe(0);
    expect(feature(at(20), 'otherVisits')).toBe(1);
    expect(feature(at(20), 'sincePickupSeconds')).toBeCloseTo(15, 0);
    expect(feature(at(45), 'returns')).toBe(1);
    expect(feature(at(45), 'otherVisits')).toBe(1);
  });

  it('measure to the edge of a zone whose fixtures have no place', () => {
    const fixtures = (SHELF_SHOP.fixtures ?? []).map(({ at: _at, size: _size, ...fixture }) => fixture);
    const shop = new Bench({ ...SHELF_SHOP, fixtures }).all(
      walk('cam-1', {
        a: [
          [0, 3, 2],
          [10, 3, 2],
        ],
      }),
    );
    expect(feature(shop.engine.takeQuestions().at(-1), 'fixtureMetres')).toBeCloseTo(1, 2);
  });
});

describe('answers', () => {
  it('weigh the time of the visit before their second, in its minute', () => {
    const shop = bench().all(
      walk('cam-1', {
        a: [
          [50, 2.25, 2],
          [70, 2.25, 2],
        ],
      }),
    );
    shop.apply(judged(shop.engine.takeQuestions().map(({ n, ts }) => [n, ts < START + 60_000 ? 200_000 : 700_000])));
    const values = shop.values('zone', 'dairy').map((fact) => fact.value.interest);
    // The second that ends at the full minute still lies before it, and was judged as the later one.
    expect(values).toEqual([
      { ppmMs: 200_000 * 9000 + 700_000 * 1000, ms: 10_000 },
      { ppmMs: 700_000 * 10_000, ms: 10_000 },
    ]);
    for (const fact of shop.facts.values()) expect([...Value.Errors(FACT_SCHEMAS[fact.kind], fact)]).toEqual([]);
  });

  it('count once, and only for questions that are open', () => {
    const shop = bench().all(
      walk('cam-1', {
        a: [
          [0, 2.25, 2],
          [5, 2.25, 2],
        ],
      }),
    );
    const [question] = shop.engine.takeQuestions() as [InterestQuestion];
    shop.apply(
      judged([
        [question.n, 400_000],
        [question.n, 900_000],
        [999_999, 1],
      ]),
    );
    shop.apply(judged([[question.n, 900_000]]));
    expect(shop.values('zone', 'dairy')[0]?.value.interest).toEqual({ ppmMs: 400_000 * 1000, ms: 1000 });
  });

  it('that come more than three minutes late count for nothing', () => {
    const shop = bench().all(
      walk('cam-1', {
        a: [
          [0, 2.25, 2],
          [5, 2.25, 2],
        ],
      }),
    );
    const questions = shop.engine.takeQuestions();
    for (let at = 6; at < 200; at += 1) shop.apply(positions('cam-1', START + at * 1000, []));
    shop.apply(judged(questions.map(({ n }) => [n, 500_000])));
    expect(shop.values('zone', 'dairy')[0]?.value).not.toHaveProperty('interest');
  });

  it('without any, interest is left out', () => {
    const shop = bench().all(walk('cam-1', { a: visitor }));
    expect(shop.values('zone', 'dairy')[0]?.value).not.toHaveProperty('interest');
  });

  it('show in the audience of a screen, the newest per zone', () => {
    const shop = bench().all(
      walk('cam-1', {
        a: [
          [0, 2.25, 2],
          [10, 2.25, 2],
        ],
      }),
    );
    shop.apply(judged(shop.engine.takeQuestions().map(({ n, ts }) => [n, (ts - START) * 10])));
    expect(shop.engine.audienceOf('dairy')[0]?.interestByZone).toEqual(
      new Map([['dairy', { ppm: 100_000, ageMs: 0 }]]),
    );
  });

  it('find a window that has left the memory', () => {
    const shop = bench().all(
      walk('cam-1', {
        a: [
          [0, 2.25, 2],
          [5, 2.25, 2],
        ],
      }),
    );
    const questions = shop.engine.takeQuestions();
    // Nobody is in the zone any more, so its window is free to go.
    shop.apply(positions('cam-1', START + 10_000, []));
    // Another camera is hours ahead; by the first one's own time its questions are still open.
    for (let at = 0; at < 11_000; at += 1) shop.apply(positions('cam-2', START + at * 1500, []));
    shop.take();
    expect(shop.evict()).toBeGreaterThan(0);
    expect([...shop.table.keys()]).toContain(`zone|${START}|dairy`);
    shop.apply(judged(questions.map(({ n }) => [n, 500_000])));
    expect(shop.values('zone', 'dairy')[0]?.value).toMatchObject({
      visits: 1,
      dwellMs: 5000,
      interest: { ppmMs: 500_000 * 5000, ms: 5000 },
    });
  });
});

describe('after a restart', () => {
  it('asks again what has no answer, and never what has one', () => {
    const shop = bench().all(walk('cam-1', { a: visitor }));
    const questions = shop.engine.takeQuestions();
    const answered = questions.slice(0, 10);
    shop.apply(judged(answered.map(({ n }) => [n, 500_000])));
    shop.restart();
    expect(shop.engine.takeQuestions()).toEqual(questions.slice(10));
    shop.apply(judged(questions.map(({ n }) => [n, 500_000])));
    const total = shop.values('zone', 'dairy').reduce((sum, { value }) => sum + (value.interest?.ms ?? 0), 0);
    expect(total).toBe(questions.length * 1000);
  });

  it('knows people, stays and what they took as before', () => {
    const events = together(
      walk('cam-1', {
        a: visitor,
        b: [
          [2, 8, 6],
          [8, 7, 2],
          [30, 7, 2],
        ],
      }),
      scale('shelf-1', 's1', 1000, 30, { 10: 1 }),
    );
    const [through, restarted] = [bench(), bench()];
    const one: InterestQuestion[] = [];
    const two: InterestQuestion[] = [];
    events.forEach((event, at) => {
      through.apply(event);
      restarted.apply(event);
      one.push(...through.engine.takeQuestions());
      two.push(...restarted.engine.takeQuestions());
      if (at % 17 === 0) {
        restarted.restart();
        restarted.engine.takeQuestions();
      }
    });
    expect(one.length).toBeGreaterThan(30);
    expect(two).toEqual(one);
  });

  it('takes up a snapshot made before there was interest', () => {
    const shop = bench().all(
      walk('cam-1', {
        a: [
          [0, 2.25, 2],
          [5, 2.25, 2],
        ],
      }),
    );
    const snapshot = JSON.parse(JSON.stringify(shop.engine.snapshot())) as EngineSnapshot & {
      data: { parts: { interest?: unknown } };
    };
    delete snapshot.data.parts.interest;
    shop.engine = createEngine(snapshot);
    shop.all(
      walk('cam-1', {
        a: [
          [5.5, 2.25, 2],
          [9, 2.25, 2],
        ],
      }),
    );
    expect(shop.engine.takeQuestions().length).toBe(4);
  });
});

describe('outcomes', () => {
  const shelves = (taken: Record<number, number>) => [
    scale('shelf-1', 's1', 1000, 140, taken),
    scale('shelf-1', 's2', 1000, 140),
  ];
  const after = walk('cam-1', {
    z: [
      [31, 9, 6],
      [140, 9, 6],
    ],
  });

  it('is 1 for the minute before something of the category is taken within reach, 0 afterwards', () => {
    const shop = bench().all(together(walk('cam-1', { a: visitor }), after, ...shelves({ 15: 1 })));
    const samples = shop.engine.takeSamples().sort((a, b) => a.ts - b.ts);
    expect(samples.map(({ ts, taken }) => [(ts - START) / 1000, taken])).toEqual(
      samples.map(({ ts }) => [(ts - START) / 1000, ts < START + 15_000]),
    );
    expect(samples.filter(({ taken }) => taken).length).toBe(11);
    expect(samples.filter(({ taken }) => !taken).length).toBeGreaterThan(8);
  });

  it('is 0 when the time has passed without', () => {
    const shop = bench().all(together(walk('cam-1', { a: visitor }), after, ...shelves({})));
    const samples = shop.engine.takeSamples();
    expect(samples.length).toBeGreaterThan(20);
    expect(samples.every(({ taken, ppm }) => !taken && ppm === null)).toBe(true);
  });

  it('is unknown where no scale speaks, and where two stand equally near', () => {
    const blind = bench().all(together(walk('cam-1', { a: visitor }), after));
    expect(blind.engine.takeSamples()).toEqual([]);
    const pair = walk('cam-1', {
      a: [
        [0, 2, 2],
        [30, 2, 2],
      ],
      b: [
        [0, 2.5, 2],
        [30, 2.5, 2],
      ],
    });
    const crowded = bench().all(together(pair, after, ...shelves({ 20: 1 })));
    const unclear = crowded.engine.takeSamples();
    expect(unclear.filter(({ ts }) => ts < START + 20_000)).toEqual([]);
    expect(unclear.length).toBeGreaterThan(10);
  });

  it('is that of the nearest person, whichever comes first, shelf or camera', () => {
    const people = walk('cam-1', {
      a: [
        [0, 2.25, 2],
        [30, 2.25, 2],
      ],
      b: [
        [0, 4, 2],
        [30, 4, 2],
      ],
    });
    const inOrder = bench()
      .all(together(people, after, ...shelves({ 20: 1 })))
      .engine.takeSamples();
    const shelfFirst = bench()
      .all([...together(...shelves({ 20: 1 })), ...together(people, after)])
      .engine.takeSamples();
    const taken = (samples: typeof inOrder) => samples.filter((sample) => sample.taken);
    expect(taken(inOrder).length).toBe(19);
    expect(taken(shelfFirst).map(({ ts }) => ts)).toEqual(taken(inOrder).map(({ ts }) => ts));
  });

  it('carries what the model had said', () => {
    const shop = bench();
    for (const event of together(walk('cam-1', { a: visitor }), after, ...shelves({}))) {
      shop.apply(event);
      shop.apply(judged(shop.engine.takeQuestions().map(({ n }) => [n, 123_000])));
    }
    const samples = shop.engine.takeSamples();
    expect(samples.length).toBeGreaterThan(20);
    expect(samples.every(({ ppm }) => ppm === 123_000)).toBe(true);
  });
});

describe('the order of arrival between devices', () => {
  it.each([1, 2, 3])('changes neither questions nor facts, up to seven seconds apart (seed %i)', (seed) => {
    const random = seeded(seed);
    const wander = (from: number, to: number): [number, number, number][] =>
      Array.from({ length: Math.floor((to - from) / 5) }, (_, at) => [
        from + at * 5,
        1.2 + random.next() * 8,
        1.6 + random.next() * 4,
      ]);
    const takes = () => Object.fromEntries(Array.from({ length: 30 }, () => [random.whole(5, 290), 1]));
    const devices = [
      walk('cam-1', { a: wander(0, 300), b: wander(40, 250), c: wander(100, 300) }),
      walk('cam-2', { a: wander(10, 290) }),
      scale('shelf-1', 's1', 1000, 300, takes()),
      scale('shelf-1', 's2', 1000, 300, takes()),
      scale('shelf-2', 's3', 500, 300, takes()),
    ];
    const run = (skewMs: number) => {
      const order = devices
        .flatMap((stream, device) => {
          let arrival = 0;
          // Delays change in bursts, and never turn a device's own order round.
          let delay = 0;
          return stream.map((event, index) => {
            if (index % 9 === 0) delay = random.next() * skewMs;
            arrival = Math.max(arrival, event.ts + delay);
            return { event, arrival, device, index };
          });
        })
        .sort((a, b) => a.arrival - b.arrival || a.device - b.device || a.index - b.index);
      const shop = bench();
      const asked: string[] = [];
      for (const { event } of order) {
        shop.apply(event);
        const questions = shop.engine.takeQuestions();
        asked.push(...questions.map(({ n: _n, ...question }) => JSON.stringify(question)));
        shop.apply(
          judged(
            questions.map(({ n, features }) => [
              n,
              Math.round(features.reduce((sum, x, at) => sum + x * (at + 1), 0) * 997) % 1_000_000,
            ]),
          ),
        );
      }
      return { asked: asked.sort(), facts: shop.text(false) };
    };
    const reference = run(0);
    expect(reference.asked.length).toBeGreaterThan(300);
    expect(reference.asked.some((text) => ((JSON.parse(text) as InterestQuestion).features[17] as number) > 0)).toBe(
      true,
    );
    for (let round = 0; round < 4; round += 1) expect(run(7000)).toEqual(reference);
  });
});

describe('another store file', () => {
  it('ends what was asked under the old one', () => {
    const shop = bench().all(
      walk('cam-1', {
        a: [
          [0, 2.25, 2],
          [5, 2.25, 2],
        ],
      }),
    );
    const questions = shop.engine.takeQuestions();
    shop.apply(configured({ ...SHELF_SHOP, zones: (SHELF_SHOP.zones ?? []).slice(1) }, 2, START + 6000));
    shop.apply(judged(questions.map(({ n }) => [n, 500_000])));
    expect(shop.values('zone', 'dairy').every(({ value }) => value.interest === undefined)).toBe(true);
  });
});
