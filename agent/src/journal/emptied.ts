import type { Fact } from '@aisle/contracts';

/** A minute's fact that says nothing happened; a record stays as it is. */
export function emptied(fact: Fact): Fact {
  switch (fact.kind) {
    case 'crossings':
      return { ...fact, value: { in: 0, out: 0, source: fact.value.source } };
    case 'zone':
      return {
        ...fact,
        value: { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 0, maxOpen: 0 },
      };
    case 'heat':
      return { ...fact, value: { ...fact.value, cells: [] } };
    case 'slot': {
      const { gtin, zoneId } = fact.value;
      return { ...fact, value: { gtin, zoneId, pickups: 0, putbacks: 0, stock: null } };
    }
    case 'coverage':
      return { ...fact, value: { sensedMs: 0 } };
    default:
      return fact;
  }
}
