import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../src/random.js';
import { Body, BODY_METRES, Crowd } from '../src/world/crowd.js';
import { FloorPlan } from '../src/world/floor-plan.js';
import { distance, STILL, type Vec } from '../src/world/geometry.js';
import { spotBefore } from '../src/world/standing.js';
import { Walk, type Ground } from '../src/world/walk.js';
import { demoBehaviour, demoStore, linesOf, simulate, type Simulated } from './support.js';

const TICK = 0.05;
const WALKING = { metresPerSecond: 1.2, acceleration: 1.6, initial: 1.2, stopAtEnd: true };

interface Seen {
  position: Vec;
  sinceTs: number;
  lastMovedTs: number;
}

/** What somebody with a tape measure and a watch would note down about everybody in the shop. */
class Observer {
  readonly encounters: { metres: number; seconds: number; pair: string }[] = [];
  readonly speeds: number[] = [];
  longestStillSeconds = 0;
  longestStaySeconds = 0;
  pairSecondsNearer = 0;
  private readonly near = new Map<string, { seconds: number; metres: number }>();
  private readonly seen = new Map<number, Seen>();

  constructor(private readonly metres: number) {}

  look(ts: number, people: Iterable<{ readonly personId: number; readonly position: Vec }>): void {
    const all = [...people];
    for (const [index, { personId, position }] of all.entries()) {
      this.follow(ts, personId, position);
      for (const other of all.slice(index + 1)) this.pair(`${personId}/${other.personId}`, position, other.position);
    }
  }

  private follow(ts: number, personId: number, position: Vec): void {
    const last = this.seen.get(personId) ?? { position, sinceTs: ts, lastMovedTs: ts };
    const speed = distance(last.position, position) / TICK;
    if (speed > 0.05) {
      this.speeds.push(speed);
      last.lastMovedTs = ts;
    }
    this.longestStillSeconds = Math.max(this.longestStillSeconds, (ts - last.lastMovedTs) / 1000);
    this.longestStaySeconds = Math.max(this.longestStaySeconds, (ts - last.sinceTs) / 1000);
    this.seen.set(personId, { ...last, position });
  }

  private pair(pair: string, a: Vec, b: Vec): void {
    const metres = distance(a, b);
    const before = this.near.get(pair);
    if (metres < this.metres) {
      this.pairSecondsNearer += TICK;
      this.near.set(pair, {
        seconds: (before?.seconds ?? 0) + TICK,
        metres: Math.min(before?.metres ?? Infinity, metres),
      });
    } else if (before) {
      this.encounters.push({ ...before, pair });
      this.near.delete(pair);
    }
  }

  finish(): this {
    for (const [pair, near] of this.near) this.encounters.push({ ...near, pair });
    this.near.clear();
    this.speeds.sort((a, b) => a - b);
    return this;
  }
}

describe.each([
  ['a usual hour', 190, 3],
  ['a rush hour', 320, 4],
])('in %s of the demo shop', (_, perHour, seed) => {
  let observer: Observer;
  let run: Simulated;

  beforeAll(() => {
    const behaviour = demoBehaviour();
    behaviour.arrivals.perHour = perHour;
    const watching = new Observer(BODY_METRES - 0.02);
    run = simulate({
      seed,
      behaviour,
      minutes: 60,
      forget: true,
      onStep: ({ ts, world }) => watching.look(ts, world.people()),
    });
    observer = watching.finish();
  }, 120_000);
  afterAll(() => {
    // Hours are large.
    run = undefined as never;
  });

  it('nobody stands or walks in another, and squeezes are over in a moment', () => {
    expect(observer.encounters.filter(({ seconds }) => seconds > 2)).toEqual([]);
    expect(observer.encounters.filter(({ metres }) => metres < 0.3)).toEqual([]);
    expect(observer.pairSecondsNearer).toBeLessThan(15);
  });

  it('nobody is stuck', () => {
    expect(observer.longestStillSeconds).toBeLessThan(150);
    expect(observer.longestStaySeconds).toBeLessThan(20 * 60);
    expect(observer.longestStaySeconds).toBeGreaterThan(120);
  });

  it('people walk like people', () => {
    const at = (share: number) => observer.speeds[Math.floor(share * observer.speeds.length)] as number;
    expect(at(0.5)).toBeGreaterThan(0.8);
    expect(at(0.5)).toBeLessThan(1.3);
    expect(observer.speeds[observer.speeds.length - 1]).toBeLessThan(2);
  });

  it('shoppers still get what they came for, and pay', () => {
    expect(linesOf(run.ledger, 'pickup').length).toBeGreaterThan(400);
    expect(linesOf(run.ledger, 'sale').length).toBeGreaterThan(100);
  });
});

describe('two who belong together', () => {
  it('come in side by side, and stay together on the way', () => {
    const behaviour = demoBehaviour();
    behaviour.arrivals = { ...behaviour.arrivals, perHour: 20, groupShare: 1, passersByPerHour: 0, warmUpMinutes: 0 };
    const apart: number[] = [];
    const last = new Map<number, Vec>();
    simulate({
      behaviour,
      minutes: 40,
      forget: true,
      onStep: ({ world }) => {
        const people = new Map([...world.people()].map(({ personId, position }) => [personId, position]));
        for (const [personId, position] of people) {
          // Couples are numbered one after the other, leaders first.
          const other = people.get(personId + 1);
          const before = last.get(personId);
          if (personId % 2 === 1 && other && before && distance(before, position) > 0.04)
            apart.push(distance(position, other));
          last.set(personId, position);
        }
      },
    });
    apart.sort((a, b) => a - b);
    expect(apart.length).toBeGreaterThan(1000);
    expect(apart[Math.floor(apart.length * 0.01)]).toBeGreaterThan(0.45);
    expect(apart[Math.floor(apart.length * 0.5)]).toBeGreaterThan(0.5);
    expect(apart[Math.floor(apart.length * 0.5)]).toBeLessThan(0.9);
  });
});

