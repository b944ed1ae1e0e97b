import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { Stitching } from '../../src/domain/people/stitching.js';
import { Bench, positions, seeded, SHOP, START, sum } from './shop.js';

type P = readonly [x: number, y: number];
type Frame = [id: string, x: number, y: number][];
const STEP_MS = 400;
const AS_THEY_ARE: StoreFile = {
  ...SHOP,
  devices: (SHOP.devices ?? []).map((device) => (device.family === 'camera' ? { ...device, stitch: false } : device)),
};
const RULED: StoreFile = {
  ...SHOP,
  zones: [
    ...(SHOP.zones ?? []),
    {
      id: 'back',
      kind: 'other',
      polygon: [
        [9, 5],
        [11, 5],
        [11, 7],
        [9, 7],
      ],
    },
  ],
  staff: { zones: ['back'] },
};

/** The way through some places at 1.2 m/s, standing at each for some seconds; a place each 400 ms. */
function wayThrough(stops: readonly (readonly [x: number, y: number, seconds: number])[]): P[] {
  const way: P[] = [];
  stops.forEach(([x, y, seconds], index) => {
    const before = stops[index - 1];
    if (before) {
      const steps = Math.ceil(Math.hypot(x - before[0], y - before[1]) / (1.2 * (STEP_MS / 1000)));
      for (let step = 1; step < steps; step += 1)
        way.push([before[0] + ((x - before[0]) * step) / steps, before[1] + ((y - before[1]) * step) / steps]);
    }
    for (let ms = 0; ms <= seconds * 1000; ms += STEP_MS) way.push([x, y]);
  });
  return way;
}
/** In by the door, to the dairy, on to the bread, out again. */
const SHOPPING = wayThrough([
  [5, 9.5, 0],
  [3, 2, 12],
  [6, 2, 8],
  [6, 9.5, 0],
]);

/** The ways of several people at once, each with the id that it has at a step; nobody is seen where it is undefined. */
const framesOf = (people: readonly { from?: number; way: readonly P[]; id(step: number): string | undefined }[]) =>
  Array.from({ length: Math.max(...people.map(({ from = 0, way }) => from + way.length)) }, (_, step) =>
    people.flatMap(({ from = 0, way, id }): Frame => {
      const [at, name] = [way[step - from], id(step - from)];
      return at && name !== undefined ? [[name, ...at]] : [];
    }),
  );
const eventsOf = (frames: readonly Frame[]) => [
  ...frames.map((people, step) => positions('cam-1', START + step * STEP_MS, people)),
  // Long enough for everything to be known.
  ...Array.from({ length: 10 }, (_, step) => positions('cam-1', START + (frames.length + step) * STEP_MS, [])),
];
const factsOf = (frames: readonly Frame[], store = SHOP): string =>
  Bench.guarded(store).all(eventsOf(frames)).text(false);
const zoneOf = (frames: readonly Frame[], zone: string, store = SHOP) => {
  const values = Bench.guarded(store)
    .all(eventsOf(frames))
    .values('zone', zone)
    .map(({ value }) => value);
  return {
    visits: sum(values.map(({ visits }) => visits)),
    visitors: sum(values.map(({ visitors }) => visitors)),
    dwellMs: sum(values.map(({ dwellMs }) => dwellMs)),
  };
};

