import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { Bench, positions, seeded, SHOP, START } from './shop.js';

/** A ceiling camera's, m and ms; a body needs room between the posts. */
const [NOISE, EVERY_MS, MISSED] = [0.15, 400, 0.02];
const BODY = 0.46;

const withDoor = (width: number): StoreFile => ({
  ...SHOP,
  entrances: [
    {
      id: 'main',
      line: [
        [6 - width / 2, 8],
        [6 + width / 2, 8],
      ],
      inward: [0, -1],
    },
  ],
});

interface Walks {
  seed: number;
  width: number;
  people: number;
  noise?: number;
  /** m beside the middle of the door; a random place between the posts without */
  aside?: number;
  /** m aside for each m onward; by chance without */
  slant?: number;
}

/** People walk in one after the other, each by a way of their own, stay for a while, and walk out. */
function crossed({ seed, width, people, noise = NOISE, aside, slant: fixed }: Walks): { in: number; out: number } {
  const random = seeded(seed);
  const bench = Bench.guarded(withDoor(width));
  let at = START;
  const look = (id: string, x: number, y: number): void => {
    const seen = (value: number): number => value + (noise > 0 ? noise * random.normal() : 0);
    const missed = noise > 0 && random.next() < MISSED;
    bench.all([positions('cam-1', at, missed ? [] : [[id, seen(x), seen(y)]])]);
    at += EVERY_MS;
  };
  for (let person = 0; person < people; person += 1) {
    const id = `p${person}`;
    const speed = 0.8 + 0.8 * random.next();
    const room = Math.max(0, width - BODY) / 2;
    const gate = 6 + (aside ?? (2 * random.next() - 1) * room);
    const slant = fixed ?? (2 * random.next() - 1) * 0.4;
    const phase = random.next() * EVERY_MS;
    const walk = (from: number, to: number): void => {
      const step = (Math.sign(to - from) * speed * EVERY_MS) / 1000;
      for (let y = from + (step * phase) / EVERY_MS; Math.sign(step) * (to - y) > 0; y += step)
        look(id, gate + slant * (y - 8), y);
    };
    walk(9.5, 6);
    for (let rest = 0; rest < 8; rest += 1) look(id, gate - slant * 2, 6);
    walk(6, 9.5);
    at += 5_000;
  }
  return bench
    .values('crossings', 'main')
    .map(({ value }) => value as { in: number; out: number })
    .reduce((sum, one) => ({ in: sum.in + one.in, out: sum.out + one.out }), { in: 0, out: 0 });
}

describe('a narrow door under a camera whose places scatter', () => {
  it.each([1, 2, 3, 4])('of 1 m counts those who walk through within 1 % (seed %i)', (seed) => {
    const people = 400;
    const { in: came, out: left } = crossed({ seed, width: 1, people });
    expect(Math.abs(came - people)).toBeLessThanOrEqual(people / 100);
    expect(Math.abs(left - people)).toBeLessThanOrEqual(people / 100);
  });

  it.each([0.8, 1.2, 1.6])('of %d m, too', (width) => {
    const { in: came, out: left } = crossed({ seed: 9, width, people: 400 });
    expect(Math.abs(came - 400)).toBeLessThanOrEqual(4);
    expect(Math.abs(left - 400)).toBeLessThanOrEqual(4);
  });

  it('is taken to the letter under a camera that is exact: 2 cm inside its post counts, 2 cm beside it does not', () => {
    const straight = { seed: 5, people: 40, noise: 0, slant: 0, width: 1 };
    expect(crossed({ ...straight, aside: 0.48 })).toEqual({ in: 40, out: 40 });
    expect(crossed({ ...straight, aside: 0.52 })).toEqual({ in: 0, out: 0 });
  });

  it('does not draw in who walks past at a distance, however much the camera scatters', () => {
    expect(crossed({ seed: 6, width: 1, people: 100, aside: 1.6 })).toEqual({ in: 0, out: 0 });
  });

  it('leaves wide lines as they are drawn, where people may pass beside them', () => {
    const { in: came } = crossed({ seed: 7, width: 3, people: 200, aside: 1.7 });
    // The noise alone brings some of those who pass 20 cm beside it over the line.
    expect(came).toBeLessThan(60);
  });
});
