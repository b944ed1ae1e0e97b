import { describe, expect, it } from 'vitest';
import {
  figuresStanding,
  goodsStanding,
  LIVE,
  peopleStanding,
  pictureStanding,
  type Line,
} from '../../src/lib/figures/standing.js';

const line = (more: Partial<Line> = {}): Line => ({
  ready: true,
  lostSinceMs: undefined,
  agentLostSinceMs: undefined,
  pictureMs: 50,
  ...more,
});

describe('how a picture of now stands', () => {
  it('is live only while server and shop both speak', () => {
    expect(pictureStanding(line())).toEqual(LIVE);
    expect(pictureStanding(line({ agentLostSinceMs: 7 }))).toEqual({ state: 'stale', why: 'agent', sinceMs: 7 });
    expect(pictureStanding(line({ lostSinceMs: 5, agentLostSinceMs: 7 }))).toEqual({
      state: 'stale',
      why: 'connection',
      sinceMs: 5,
    });
  });

  it('before a first picture nothing is known, whatever the reason', () => {
    expect(pictureStanding(line({ ready: false }))).toMatchObject({ state: 'unknown', why: 'waiting' });
    expect(pictureStanding(line({ ready: false, lostSinceMs: 5 }))).toMatchObject({
      state: 'unknown',
      why: 'connection',
    });
  });
});

describe('how what lies on shelves stands', () => {
  const shelf = (deviceId: string, more: object = {}) => ({ deviceId, state: 'online', lastSeenTs: 40, ...more });
  it('is true until the first of the devices that say so fell silent, and of others it takes nothing', () => {
    const devices = [
      shelf('a'),
      shelf('b', { sensing: false, lastSeenTs: 7 }),
      shelf('c', { state: 'silent', lastSeenTs: 3 }),
    ];
    expect(goodsStanding(LIVE, ['a'], devices)).toEqual(LIVE);
    expect(goodsStanding(LIVE, ['unheard-of'], devices)).toEqual(LIVE);
    expect(goodsStanding(LIVE, ['a', 'b'], devices)).toEqual({ state: 'stale', why: 'sensors', sinceMs: 7 });
    expect(goodsStanding(LIVE, ['b', 'c'], devices)).toMatchObject({ sinceMs: 3 });
    expect(goodsStanding(LIVE, ['d'], [shelf('d', { state: 'unknown', lastSeenTs: null })])).toMatchObject({
      sinceMs: null,
    });
    const stale = pictureStanding(line({ agentLostSinceMs: 7 }));
    expect(goodsStanding(stale, ['a'], devices)).toEqual(stale);
  });
});

describe('how a number of people stands', () => {
  const quiet = { occupancy: null, unsensedSinceTs: 9 };
  it('is unknown where nothing senses them, and as the picture where something does', () => {
    expect(peopleStanding(LIVE, { occupancy: 0 })).toEqual(LIVE);
    expect(peopleStanding(LIVE, quiet)).toEqual({ state: 'unknown', why: 'sensors', sinceMs: 9 });
    expect(peopleStanding(LIVE, { occupancy: null, unsensedSinceTs: null })).toMatchObject({ sinceMs: null });
    const stale = pictureStanding(line({ agentLostSinceMs: 7 }));
    expect(peopleStanding(stale, { occupancy: 3 })).toEqual(stale);
  });

  it('is never a number of a picture that had none', () => {
    for (const stale of [pictureStanding(line({ agentLostSinceMs: 7 })), pictureStanding(line({ lostSinceMs: 7 }))])
      expect(peopleStanding(stale, quiet)).toMatchObject({ state: 'unknown', sinceMs: 7 });
  });
});

describe('how figures of a period stand', () => {
  const gone = pictureStanding(line({ agentLostSinceMs: 7 }));
  const lost = pictureStanding(line({ lostSinceMs: 5 }));
  const unsensed = peopleStanding(LIVE, { occupancy: null, unsensedSinceTs: 9 });

  it('a period that goes on stands still without the shop or its sensors, one that has ended does not', () => {
    expect(figuresStanding(gone, true, null)).toEqual({ state: 'stale', why: 'agent', sinceMs: 7 });
    expect(figuresStanding(gone, false, null)).toEqual(LIVE);
    expect(figuresStanding(LIVE, true, null, unsensed)).toEqual({ state: 'stale', why: 'sensors', sinceMs: 9 });
    expect(figuresStanding(LIVE, false, null, unsensed)).toEqual(LIVE);
  });

  it('without the server, or after a refresh that failed, no figure is new', () => {
    expect(figuresStanding(lost, false, null)).toEqual({ state: 'stale', why: 'connection', sinceMs: 5 });
    expect(figuresStanding(LIVE, false, 3)).toEqual({ state: 'stale', why: 'refresh', sinceMs: 3 });
  });

  it('figures may come before the first live picture', () => {
    expect(figuresStanding(pictureStanding(line({ ready: false })), true, null)).toEqual(LIVE);
  });
});
