import type { LiveAlert, StoreFile } from '@aisle/contracts';
import type { AvailabilityRow } from '../api/generated/schema.js';

export interface Compliance {
  /** sensed slots in which what is planned stands */
  placed: number;
  /** planned slots of which a sensor has told enough today */
  known: number;
  /** all planned slots */
  slots: number;
}

/** What of an alert means that a slot does not hold what is planned. */
const WRONG: ReadonlySet<string> = new Set(['outOfStock', 'misplaced']);

/**
 * How much stands as planned, by what senses it: a slot that is empty, or in which something else was found, is not; a slot that nothing
 * senses, or whose sensor was away, is not counted at all.
 */
export function placedAsPlanned(
  file: StoreFile,
  sensed: ReadonlySet<string>,
  availability: readonly AvailabilityRow[],
  alerts: readonly LiveAlert[],
): Compliance {
  const planned = (file.fixtures ?? []).flatMap(({ slots = [] }) =>
    slots.flatMap(({ id, gtin }) => (gtin === undefined ? [] : [{ id, gtin }])),
  );
  const told = new Map(availability.map((row) => [row.slotId, row]));
  const wrong = new Set(
    alerts.filter(({ kind, until }) => WRONG.has(kind) && until === null).map((one) => one.subject),
  );
  const known = planned.filter(({ id }) => sensed.has(id) && typeof told.get(id)?.availability === 'number');
  const stands = ({ id, gtin }: { id: string; gtin: string }): boolean =>
    !wrong.has(id) && !wrong.has(gtin) && told.get(id)?.gtin === gtin && told.get(id)?.spells.at(-1)?.until !== null;
  return { placed: known.filter(stands).length, known: known.length, slots: planned.length };
}
