import { expect, it } from 'vitest';
import { dwell, featuresOf, move, newPerson, newStay } from '../../src/domain/interest/person.js';
import type { InterestZone } from '../../src/domain/interest/places.js';

const START = 1_795_305_600_000;
const ZONE: InterestZone = {
  id: 'dairy',
  category: 'milk',
  fixtures: [{ x: 0, y: 0, facingX: 1, facingY: 0, halfWidth: 500, halfDepth: 200 }],
  corners: [],
};

it('two samples of one moment, from two cameras, change nothing of what is known of a stay', () => {
  const person = newPerson(1, START, 2_000, 0);
  const stay = newStay(person, START, ZONE);
  for (let second = 1; second <= 5; second += 1) {
    move(person, START + second * 1000, 2_000 - second * 300, 0);
    dwell(person, stay, ZONE);
  }
  const [known, features] = [structuredClone(stay), featuresOf(person, stay, ZONE, 0)];
  expect(stay.approach).toBeGreaterThan(0);
  expect(stay.reached).toBeGreaterThan(0);
  move(person, START + 5_000, 600, 0);
  dwell(person, stay, ZONE);
  expect(stay).toEqual(known);
  expect(featuresOf(person, stay, ZONE, 0)).toEqual(features);
});
