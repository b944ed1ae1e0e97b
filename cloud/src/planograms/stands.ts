import { normalCode, type StoreFile, type WhatIfProduct } from '@aisle/contracts';
import { slotsOf } from '../insight/index.js';
import { EXPECTED, OPTIMISTIC, PESSIMISTIC, levelFactors, type Stand } from './shelf-model.js';

export type Standing = WhatIfProduct['from'];
/** A product that stands otherwise in one file than in the other, by the code in its normal form. */
export interface Difference {
  code: string;
  /** as the files write it */
  gtin: string;
  from: Standing;
  to: Standing;
}

/** What stands where, by product. */
function byProduct(file: StoreFile): Map<string, { gtin: string; stands: Standing }> {
  const found = new Map<string, { gtin: string; stands: Standing }>();
  for (const { slotId, fixtureId, zoneId, gtin, level, facings } of slotsOf(file)) {
    if (gtin === null) continue;
    const code = normalCode(gtin) ?? gtin;
    const known = found.get(code);
    const stand = { slotId, fixtureId, zoneId, level, facings };
    if (known) known.stands.push(stand);
    else found.set(code, { gtin, stands: [stand] });
  }
  return found;
}

/** Which products stand otherwise: on other levels, in other fixtures, with other facings. Another slot of the same level is no difference. */
export function differences(now: StoreFile, then: StoreFile): Difference[] {
  const [before, after] = [byProduct(now), byProduct(then)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((code): Difference[] => {
    const [from, to] = [before.get(code), after.get(code)];
    if (places(from?.stands ?? [], true) === places(to?.stands ?? [], true)) return [];
    return [{ code, gtin: (from ?? to)!.gtin, from: from?.stands ?? [], to: to?.stands ?? [] }];
  });
}

/** Fixtures and levels as one text, with or without how many facings are on each. */
export function places(stands: Standing, withFacings: boolean): string {
  const facings = new Map<string, number>();
  for (const { fixtureId, level, facings: own } of stands) {
    const key = `${fixtureId}|${level ?? ''}`;
    facings.set(key, (facings.get(key) ?? 0) + own);
  }
  return [...facings]
    .map(([key, count]) => (withFacings ? `${key}|${count}` : key))
    .sort()
    .join('\n');
}

export const zonesOf = (stands: Standing): string =>
  [...new Set(stands.map(({ zoneId }) => zoneId ?? ''))].sort().join('\n');

/** By fixture and level what its height does, by each model; the levels are those of both files, so that both go by one scale. */
export class Heights {
  readonly #factors = new Map<string, Record<keyof NonNullable<Stand['level']>, ReadonlyMap<number, number>>>();

  constructor(...files: readonly StoreFile[]) {
    const levels = new Map<string, Set<number>>();
    for (const file of files)
      for (const { fixtureId, level } of slotsOf(file)) {
        if (level === null) continue;
        const known = levels.get(fixtureId);
        if (known) known.add(level);
        else levels.set(fixtureId, new Set([level]));
      }
    for (const [fixtureId, of] of levels)
      this.#factors.set(fixtureId, {
        expected: levelFactors([...of], EXPECTED),
        pessimistic: levelFactors([...of], PESSIMISTIC),
        optimistic: levelFactors([...of], OPTIMISTIC),
      });
  }

  /** All slots of a product together, each by its facings. @param stopsOf who stop in a zone a week */
  stand(stands: Standing, stopsOf: (zoneId: string | null) => number | null): Stand {
    const facings = stands.reduce((sum, stand) => sum + stand.facings, 0);
    const mean = (of: (stand: Standing[number]) => number | null | undefined): number | null => {
      let sum = 0;
      for (const stand of stands) {
        const value = of(stand);
        if (value === null || value === undefined) return null;
        sum += value * stand.facings;
      }
      return sum / facings;
    };
    const height = (model: keyof NonNullable<Stand['level']>): number | null =>
      mean(({ fixtureId, level }) => (level === null ? null : this.#factors.get(fixtureId)?.[model].get(level)));
    const [expected, pessimistic, optimistic] = [height('expected'), height('pessimistic'), height('optimistic')];
    return {
      facings,
      level:
        expected === null || pessimistic === null || optimistic === null ? null : { expected, pessimistic, optimistic },
      stops: mean(({ zoneId }) => stopsOf(zoneId)),
    };
  }
}
