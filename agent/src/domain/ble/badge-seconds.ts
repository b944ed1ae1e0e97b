import type { HeardEvent } from '@aisle/contracts';
import { contains } from '../core/geometry.js';
import type { StoreModel } from '../core/store-model.js';
import { at, keyOf, type SavedBadges, type Sighting, type TrackName } from './badge-state.js';
import type { Reading } from './whereabouts.js';

/** A badge is near a receiver above this where the store file does not say, dBm. */
const NEAR_DBM = -65;
const SECOND_MS = 1_000;
/** Both sides must have said what they know of a second before it counts, in seconds of event time… */
const SETTLE_S = 3;
/** …but nobody is waited for longer than this. */
const PATIENCE_S = 120;

/** What receivers and cameras have said of a second. */
export interface ToldSecond {
  second: number;
  /** badge → receiver's zone, for the loudest that was near, in the order of the badges */
  heard: [badge: string, zone: string][];
  /** track → its name and the zones it was in */
  seen: ReadonlyMap<string, Sighting>;
  /** badge → how loud it was at every receiver that hangs somewhere */
  loud: ReadonlyMap<string, Reading[]>;
}

/**
 * What both sides have said of the seconds that are not yet judged, in event time: receivers and cameras speak when they
 * do, and a second is over once both have passed it.
 */
export class BadgeSeconds {
  /** by second: badge → receiver's zone and signal, the loudest */
  private readonly heardIn = new Map<number, Map<string, { zone: string; dbm: number }>>();
  private readonly seenIn = new Map<number, Map<string, Sighting>>();
  private readonly loudIn = new Map<number, Map<string, Reading[]>>();
  private newestHeard = -1;
  private newestSeen = -1;
  /** newest second that was judged */
  private judged = -1;

  /** A receiver's word; the zone is where it hangs. */
  heard(model: StoreModel, event: HeardEvent): void {
    const second = Math.floor(event.ts / SECOND_MS);
    this.newestHeard = Math.max(this.newestHeard, second);
    const device = model.devices.get(event.deviceId);
    const zone = device?.zone;
    if (!device || zone === undefined || !model.zonesById.has(zone) || second <= this.judged) return;
    for (const [badge, dbm] of event.badges) {
      if (dbm !== null) this.loud(second, badge, { receiverId: device.id, ...middleOf(model, zone), dbm });
      if (dbm === null || dbm <= (device.nearDbm ?? NEAR_DBM)) continue;
      const badges = at(this.heardIn, second, () => new Map<string, { zone: string; dbm: number }>());
      const known = badges.get(badge);
      if (known && (known.dbm > dbm || (known.dbm === dbm && known.zone <= zone))) continue;
      badges.set(badge, { zone, dbm });
    }
  }

  /** Of what a receiver hears within a second the loudest counts. */
  private loud(second: number, badge: string, reading: Reading): void {
    const readings = at(
      at(this.loudIn, second, () => new Map<string, Reading[]>()),
      badge,
      (): Reading[] => [],
    );
    const known = readings.find(({ receiverId }) => receiverId === reading.receiverId);
    if (!known) readings.push(reading);
    else if (known.dbm < reading.dbm) known.dbm = reading.dbm;
  }

  /** A sample of somebody, whole millimetres. */
  seen(model: StoreModel, name: TrackName, ts: number, x: number, y: number): void {
    const second = Math.floor(ts / SECOND_MS);
    this.newestSeen = Math.max(this.newestSeen, second);
    if (second <= this.judged) return;
    const key = keyOf(name);
    const seen = at(this.seenIn, second, () => new Map<string, Sighting>());
    const entry = at(seen, key, (): Sighting => ({ name: { ...name }, zones: [], x, y }));
    Object.assign(entry, { x, y });
    for (const { id, polygon } of model.receiverZones)
      if (!entry.zones.includes(id) && contains(polygon, x, y)) entry.zones.push(id);
  }

  /** The seconds that both sides have passed since the last call, in their order: they are over, and are forgotten here. */
  take(): ToldSecond[] {
    const newest = Math.max(this.newestHeard, this.newestSeen);
    const until = Math.max(Math.min(this.newestHeard, this.newestSeen) - SETTLE_S, newest - PATIENCE_S);
    if (until <= this.judged) return [];
    const told = [this.heardIn, this.seenIn, this.loudIn].flatMap((one) => [...one.keys()]);
    const seconds = [...new Set(told)].filter((one) => one <= until).sort((a, b) => a - b);
    this.judged = until;
    return seconds.map((second) => {
      const taken = {
        second,
        heard: [...(this.heardIn.get(second) ?? [])]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([badge, { zone }]): [string, string] => [badge, zone]),
        seen: this.seenIn.get(second) ?? new Map<string, Sighting>(),
        loud: this.loudIn.get(second) ?? new Map<string, Reading[]>(),
      };
      for (const told of [this.heardIn, this.seenIn, this.loudIn]) told.delete(second);
      return taken;
    });
  }

  /** What was said of zones that were redrawn, or whose receiver hangs elsewhere now, is not known any more. */
  forget(isForgotten: (zone: string) => boolean): void {
    for (const badges of this.heardIn.values())
      for (const [badge, { zone }] of badges) if (isForgotten(zone)) badges.delete(badge);
    for (const seen of this.seenIn.values())
      for (const one of seen.values()) one.zones = one.zones.filter((zone) => !isForgotten(zone));
    this.loudIn.clear();
  }

  clear(): void {
    for (const told of [this.heardIn, this.seenIn, this.loudIn]) told.clear();
    this.newestHeard = this.newestSeen = this.judged = -1;
  }

  save() {
    return {
      heardIn: [...this.heardIn].map(([second, badges]) => [second, [...badges].map(([id, one]) => [id, { ...one }])]),
      seenIn: [...this.seenIn].map(([second, seen]) => [
        second,
        [...seen.values()].map(({ name, zones, x, y }) => ({ name: { ...name }, zones: [...zones], x, y })),
      ]),
      loudIn: [...this.loudIn].map(([second, badges]) => [second, structuredClone([...badges])]),
      newest: [this.newestHeard, this.newestSeen, this.judged],
    };
  }

  /** @param saved its own from here on */
  restore(saved: Pick<SavedBadges, 'heardIn' | 'seenIn' | 'loudIn' | 'newest'>): void {
    for (const [second, badges] of saved.heardIn) this.heardIn.set(second, new Map(badges));
    for (const [second, seen] of saved.seenIn)
      this.seenIn.set(second, new Map(seen.map((one) => [keyOf(one.name), { x: 0, y: 0, ...one }])));
    for (const [second, badges] of saved.loudIn ?? []) this.loudIn.set(second, new Map(badges));
    [this.newestHeard, this.newestSeen, this.judged] = saved.newest;
  }
}

/** Where a receiver hangs, as far as is known: in the middle of its zone. */
function middleOf(model: StoreModel, zoneId: string): { x: number; y: number } {
  const { minX = 0, maxX = 0, minY = 0, maxY = 0 } = model.zonesById.get(zoneId)?.polygon ?? {};
  return { x: (minX + maxX) / 2, y: (minY + maxY) / 2 };
}