describe('ids that break', () => {
  it.each([0, 1, 2])('the figures are those of the unbroken id, wherever it breaks, with %i samples missing', (gap) => {
    for (let at = 2; at < SHOPPING.length - 2 - gap; at += 3) {
      const seen = (step: number) => step < at || step >= at + gap;
      const whole = framesOf([{ way: SHOPPING, id: (step) => (seen(step) ? '1' : undefined) }]);
      const broken = framesOf([{ way: SHOPPING, id: (step) => (seen(step) ? (step < at ? '1' : '2') : undefined) }]);
      expect(factsOf(broken), `broken at step ${at}`).toBe(factsOf(whole));
    }
  });

  it('an id may break again and again', () => {
    const whole = framesOf([{ way: SHOPPING, id: () => '1' }]);
    for (const every of [2, 3, 7])
      expect(factsOf(framesOf([{ way: SHOPPING, id: (step) => `id-${Math.floor(step / every)}` }]))).toBe(
        factsOf(whole),
      );
  });

  it('somebody who stands is found again half a metre beside, after 1.4 s', () => {
    const stand = (id: string, from: number, x: number) => ({ from, way: wayThrough([[x, 2, 8]]), id: () => id });
    const frames = framesOf([stand('1', 0, 3), stand('2', 23, 3.5)]);
    expect(zoneOf(frames, 'dairy')).toMatchObject({ visits: 1, visitors: 1 });
    expect(zoneOf(framesOf([stand('1', 0, 3), stand('2', 25, 3.5)]), 'dairy')).toMatchObject({
      visits: 2,
      visitors: 2,
    });
    expect(zoneOf(framesOf([stand('1', 0, 2), stand('2', 23, 3.5)]), 'dairy')).toMatchObject({
      visits: 2,
      visitors: 2,
    });
  });

  it('noise as a ceiling camera has it, and a neighbour, confuse nobody', () => {
    let joined = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = seeded(seed);
      const blurred = SHOPPING.map(([x, y]): P => [x + random.normal() * 0.15, y + random.normal() * 0.15]);
      const beside = SHOPPING.map(([x, y]): P => [x + 0.7 + random.normal() * 0.15, y + random.normal() * 0.15]);
      const at = random.whole(3, SHOPPING.length - 8);
      const frames = framesOf([
        { way: blurred, id: (step) => (step < at ? '1' : '9') },
        { way: beside, id: () => '2' },
      ]);
      const whole = framesOf([
        { way: blurred, id: () => '1' },
        { way: beside, id: () => '2' },
      ]);
      if (factsOf(frames) === factsOf(whole)) joined += 1;
      else expect(factsOf(frames)).toBe(factsOf(frames, AS_THEY_ARE));
    }
    expect(joined).toBeGreaterThanOrEqual(37);
  });

  it('`stitch: false` takes them as they are', () => {
    const broken = framesOf([{ way: SHOPPING, id: (step) => (step < 25 ? '1' : '2') }]);
    expect(zoneOf(broken, 'dairy')).toMatchObject({ visits: 1, visitors: 1 });
    expect(zoneOf(broken, 'dairy', AS_THEY_ARE)).toMatchObject({ visits: 2, visitors: 2 });
  });

  it('staff stays staff, whatever its id', () => {
    const way = wayThrough([
      [10, 6, 3],
      [3, 2, 20],
      [6, 2, 20],
    ]);
    const broken = framesOf([{ way, id: (step) => `${Math.floor(step / 15)}` }]);
    expect(zoneOf(broken, 'dairy', RULED)).toEqual({ visits: 0, visitors: 0, dwellMs: 0 });
    expect(zoneOf(broken, 'bread', RULED)).toEqual({ visits: 0, visitors: 0, dwellMs: 0 });
    const asTheyAre = { ...RULED, devices: AS_THEY_ARE.devices ?? [] };
    expect(zoneOf(broken, 'dairy', asTheyAre).dwellMs).toBeGreaterThan(10_000);
  });
});

describe('staff who meet somebody', () => {
  // Out of the back, to the dairy, where they pass a shopper who comes from there, and stay.
  const staff = wayThrough([
    [10, 6, 3],
    [7, 3, 1],
    [2, 3, 30],
  ]);
  const shopper = wayThrough([
    [2, 2.7, 4],
    [8, 2.7, 30],
  ]);
  const met = staff.findIndex(([x], step) => x <= (shopper[step]?.[0] ?? -1));
  const noisy = (seed: number, way: readonly P[]) => {
    const random = seeded(seed);
    return way.map(([x, y]): P => [x + random.normal() * 0.15, y + random.normal() * 0.15]);
  };
  const framesWith = (seed: number, swapped: boolean) => {
    const name = (mine: string, others: string) => (step: number) => (swapped && step >= met ? others : mine);
    return framesOf([
      { way: noisy(seed, staff), id: name('s', 'p') },
      { way: noisy(seed + 1000, shopper), id: name('p', 's') },
    ]);
  };
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

  it('and go on under the other’s id stay staff, and the shopper stays a shopper', () => {
    let right = 0;
    for (const seed of seeds) {
      const truth = zoneOf(framesWith(seed, false), 'bread', RULED);
      const found = zoneOf(framesWith(seed, true), 'bread', RULED);
      const dairy = zoneOf(framesWith(seed, true), 'dairy', RULED);
      expect(truth.dwellMs).toBeGreaterThan(3_000);
      if (Math.abs(found.dwellMs - truth.dwellMs) <= 2_000 && dairy.dwellMs < 10_000) right += 1;
      const asTheyAre = zoneOf(framesWith(seed, true), 'dairy', { ...RULED, devices: AS_THEY_ARE.devices ?? [] });
      expect(asTheyAre.dwellMs).toBeGreaterThan(25_000);
    }
    // Not every exchange shows in the ways, and no badge helps here.
    expect(right).toBeGreaterThanOrEqual(16);
  });

  it('and keep their ids keep them', () => {
    for (const seed of seeds) {
      const frames = framesWith(seed, false);
      expect(factsOf(frames, RULED)).toBe(factsOf(frames, { ...RULED, devices: AS_THEY_ARE.devices ?? [] }));
    }
  });
});

