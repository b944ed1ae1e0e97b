import type { StoreModel } from '../core/store-model.js';
import type { Moments } from './moments.js';
import { migratePerson } from './person.js';

/** Something was taken from a slot. */
export interface Pickup {
  slotId: string;
  ts: number;
  knownTs: number;
}

/** What is known of interest, as JSON data. */
export interface SavedInterest {
  nextPerson: number;
  moments: ReturnType<Moments['save']>;
  pickups: Pickup[];
  weighed: [slotId: string, ts: number][];
  sources: [id: string, ts: number, swept: number, people: unknown[]][];
}

/** 0.1 named zones by their place in the store file, and knew one version. */
export function migrateInterest(json: unknown, model: StoreModel | undefined): SavedInterest {
  const saved = json as SavedInterest;
  const zoneIds = (model?.zones ?? []).map(({ id }) => id);
  const { next, moments } = saved.moments;
  return {
    ...saved,
    moments: {
      next,
      moments: moments.map(([source, list]) => [
        source,
        list.map((moment) => ({ ...moment, version: model?.version ?? 0 })),
      ]),
    },
    sources: saved.sources.map(([id, ts, swept, people]) => [
      id,
      ts,
      swept,
      people.map((person) => migratePerson(person, zoneIds)),
    ]),
  };
}
