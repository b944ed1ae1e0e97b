import type { Collection, DomainEvent, Touched } from '@aisle/contracts';
import type { StoreModel } from './store-model.js';

/** One version of the store file takes the place of another. */
export interface ModelChange {
  /** undefined: `after` is the first */
  before: StoreModel | undefined;
  after: StoreModel;
  /** everything in which they differ; all of it for the first */
  touched: readonly Touched[];
  /** event time from which on it holds, epoch ms */
  ts: number;
}

/**
 * A part of the engine: state of its own and the rules that go with it. It gets in its constructor what it works with, and hears
 * here of what is common to all. Nothing of it may start anew that a change does not touch.
 */
export interface EnginePart {
  /** of its state in snapshots */
  readonly name: string;
  /** of the shape of its state; rises when `save` gives another shape, and `migrate` then reads the older ones */
  readonly version: number;
  /** Another store file is about to come into force: what waits is counted under the old one. */
  closing?(change: ModelChange): void;
  /** Another store file is in force. */
  configure?(change: ModelChange): void;
  /** Adds the keys of windows that applying `event` may look at or change (WindowStore.need). */
  require?(keys: string[], event: DomainEvent): void;
  /** Says which windows must stay in memory. Before each sweep. */
  pin?(): void;
  /** Plain JSON data, a deep copy. */
  save(): unknown;
  /**
   * Into a new part, behind all parts that it was handed. @param saved undefined where the snapshot has nothing of this part
   * @throws whatever it likes when the data is of no use: the snapshot then is not used
   */
  restore(saved: unknown, model: StoreModel | undefined): void;
  /** Reads the shape of an older version as that of this one. */
  migrate?(saved: unknown, from: number, model: StoreModel | undefined): unknown;
}

/** Whether a change touches something: one of a collection, or its field. */
export function isTouched(
  { touched }: ModelChange,
  what: Collection,
  id?: string,
  fields?: readonly string[],
): boolean {
  return touched.some(
    (one) =>
      one.what === what &&
      (id === undefined || one.id === id) &&
      (fields === undefined || one.how !== 'changed' || one.fields.some((field) => fields.includes(field))),
  );
}

/** Ids of a collection that are gone, or of which one of these fields is another. */
export function idsTouched({ touched }: ModelChange, what: Collection, fields: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const one of touched) {
    if (one.what !== what || one.id === '') continue;
    if (one.how === 'removed' || (one.how === 'changed' && one.fields.some((field) => fields.includes(field))))
      ids.add(one.id);
  }
  return ids;
}