describe('ids that do not break', () => {
  const right = wayThrough([
    [1, 3, 0],
    [9, 3, 0],
  ]);
  const left = wayThrough([
    [9, 3.2, 0],
    [1, 3.2, 0],
  ]);
  const same = (frames: readonly Frame[]) => expect(factsOf(frames)).toBe(factsOf(frames, AS_THEY_ARE));

  it('two who pass each other stay two, also where one is seen up to there and the other from there on', () => {
    same(
      framesOf([
        { way: right, id: () => '1' },
        { way: left, id: () => '2' },
      ]),
    );
    for (let gone = 4; gone < right.length - 4; gone += 1)
      for (const later of [1, 2, 3])
        same(
          framesOf([
            { way: right, id: (step) => (step < gone ? '1' : undefined) },
            { way: left, id: (step) => (step >= gone + later ? '2' : undefined) },
          ]),
        );
  });

  it('who goes out and who comes in by one door are two, one by one and in file', () => {
    const out = wayThrough([
      [5, 5, 0],
      [5, 9, 0],
    ]);
    const into = wayThrough([
      [5, 9, 0],
      [5, 5, 0],
    ]);
    for (const later of [1, 2, 3])
      same(
        framesOf([
          { way: out, id: () => '1' },
          { from: out.length + later - 1, way: into, id: () => '2' },
          { from: out.length + later + 1, way: into, id: () => '3' },
        ]),
      );
  });

  it('an id that was missed for a moment is nobody else, even while somebody new comes near', () => {
    const stands = wayThrough([[3, 2, 12]]);
    same(
      framesOf([
        { way: stands, id: (step) => (step >= 10 && step < 14 ? undefined : '1') },
        { from: 12, way: wayThrough([[3.4, 2, 6]]), id: () => '2' },
      ]),
    );
  });

  it('a camera that knows somebody again under the old id is believed', () => {
    const way = wayThrough([[3, 2, 4]]);
    same(
      framesOf([
        { way, id: () => '1' },
        { from: way.length + 10, way, id: () => '2' },
        { from: 2 * way.length + 11, way, id: () => '1' },
      ]),
    );
  });
});

describe('what is remembered of ids', () => {
  const random = seeded(5);
  const way = SHOPPING.map(([x, y]): P => [x + random.normal() * 0.1, y + random.normal() * 0.1]);
  const events = eventsOf(
    framesOf([
      { way, id: (step) => `a${Math.floor(step / 9)}` },
      { from: 4, way: way.map(([x, y]): P => [x + 0.8, y]), id: (step) => `b${Math.floor(step / 13)}` },
    ]),
  );

  it('goes on after a restart at any moment, with the same facts', () => {
    const reference = Bench.guarded().all(events);
    const restarted = Bench.guarded();
    for (const event of events) {
      restarted.apply(event);
      restarted.restart();
    }
    expect(restarted.text()).toBe(reference.text());
    expect(restarted.engine.live()).toEqual(reference.engine.live());
  });

  it('stays small, however many ids a camera makes up', () => {
    const stitching = new Stitching();
    let most = 0;
    for (let step = 0; step < 100; step += 1) {
      const people = Array.from({ length: 100 }, (_, n): [string, number, number] => [
        `${step}-${n}`,
        random.whole(0, 10_000),
        random.whole(0, 10_000),
      ]);
      stitching.see('cam-1', START + step * 400, people, () => false);
      most = Math.max(most, JSON.stringify(stitching.save()).length);
    }
    expect(most).toBeLessThan(400_000);
  });
});
