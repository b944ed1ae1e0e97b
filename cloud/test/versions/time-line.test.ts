import { describe, expect, it } from 'vitest';
import { cancelledBy, followed, inForceAt, stateOf, type Placed } from '../../src/versions/time-line.js';

const at = (version: number, createdTs: number, validFrom = createdTs): Placed => ({ version, createdTs, validFrom });
const states = (versions: readonly Placed[], now: number) => versions.map((each) => stateOf(versions, each, now));

describe('the time line of a store’s file', () => {
  it('the newest version that holds is in force, older ones are past', () => {
    const line = [at(1, 10), at(2, 20), at(3, 30)];
    expect(states(line, 35)).toEqual(['past', 'past', 'inForce']);
    expect(inForceAt(line, 25)?.version).toBe(2);
    expect(inForceAt(line, 5)).toBeUndefined();
  });

  it('a planned version comes into force at its time', () => {
    const line = [at(1, 10), at(2, 20, 100)];
    expect(states(line, 99)).toEqual(['inForce', 'planned']);
    expect(states(line, 100)).toEqual(['past', 'inForce']);
  });

  it('a newer version that holds from then or earlier cancels a planned one; one that holds later does not', () => {
    const planned = [at(1, 10), at(2, 20, 100)];
    expect(cancelledBy(planned, 50, 30).map(({ version }) => version)).toEqual([2]);
    expect(cancelledBy(planned, 100, 30).map(({ version }) => version)).toEqual([2]);
    expect(cancelledBy(planned, 101, 30)).toEqual([]);
    expect(states([...planned, at(3, 30)], 200)).toEqual(['past', 'cancelled', 'inForce']);
    expect(states([...planned, at(3, 30, 150)], 40)).toEqual(['inForce', 'planned', 'planned']);
    expect(states([...planned, at(3, 30, 150)], 120)).toEqual(['past', 'inForce', 'planned']);
  });

  it('what was in force stays past when the clock is set back, and what was made then is in force', () => {
    const line = [at(1, 10), at(2, 100), at(3, 60)];
    expect(states(line, 60)).toEqual(['past', 'past', 'inForce']);
  });

  it('a version follows what would be in force at its time without it', () => {
    const line = [at(1, 10), at(2, 20, 100), at(3, 30), at(4, 40, 200)];
    expect(line.map((each) => followed(line, each)?.version)).toEqual([undefined, 1, 1, 3]);
    // made while the clock ran behind
    expect(followed([at(1, 10)], at(2, 5))?.version).toBe(1);
  });
});
