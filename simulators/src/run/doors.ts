import type { StoreFile } from '@aisle/contracts';
import type { SensedCrossing, SensedPerson } from '../devices/device.js';
import { vec, type Vec } from '../world/geometry.js';

interface Line {
  readonly id: string;
  readonly a: Vec;
  readonly b: Vec;
  readonly inwardSign: number;
}

/** Who crosses an entrance's line between two looks, for devices that count there. */
export class Doors {
  private readonly lines: readonly Line[];
  private readonly last = new Map<number, Vec>();

  constructor(store: StoreFile) {
    this.lines = (store.entrances ?? []).map(({ id, line, inward }) => {
      const [a, b] = [vec(line[0]), vec(line[1])];
      return { id, a, b, inwardSign: Math.sign((b.x - a.x) * inward[1] - (b.y - a.y) * inward[0]) };
    });
  }

  look(people: readonly SensedPerson[]): SensedCrossing[] {
    const crossings: SensedCrossing[] = [];
    const here = new Set<number>();
    for (const { personId, position } of people) {
      here.add(personId);
      const before = this.last.get(personId);
      this.last.set(personId, position);
      if (!before) continue;
      for (const { id, a, b, inwardSign } of this.lines) {
        const [from, to] = [side(a, b, before), side(a, b, position)];
        if (from >= 0 === to >= 0 || side(before, position, a) >= 0 === side(before, position, b) >= 0) continue;
        crossings.push({ personId, lineId: id, direction: to >= 0 === inwardSign >= 0 ? 'in' : 'out' });
      }
    }
    for (const personId of this.last.keys()) if (!here.has(personId)) this.last.delete(personId);
    return crossings;
  }
}

const side = (a: Vec, b: Vec, p: Vec): number => (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
