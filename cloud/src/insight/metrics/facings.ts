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
  sold: { slice: Slice; sum: SaleSum }[];
  /** facings × milliseconds */
  facingMs: number;
}

/** What a version says of a slot, a product and the zone that they meet in. */
interface Resolved extends Pick<
  Facing,
  'slotId' | 'gtin' | 'zoneId' | 'fixtureId' | 'level' | 'category' | 'facings' | 'neighbours'
> {
  key: string;
  /** whether the version has the slot */
  isPlaced: boolean;
}

/** Codes and places are looked up once for each version: many hours and days are told under the same one. */
class Resolver {
  static readonly #known = new WeakMap<Edition, Resolver>();
  /** slots with a product, in the file's order */
  readonly placed: readonly Resolved[];
  /** by slot: of codes and zones a slot has hardly more than one, and a key that is put together costs more than looking through them */
  readonly #others = new Map<string, { code: string; toldZone: string | null; resolved: Resolved }[]>();

  static of(edition: Edition): Resolver {
    let known = Resolver.#known.get(edition);
    if (!known) Resolver.#known.set(edition, (known = new Resolver(edition)));
    return known;
  }

  private constructor(private readonly edition: Edition) {
    this.placed = edition.slots.flatMap(({ slotId, gtin, zoneId }) =>
      gtin === null ? [] : [this.resolve(slotId, gtin, zoneId)],
    );
  }

  /** @param toldZone where it was told to stand: counts where the version has no such slot */
  resolve(slotId: string, code: string, toldZone: string | null): Resolved {
    let own = this.#others.get(slotId);
    if (!own) this.#others.set(slotId, (own = []));
    for (const known of own) if (known.code === code && known.toldZone === toldZone) return known.resolved;
    const resolved = this.#made(slotId, code, toldZone);
    own.push({ code, toldZone, resolved });
    return resolved;
  }

  #made(slotId: string, code: string, toldZone: string | null): Resolved {
    const { edition } = this;
    const place = edition.slot(slotId);
    const product = edition.codes.find(code);
    const gtin = product?.gtin ?? edition.codes.itemOf(code);
    const zoneId = place ? place.zoneId : toldZone;
    return {
      key: `${slotId}\n${normalCode(gtin)}\n${zoneId ?? ''}`,
      ...{ slotId, gtin, zoneId, isPlaced: place !== undefined, category: product?.category ?? null },
      ...{ fixtureId: place?.fixtureId ?? null, level: place?.level ?? null, facings: place?.facings ?? null },
      neighbours: place ? edition.slotsIn(zoneId) : 0,
    };
  }
}

/** By slot, product and zone: whatever the versions of the bucket have, and whatever was told of them. */
export function facingsOf(slices: readonly Slice[]): Facing[] {
  const found = new Map<string, Facing>();
  const facing = (slice: Slice, resolved: Resolved): Facing => {
    let known = found.get(resolved.key);
    if (!known) {
      const { slotId, gtin, zoneId, fixtureId, level, category, facings, neighbours } = resolved;
      // written out: a day has thousands of these, and a copy of parts costs ten times as much
      known = {
        slotId,
        gtin,
        zoneId,
        fixtureId,
        level,
        category,
        facings,
        neighbours,
        moves: noMoves(),
        slices: [slice],
        sold: [],
        facingMs: 0,
      };
      found.set(resolved.key, known);
    } else if (known.slices.at(-1) !== slice) {
      known.slices.push(slice);
      known.gtin = resolved.gtin;
      known.category = resolved.category ?? known.category;
      if (resolved.isPlaced) {
        const { fixtureId, level, facings, neighbours } = resolved;
        Object.assign(known, { fixtureId, level, facings, neighbours });
      }
    }
    return known;
  };
  for (const slice of slices) {
    const resolver = Resolver.of(slice.edition);
    for (const resolved of resolver.placed) facing(slice, resolved).facingMs += (resolved.facings ?? 0) * slice.heldMs;
    for (const sum of slice.tallies.slot.slots.values())
      if (sum.pickups + sum.putbacks + sum.refilled > 0)
        addMoves(facing(slice, resolver.resolve(sum.slotId, sum.gtin, sum.zoneId)).moves, sum);
    for (const { slotId, gtin, quantityMicro, netMinor } of slice.tallies.sale.slots.values()) {
      const { sold } = facing(slice, resolver.resolve(slotId, gtin, null));
      let part = sold.at(-1);
      if (part?.slice !== slice)
        sold.push((part = { slice, sum: { quantityMicro: 0, netMinor: 0, transactions: 0, grams: 0, unweighed: 1 } }));
      part.sum.quantityMicro += quantityMicro;
      part.sum.netMinor += netMinor;
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
    const key = slices.map(({ edition }, at) => `${edition.version}:${groups[at] ?? '?'}`).join('|');
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
