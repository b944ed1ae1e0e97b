/**
 * Stands before each test file of a mutation run and answers what the switched sources ask. `AISLE_MUTANT` is the number
 * of the mutant that is on; `AISLE_MUTANTS_SEEN` a file for the numbers of all that were asked for.
 */
import { writeFileSync } from 'node:fs';
import { afterAll } from 'vitest';

const active = Number(process.env.AISLE_MUTANT ?? -1);
const notes = process.env.AISLE_MUTANTS_SEEN;
const seen = new Set<number>();

const world = globalThis as { aisleMutant?: (number: number) => boolean };
world.aisleMutant = notes
  ? (number) => {
      seen.add(number);
      return number === active;
    }
  : (number) => number === active;

if (notes) afterAll(() => writeFileSync(notes, JSON.stringify([...seen])));
