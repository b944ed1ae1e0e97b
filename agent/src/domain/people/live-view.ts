import type { AudienceMember, EngineLive, LiveTrack } from '../engine/engine-api.js';
import type { Here } from '../screens/presence.js';
import type { FollowedPeople } from './followed-people.js';
import { TRACK_GAP_MS } from './placed.js';
import type { Interest } from '../interest/interest.js';
import type { LiveHeat } from './live-heat.js';
import type { StoreModel } from '../core/store-model.js';
import type { Camera, Track } from './followed-person.js';

/** Who is present: seen by their camera or group within the last two seconds of its own event time, and no staff. */
function* present(cameras: FollowedPeople): Iterable<[source: string, track: Track, id: string]> {
  for (const [source, camera] of cameras.all) {
    for (const [id, track] of camera.tracks) if (!track.staff && isPresent(camera, track)) yield [source, track, id];
  }
}
const isPresent = (camera: Camera, track: Track): boolean => camera.ts - track.ts <= TRACK_GAP_MS;

/** Density and counts of this moment. A person counts in a zone when their newest sample lies in it. */
export function liveOf(
  model: StoreModel | undefined,
  cameras: FollowedPeople,
  heat: LiveHeat,
): Omit<EngineLive, 'people'> {
  const zones = model?.zones ?? [];
  const columns = model?.columns ?? 0;
  const rows = model?.rows ?? 0;
  const occupancy = new Map<string, number>();
  const tracks: LiveTrack[] = [];
  for (const [, track] of present(cameras)) {
    const zoneIds: string[] = [];
    for (const { id } of zones) {
      const stay = track.stays.get(id);
      if (!stay || stay.outside >= 0) continue;
      zoneIds.push(id);
      occupancy.set(id, (occupancy.get(id) ?? 0) + 1);
    }
    tracks.push({ deviceId: track.seenBy, xMm: track.x, yMm: track.y, ts: track.ts, zoneIds });
  }
  return {
    ts: cameras.newest,
    tracks,
    zones: zones.map(({ id }) => ({ zoneId: id, occupancy: occupancy.get(id) ?? 0 })),
    heatMs: heat.sum(columns * rows, cameras.newest),
    columns,
    rows,
  };
}

/** Who stays in a zone, short outings included, and where each has dwelt so far. */
export function audienceIn(
  model: StoreModel | undefined,
  cameras: FollowedPeople,
  interest: Interest,
  zoneId: string,
): AudienceMember[] {
  const members: AudienceMember[] = [];
  if (!model?.zonesById.has(zoneId)) return members;
  for (const [source, track, id] of present(cameras)) {
    const stay = track.stays.get(zoneId);
    if (!stay) continue;
    const dwellMsByZone = new Map(track.dwell);
    const interestByZone = new Map<string, { ppm: number; ageMs: number }>();
    for (const [zone, { ppm, ts }] of interest.answersOf(source, track.person) ?? [])
      interestByZone.set(zone, { ppm, ageMs: track.ts - ts });
    const person = [source, id, track.since] as const;
    members.push({ stayMs: stay.last - stay.enter, dwellMsByZone, interestByZone, ts: track.ts, person });
  }
  return members;
}

/** Who is in a zone just now, and where: for who has come before a screen. Short outings are no presence. */
export function* peopleIn(cameras: FollowedPeople, zoneId: string): Iterable<Here> {
  for (const [source, camera] of cameras.all)
    for (const [id, track] of camera.tracks) {
      const stay = track.stays.get(zoneId);
      if (!stay || stay.outside >= 0 || track.staff || !isPresent(camera, track)) continue;
      yield { name: `${source}|${id}|${track.since}`, ts: track.ts, x: track.x, y: track.y };
    }
}
