import type { StoreModel } from '../core/store-model.js';
import type { Reading, SavedWhereabouts } from './whereabouts.js';

/** A track, by whom follows it. Tracks begin anew under their old ids, so the time of the first sample belongs to the name. */
export interface TrackName {
  source: string;
  id: string;
  since: number;
}

export const keyOf = ({ source, id, since }: TrackName): string => `${since}|${source}|${id}`;

/** The name that a key is of: no device's id has a bar in it. */
export function nameFrom(key: string): TrackName {
  const [since = '', source = '', ...id] = key.split('|');
  return { source, id: id.join('|'), since: Number(since) };
}

/** What stands under the key; what `create` makes where nothing does. */
export function at<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

/** Who is taken for the wearer of a badge. */
export interface Wearer extends TrackName {
  /** who was until then, and the event time of the second in which they were last seen */
  before?: { name: TrackName; seenTs: number };
}

/** Somebody in one second: in which of the receivers' zones, and where last, mm. */
export interface Sighting {
  name: TrackName;
  zones: string[];
  x: number;
  y: number;
}

/** Seconds that speak for and against that somebody wears the badge. */
export interface Evidence {
  near: number;
  alone: number;
  away: number;
  together: number;
  /** it has been enough once */
  wears: boolean;
}

/** What is known of badges, as JSON data; zones by what names them. */
interface SavedWith<Zone> {
  heardIn: [second: number, badges: [id: string, one: { zone: Zone; dbm: number }][]][];
  seenIn: [second: number, seen: { name: TrackName; zones: Zone[]; x?: number; y?: number }[]][];
  /** left out by 0.1 and 0.2 */
  loudIn?: [second: number, badges: [id: string, readings: Reading[]][]][];
  people: (TrackName & { last: number; stays: { zone: Zone; from: number; to: number }[]; ended: [Zone, number][] })[];
  badges: [
    id: string,
    badge: {
      at: { zone: Zone; from: number; to: number } | null;
      ended: { zone: Zone; to: number } | null;
      evidence: [string, Evidence][];
      /** left out by 0.1 and 0.2, and while its wearer is where it is */
      astray?: { seconds: number; near: [key: string, seconds: number][] };
      /** left out by 0.1 and 0.2 */
      whereabouts?: SavedWhereabouts;
      /** left out by 0.1 and 0.2, and where nobody has worn it yet */
      worn?: { name: TrackName; last: number };
    },
  ][];
  newest: [heard: number, seen: number, judged: number];
}
export type SavedBadges = SavedWith<string>;

/** 0.1 named zones by their place in the store file. */
export function migrateBadges(json: unknown, model: StoreModel | undefined): SavedBadges {
  const saved = structuredClone(json) as SavedWith<number>;
  const idOf = (zone: number): string => model?.zones[zone]?.id ?? '';
  const named = <T extends { zone: number }>(one: T): Omit<T, 'zone'> & { zone: string } => ({
    ...one,
    zone: idOf(one.zone),
  });
  return {
    heardIn: saved.heardIn.map(([second, badges]) => [second, badges.map(([id, one]) => [id, named(one)])]),
    seenIn: saved.seenIn.map(([second, seen]) => [
      second,
      seen.map(({ name, zones }) => ({ name, zones: zones.map(idOf) })),
    ]),
    people: saved.people.map((one) => ({
      ...one,
      stays: one.stays.map(named),
      ended: one.ended.map(([zone, to]) => [idOf(zone), to]),
    })),
    badges: saved.badges.map(([id, { at: place, ended, evidence }]) => [
      id,
      { at: place && named(place), ended: ended && named(ended), evidence },
    ]),
    newest: saved.newest,
  };
}
