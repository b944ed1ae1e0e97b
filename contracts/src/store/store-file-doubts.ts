import { DIALECT_TRAITS, dialectsOf, traitsOf } from './dialect-traits.js';
import type { StoreFile } from './store-file.js';
import { problem, type Problem } from '../words/problem.js';

/** A point this near to the edge is on it, metres. */
const EDGE_METRES = 0.01;

/**
 * What a store file says that a shop could mean, and mostly does not: told where it is imported, and no reason to refuse it. A dialect that no
 * agent of this version speaks, a screen that nothing says how to reach, a zone outside the floor, a slot that two shelves weigh.
 */
export function storeFileDoubts(file: StoreFile): Problem[] {
  return [...dialects(file), ...withoutTarget(file), ...zonesOffTheFloor(file), ...weighedByTwo(file)];
}

function dialects({ devices = [] }: StoreFile): Problem[] {
  return devices.flatMap(({ family, dialect }, index) =>
    DIALECT_TRAITS.some((traits) => traits.family === family && traits.dialect === dialect)
      ? []
      : [
          problem(`devices[${index}].dialect`, 'dialectUnknown', {
            ...{ dialect, family, known: dialectsOf(family).join(', ') },
          }),
        ],
  );
}

/** No reason to refuse: a file of an earlier version may have named the dialect, which nobody spoke then. */
function withoutTarget({ devices = [] }: StoreFile): Problem[] {
  return devices.flatMap((device, index) =>
    traitsOf(device).reached === true && device.target === undefined
      ? [problem(`devices[${index}].target`, 'expectedOther', { expected: 'webAddress' })]
      : [],
  );
}

function zonesOffTheFloor({ zones = [], floor }: StoreFile): Problem[] {
  const isOff = ([x = 0, y = 0]: readonly number[]) =>
    x < -EDGE_METRES || y < -EDGE_METRES || x > floor.width + EDGE_METRES || y > floor.depth + EDGE_METRES;
  return zones.flatMap(({ id, polygon }, index) => {
    const at = polygon.findIndex(isOff);
    return at < 0
      ? []
      : [
          problem(`zones[${index}].polygon[${at}]`, 'offTheFloor', {
            ...{ id, width: floor.width, depth: floor.depth },
          }),
        ];
  });
}

function weighedByTwo({ devices = [], fixtures = [] }: StoreFile): Problem[] {
  const problems: Problem[] = [];
  const first = new Map<string, string>();
  devices.forEach((device, index) => {
    if (device.family !== 'shelf') return;
    const fixture = fixtures.find(({ id }) => id === device.fixture);
    const named = device.sensors?.map(({ slot }) => slot);
    const slots = named ?? fixture?.slots?.map(({ id }) => id) ?? [];
    const twice = slots.find((slot) => first.has(slot));
    if (twice !== undefined) {
      const field = named ? `devices[${index}].sensors[${named.indexOf(twice)}].slot` : `devices[${index}].fixture`;
      problems.push(problem(field, 'weighedByOther', { id: twice, other: first.get(twice) as string }));
    }
    for (const slot of slots) if (!first.has(slot)) first.set(slot, device.id);
  });
  return problems;
}