describe('a walk', () => {
  const corridor = (halfMetres: number): Ground & { crowd: Crowd } => ({
    crowd: new Crowd(),
    isFree: ({ y }) => Math.abs(y) <= halfMetres,
    isClear: (a, b) => Math.max(Math.abs(a.y), Math.abs(b.y)) <= halfMetres,
  });
  const stand = (ground: { crowd: Crowd }, personId: number, at: Vec): Body => {
    const body = new Body(personId, at);
    ground.crowd.add(body);
    return body;
  };
  /** Lets everybody walk; returns the least distance between any two, and how long it took. */
  function go(ground: Ground, walkers: { body: Body; walk: Walk }[], others: Body[] = []) {
    let nearest = Infinity;
    let seconds = 0;
    const left = new Set(walkers);
    while (left.size > 0 && seconds < 60) {
      seconds += TICK;
      for (const walker of left) {
        const from = walker.body.position;
        if (walker.walk.advance(TICK)) left.delete(walker);
        const { x, y } = walker.body.position;
        walker.body.velocity =
          walker.body.position === from || !left.has(walker)
            ? STILL
            : { x: (x - from.x) / TICK, y: (y - from.y) / TICK };
      }
      const all = [...walkers.map(({ body }) => body), ...others];
      for (const a of all)
        for (const b of all) if (a !== b) nearest = Math.min(nearest, distance(a.position, b.position));
    }
    return { nearest, seconds, arrived: left.size === 0 };
  }
  const walker = (ground: Ground & { crowd: Crowd }, personId: number, from: Vec, to: Vec) => {
    const body = stand(ground, personId, from);
    return { body, walk: new Walk([from, to], WALKING, body, ground) };
  };

  it('alone is straight, at its pace, and ends where it should', () => {
    const ground = corridor(1);
    const alone = walker(ground, 1, { x: 0, y: 0 }, { x: 6, y: 0 });
    const { seconds } = go(ground, [alone]);
    expect(alone.body.position.x).toBeCloseTo(6, 6);
    expect(alone.body.position.y).toBe(0);
    expect(seconds).toBeGreaterThan(5);
    expect(seconds).toBeLessThan(6);
  });

  it.each([
    ['an aisle', 0.6],
    ['open ground', 3],
  ])('passes somebody who comes the other way in %s', (_, half) => {
    const ground = corridor(half);
    const walkers = [
      walker(ground, 1, { x: 0, y: 0 }, { x: 8, y: 0 }),
      walker(ground, 2, { x: 8, y: 0 }, { x: 0, y: 0 }),
    ];
    const { nearest, seconds, arrived } = go(ground, walkers);
    expect(arrived).toBe(true);
    expect(nearest).toBeGreaterThanOrEqual(BODY_METRES - 1e-9);
    expect(seconds).toBeLessThan(11);
  });

  it('goes round somebody who stands in the way', () => {
    const ground = corridor(1);
    const stander = stand(ground, 9, { x: 4, y: 0 });
    const { nearest, seconds, arrived } = go(ground, [walker(ground, 1, { x: 0, y: 0 }, { x: 8, y: 0 })], [stander]);
    expect(arrived).toBe(true);
    expect(nearest).toBeGreaterThanOrEqual(BODY_METRES - 1e-9);
    expect(seconds).toBeLessThan(10);
  });

  it('ends beside somebody who stands where it leads to', () => {
    const ground = corridor(1);
    const stander = stand(ground, 9, { x: 4, y: 0 });
    const late = walker(ground, 1, { x: 0, y: 0 }, { x: 4, y: 0 });
    const { nearest, arrived } = go(ground, [late], [stander]);
    expect(arrived).toBe(true);
    expect(nearest).toBeGreaterThanOrEqual(BODY_METRES - 1e-9);
    expect(distance(late.body.position, stander.position)).toBeLessThan(0.9);
  });

  it('squeezes past at last where there is no other way', () => {
    const ground = corridor(0.2);
    const stander = stand(ground, 9, { x: 4, y: 0.2 });
    const { nearest, seconds, arrived } = go(ground, [walker(ground, 1, { x: 0, y: 0 }, { x: 8, y: 0 })], [stander]);
    // People who stop there give up; those who have to get through squeeze.
    expect(arrived).toBe(true);
    expect(nearest).toBeGreaterThan(0.2);
    expect(seconds).toBeLessThan(40);
  });
});

describe('a place before a shelf', () => {
  it('is free, near the goods, further along the more people stand there, and none when it is full', () => {
    const plan = new FloorPlan(demoStore(), demoBehaviour());
    const crowd = new Crowd();
    const place = plan.slots[4] as FloorPlan['slots'][number];
    const random = Random.stream(1, 'places');
    const taken: Vec[] = [];
    for (let id = 1; id <= 40; id += 1) {
      const spot = spotBefore({ kind: 'shelf', place, wanted: true }, 0, id, { plan, crowd }, random);
      if (!spot) break;
      for (const other of taken) expect(distance(other, spot)).toBeGreaterThan(0.5);
      expect(distance(spot, place.stand)).toBeLessThan(1.7);
      taken.push(spot);
      crowd.add(new Body(id, spot));
    }
    expect(taken.length).toBeGreaterThanOrEqual(3);
    expect(taken.length).toBeLessThan(10);
  });
});
