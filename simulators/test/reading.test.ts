import type { StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { Reading, type Crossing, type Visit } from '../src/ledger/reading.js';

type Sample = readonly [ts: number, x: number, y: number];
const store: StoreFile = {
  store: { id: 's', name: 's', timezone: 'UTC', currency: 'EUR' },
  floor: { width: 10, depth: 10 },
  entrances: [
    {
      id: 'door',
      line: [
        [4, 10],
        [6, 10],
      ],
      inward: [0, -1],
    },
  ],
  passersBy: [
    {
      id: 'street',
      line: [
        [0, 11],
        [0, 13],
      ],
    },
  ],
  zones: [
    {
      id: 'zone',
      kind: 'aisle',
      polygon: [
        [2, 2],
        [8, 2],
        [8, 5],
        [2, 5],
      ],
    },
  ],
};

function read(samples: readonly Sample[], personId = 1): { crossings: Crossing[]; visits: Visit[] } {
  const [crossings, visits]: [Crossing[], Visit[]] = [[], []];
  const reading = new Reading(store, {
    onCrossing: (crossing) => crossings.push(crossing),
    onVisit: (visit) => visits.push(visit),
  });
  for (const [ts, x, y] of samples) reading.sample(ts, [{ personId, x: x * 1000, y: y * 1000 }]);
  reading.finish();
  return { crossings, visits };
}

describe('crossings', () => {
  it.each<[string, Sample[], string[]]>([
    [
      'a step inwards',
      [
        [0, 5, 10.3],
        [400, 5, 9.8],
      ],
      ['400 in'],
    ],
    [
      'a step outwards',
      [
        [0, 5, 9.8],
        [400, 5, 10.3],
      ],
      ['400 out'],
    ],
    [
      'a step onto the line, which is inside',
      [
        [0, 5, 10.3],
        [400, 5, 10],
      ],
      ['400 in'],
    ],
    [
      'a step from the line outwards',
      [
        [0, 5, 10],
        [400, 5, 10.1],
      ],
      ['400 out'],
    ],
    [
      'a step along the line',
      [
        [0, 4.5, 10],
        [400, 5.5, 10],
      ],
      [],
    ],
    [
      'a step beside the segment',
      [
        [0, 3, 10.3],
        [400, 3, 9.8],
      ],
      [],
    ],
    [
      'a step through its very end',
      [
        [0, 4, 10.3],
        [400, 4, 9.8],
      ],
      ['400 in'],
    ],
    [
      'two samples 2,000 ms apart',
      [
        [0, 5, 10.3],
        [2000, 5, 9.8],
      ],
      ['2000 in'],
    ],
    [
      'two samples further apart than that',
      [
        [0, 5, 10.3],
        [2001, 5, 9.8],
      ],
      [],
    ],
  ])('%s', (_, samples, expected) => {
    expect(read(samples).crossings.map(({ ts, direction }) => `${ts} ${direction}`)).toEqual(expected);
  });

  it('passers-by are counted without a direction', () => {
    expect(
      read([
        [0, -0.3, 12],
        [400, 0.3, 12],
      ]).crossings,
    ).toEqual([{ ts: 400, lineId: 'street', direction: null }]);
  });
});

describe('visits', () => {
  const within = (ts: number): Sample => [ts, 5, 3];
  const outside = (ts: number): Sample => [ts, 5, 7];
  it.each<[string, Sample[], [number, number][]]>([
    ['a stay of 600 ms', [within(0), within(600)], [[0, 600]]],
    ['a stay of less', [within(0), within(599)], []],
    [
      'the edge is inside',
      [
        [0, 2, 2],
        [800, 8, 5],
      ],
      [[0, 800]],
    ],
    [
      'an outing of less than 1,500 ms does not end it',
      [within(0), outside(400), within(1899), outside(2300)],
      [[0, 1899]],
    ],
    [
      'an outing of 1,500 ms ends it',
      [within(0), within(800), outside(1200), within(2700), within(3500)],
      [
        [0, 800],
        [2700, 3500],
      ],
    ],
    ['a short outing before it became a visit does not reset it', [within(0), outside(400), within(800)], [[0, 800]]],
    ['a gap of 2,000 ms goes on', [within(0), within(2000)], [[0, 2000]]],
    [
      'a longer gap is a new track',
      [within(0), within(800), within(2801), within(3601)],
      [
        [0, 800],
        [2801, 3601],
      ],
    ],
  ])('%s', (_, samples, expected) => {
    expect(read(samples).visits.map(({ enterTs, leaveTs }) => [enterTs, leaveTs])).toEqual(expected);
  });
});
