import type { StoreFile, VersionRow } from '@aisle/contracts';
import { slotsOf } from '../insight/index.js';

/** What of a slot, fixture or zone is nothing that a shopper meets. */
const UNSEEN = new Set(['tareGrams', 'lowAt', 'name', 'engagedAfterSeconds', 'order']);
const SEEN_KINDS: ReadonlySet<string> = new Set(['zones', 'fixtures', 'slots']);

export interface Touched {
  /** zones in which what stands there was changed */
  zones: ReadonlySet<string>;
  /** zones in which a price was changed */
  priced: ReadonlySet<string>;
}

/** By slot and fixture the zone, and by product the zones that it stands in, of both files. */
export class Places {
  readonly #zonesOf = new Map<string, Set<string>>();

  constructor(...files: readonly (StoreFile | undefined)[]) {
    for (const file of files) {
      if (!file) continue;
      for (const { id } of file.zones ?? []) this.#add('zones', id, id);
      for (const { id, zone } of file.fixtures ?? []) this.#add('fixtures', id, zone ?? null);
      for (const { slotId, gtin, zoneId } of slotsOf(file)) {
        this.#add('slots', slotId, zoneId);
        if (gtin !== null) this.#add('products', gtin, zoneId);
      }
    }
  }

  zonesOf(what: string, id: string): readonly string[] {
    return [...(this.#zonesOf.get(`${what} ${id}`) ?? [])];
  }

  #add(what: string, id: string, zone: string | null): void {
    if (zone === null) return;
    const key = `${what} ${id}`;
    const known = this.#zonesOf.get(key);
    if (known) known.add(zone);
    else this.#zonesOf.set(key, new Set([zone]));
  }
}

/** Which zones the changes of a version are about. */
export function touchedBy({ changes }: Pick<VersionRow, 'changes'>, places: Places): Touched {
  const [zones, priced] = [new Set<string>(), new Set<string>()];
  for (const { what, id, how, fields } of changes) {
    if (SEEN_KINDS.has(what)) {
      if (how === 'changed' && fields.every((field) => UNSEEN.has(field))) continue;
      for (const zone of places.zonesOf(what, id)) zones.add(zone);
    } else if (what === 'products' && how === 'changed' && fields.includes('price')) {
      for (const zone of places.zonesOf(what, id)) priced.add(zone);
    }
  }
  return { zones, priced };
}
