import { expect, it } from 'vitest';
import { nearestOf } from '../../src/domain/interest/places.js';
import { seeded } from '../domain/shop.js';

it('the nearest point of a zone whose fixtures have no place is on its edge, whichever edge that is', () => {
  // Leaning, and far from the origin: no coordinate stands for another by chance.
  const corners: [number, number][] = [[2000, 3000], [7000, 4000], [6000, 9000], [1000, 7000]]; // prettier-ignore
  const edge = corners.flatMap(([ax, ay], at) => {
    const [bx, by] = corners[(at + 1) % corners.length] as [number, number];
    return Array.from({ length: 2001 }, (_, n): [number, number] => [ax + ((bx - ax) * n) / 2000, ay + ((by - ay) * n) / 2000]); // prettier-ignore
  });
  const random = seeded(3);
  for (let n = 0; n < 200; n += 1) {
    const [x, y] = [random.whole(-3000, 12_000), random.whole(-3000, 12_000)];
    const least = Math.min(...edge.map(([toX, toY]) => Math.hypot(toX - x, toY - y)));
    const { distance, towardsX, towardsY } = nearestOf({ fixtures: [], corners }, x, y);
    expect(Math.abs(distance - least)).toBeLessThan(2);
    // Who goes that way for that long stands on the edge.
    const [atX, atY] = [x + towardsX * distance, y + towardsY * distance];
    expect(Math.min(...edge.map(([toX, toY]) => Math.hypot(toX - atX, toY - atY)))).toBeLessThan(3);
  }
});
