import { normalCode } from '@aisle/contracts';
import type { Edition } from '../edition.js';
import { sensedShare, type Slice } from '../slices.js';
import type { SaleSum } from '../tallies/sale-tally.js';
import { addMoves, noMoves, type Moves } from './shared.js';

/** What happened at a slot while it held one product and stood in one zone. */
export interface Facing {
  slotId: string;
  /** as the newest version that has it writes it */
  gtin: string;
  zoneId: string | null;
  fixtureId: string | null;
  level: number | null;
  category: string | null;
  facings: number | null;
  /** slots of the zone with a product, itself among them */
  neighbours: number;
  moves: Moves;
  /** those under which it stood so, or was told so; with what was sold there */
  slices: Slice[];
  sold: Map<Slice, SaleSum>;
  /** facings × milliseconds */
  facingMs: number;
}

/** By slot, product and zone: whatever the versions of the bucket have, and whatever was told of them. */
export function facingsOf(slices: readonly Slice[]): Facing[] {
  const found = new Map<string, Facing>();
  const facing = (slice: Slice, slotId: string, code: string, toldZone: string | null): Facing => {
    const { edition } = slice;
    const place = edition.slot(slotId);
    const product = edition.codes.find(code);
    const gtin = product?.gtin ?? edition.codes.itemOf(code);
    const zoneId = place ? place.zoneId : toldZone;
    const key = `${slotId}\n${normalCode(gtin)}\n${zoneId ?? ''}`;
    let known = found.get(key);
    if (!known) {
      known = {
        ...{ slotId, gtin, zoneId, fixtureId: null, level: null, category: null, facings: null, neighbours: 0 },
        ...{ moves: noMoves(), slices: [], sold: new Map<Slice, SaleSum>(), facingMs: 0 },
      };
      found.set(key, known);
    }
    known.gtin = gtin;
    if (product?.category !== undefined) known.category = product.category;
    if (place) {
      const { fixtureId, level, facings } = place;
      Object.assign(known, { fixtureId, level, facings, neighbours: edition.slotsIn(zoneId) });
    }
    if (known.slices.at(-1) !== slice) known.slices.push(slice);
    return known;
  };
  for (const slice of slices) {
    for (const { slotId, gtin, zoneId, facings } of slice.edition.slots)
      if (gtin !== null) facing(slice, slotId, gtin, zoneId).facingMs += facings * slice.heldMs;
    for (const { slotId, gtin, zoneId, ...moves } of slice.tallies.slot.slots.values())
      if (moves.pickups + moves.putbacks + moves.refilled > 0)
        addMoves(facing(slice, slotId, gtin, zoneId).moves, moves);
    for (const { slotId, gtin, quantityMicro, netMinor } of slice.tallies.sale.slots.values()) {
      const { sold } = facing(slice, slotId, gtin, null);
      const sum = sold.get(slice) ?? { quantityMicro: 0, netMinor: 0, transactions: 0, grams: 0, unweighed: 1 };
      sum.quantityMicro += quantityMicro;
      sum.netMinor += netMinor;
      sold.set(slice, sum);
    }
  }
  return [...found.values()];
}

/** Shares of sensed time, each worked out once: many slots stand under the same versions before the same sensors. */
export class SensedShares {
  readonly #known = new Map<string, number | null>();

  /** @param groupOf what senses it in a version, '' for nothing; undefined: there is no such thing then */
  of(slices: readonly Slice[], groupOf: (edition: Edition) => string | undefined): number | null {
    const groups = slices.map(({ edition }) => groupOf(edition));
    const key = JSON.stringify([slices.map(({ edition }) => edition.version), groups]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const byEdition = new Map(slices.map(({ edition }, at) => [edition, groups[at]]));
    const share = sensedShare(slices, (edition) => {
      const group = byEdition.get(edition);
      return group === undefined ? undefined : [group];
    });
    this.#known.set(key, share);
    return share;
  }
}

/** Visits to the zone while the facing stood there, and the engaged ones; null where no camera covers it. */
export function passersOf({
  zoneId,
  slices,
}: Pick<Facing, 'zoneId' | 'slices'>): { passed: number; stopped: number } | null {
  if (zoneId === null) return null;
  let [passed, stopped, isCovered] = [0, 0, false];
  for (const { edition, tallies } of slices) {
    const { cameras, engagedAfterSeconds } = edition.zone(zoneId);
    const people = tallies.zone.zones.get(zoneId);
    isCovered ||= cameras !== '' || people !== undefined;
    if (!people) continue;
    passed += people.visits;
    stopped += people.histogram.atLeast(engagedAfterSeconds);
  }
  return isCovered ? { passed, stopped } : null;
}
