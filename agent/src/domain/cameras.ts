import { minuteOf, type PositionsEvent } from '@aisle/contracts';
import type { Crossings } from './crossings.js';
import type { EngineObserver } from './engine-api.js';
import { contains, crossingOf } from './geometry.js';
import { cellOf, type HeatWindows } from './heat.js';
import type { Interest } from './interest/interest.js';
import type { HeatPiece, LiveHeat } from './live-heat.js';
import type { StoreModel } from './store-model.js';
import { OUTING_ENDS_AFTER_MS, VISIT_AFTER_MS, type Stay, type ZoneWindows } from './visits.js';

/** Two samples of a track further apart than this do not belong to one track. */
export const TRACK_GAP_MS = 2_000;
/** Tracks that can only begin anew are cleared away once in so much event time. */
const SWEEP_MS = 1_000;
/** A stay becomes a visit at most this long after its first sample, so a message touches no older zone window unpinned. */
const TOUCHED_MS = 4_000;

/** One person as one camera follows them. Dies with the visit to the shop; its id never leaves the agent. */
export interface Track {
  x: number;
  y: number;
  ts: number;
  cell: number;
  /** by zone index */
  stays: (Stay | undefined)[];
  /** milliseconds of visits by zone index; set from the first visit on */
  dwell: (number | undefined)[];
  piece: HeatPiece | undefined;
  /** the number that interest knows it by, 0 before the first sample */
  person: number;
}

export interface Camera {
  /** event time of its newest sample */
  ts: number;
  swept: number;
  tracks: Map<string, Track>;
}

/** Follows tracks from sample to sample: crossings, stays, heat (SEMANTICS §10, §12, §15). */
export class Cameras {
  readonly all = new Map<string, Camera>();
  /** newest event time of any position, 0 before the first */
  newest = 0;

  constructor(
    private readonly zones: ZoneWindows,
    private readonly heat: HeatWindows,
    private readonly crossings: Crossings,
    private readonly liveHeat: LiveHeat,
    private readonly interest: Interest,
    private readonly observer: EngineObserver,
  ) {}

  require(keys: string[], model: StoreModel, event: PositionsEvent): void {
    for (const minute of new Set([minuteOf(event.ts - TOUCHED_MS), minuteOf(event.ts)])) {
      this.heat.require(keys, minute);
      for (const zone of model.zones) this.zones.require(keys, minute, zone.id);
    }
    for (const line of model.lines) this.crossings.require(keys, minuteOf(event.ts), line.id);
  }

  apply(model: StoreModel, event: PositionsEvent): void {
    const { deviceId, ts } = event;
    let camera = this.all.get(deviceId);
    if (!camera) this.all.set(deviceId, (camera = { ts, swept: ts, tracks: new Map() }));
    camera.ts = ts;
    if (ts > this.newest) this.newest = ts;
    this.crossings.positions(deviceId);
    this.interest.advance(deviceId, ts);
    for (const person of event.people) {
      const [id, x, y] = person;
      this.observer.sample?.(deviceId, id, ts, x, y);
      let track = camera.tracks.get(id);
      if (track && ts - track.ts <= TRACK_GAP_MS) this.step(model, deviceId, track, ts, x, y);
      else {
        track = { x, y, ts, cell: -1, stays: [], dwell: [], piece: undefined, person: 0 };
        camera.tracks.set(id, track);
      }
      for (const zone of model.zones) this.look(track, zone.index, zone.id, ts, contains(zone.polygon, x, y));
      track.x = x;
      track.y = y;
      track.ts = ts;
      track.cell = cellOf(model, x, y);
      track.person = this.interest.follow(deviceId, track);
    }
    if (ts - camera.swept >= SWEEP_MS) {
      camera.swept = ts;
      for (const [id, track] of camera.tracks) if (ts - track.ts > TRACK_GAP_MS) camera.tracks.delete(id);
    }
  }

  /** The clock of the camera was set back: nothing goes on from before. */
  restart(deviceId: string): void {
    this.all.delete(deviceId);
    this.interest.restart(deviceId);
    this.newest = 0;
    for (const camera of this.all.values()) this.newest = Math.max(this.newest, camera.ts);
  }

  /** Another store file: open stays end at their last inside sample, tracks begin anew. */
  restartAll(): void {
    for (const camera of this.all.values()) camera.tracks.clear();
    this.liveHeat.clear();
  }

  /** Keeps the windows in memory that open visits still add to. */
  pin(model: StoreModel): void {
    this.zones.open.clear();
    for (const camera of this.all.values()) {
      for (const track of camera.tracks.values()) {
        for (const zone of model.zones) {
          const stay = track.stays[zone.index];
          if (stay?.visit) {
            this.zones.open.add(`${minuteOf(stay.enter)}|${zone.id}`);
            this.zones.open.add(`${stay.minute}|${zone.id}`);
          }
        }
      }
    }
  }

  private step(model: StoreModel, deviceId: string, track: Track, ts: number, x: number, y: number): void {
    for (const line of model.lines) {
      const direction = crossingOf(line, track.x, track.y, x, y);
      if (direction === 0) continue;
      this.crossings.byTrack(deviceId, line.id, ts, direction);
      this.observer.crossing?.(line.id, ts, direction === 1 ? 'in' : 'out');
    }
    if (track.cell < 0 || ts === track.ts) return;
    this.heat.add(model, track.cell, track.ts, ts);
    const { piece } = track;
    if (piece && piece.cell === track.cell && piece.to === track.ts) piece.to = ts;
    else track.piece = this.liveHeat.add(track.cell, track.ts, ts, this.newest);
  }

  private look(track: Track, index: number, zoneId: string, ts: number, inside: boolean): void {
    const stay = track.stays[index];
    if (stay && stay.outside >= 0 && ts - stay.outside >= OUTING_ENDS_AFTER_MS) track.stays[index] = undefined;
    else if (stay) {
      if (inside) this.goOn(track, index, zoneId, stay, ts);
      else if (stay.outside < 0) stay.outside = ts;
      return;
    }
    if (inside) track.stays[index] = { enter: ts, last: ts, outside: -1, visit: false, minute: -1, index: -1 };
  }

  private goOn(track: Track, index: number, zoneId: string, stay: Stay, ts: number): void {
    const from = stay.last;
    stay.last = ts;
    stay.outside = -1;
    if (stay.visit) {
      if (ts === from) return;
      this.zones.extend(zoneId, stay, from);
      track.dwell[index] = (track.dwell[index] as number) + ts - from;
      if (stay.observed) stay.observed.leaveTs = ts;
    } else if (ts - stay.enter >= VISIT_AFTER_MS) {
      stay.visit = true;
      this.zones.begin(zoneId, stay, track.dwell[index] === undefined);
      track.dwell[index] = (track.dwell[index] ?? 0) + ts - stay.enter;
      if (this.observer.visit) this.observer.visit((stay.observed = { zoneId, enterTs: stay.enter, leaveTs: ts }));
    }
  }

  save(): unknown {
    return [...this.all].map(([id, { ts, swept, tracks }]) => [id, ts, swept, [...tracks].map(saveTrack)]);
  }

  restore(json: unknown): void {
    for (const [id, ts, swept, tracks] of json as [string, number, number, SavedTrack[]][]) {
      this.newest = Math.max(this.newest, ts);
      this.all.set(id, { ts, swept, tracks: new Map(tracks.map(restoreTrack)) });
    }
  }
}

type SavedStay = [
  index: number,
  enter: number,
  last: number,
  outside: number,
  visit: boolean,
  minute: number,
  at: number,
];
type SavedTrack = [
  id: string,
  x: number,
  y: number,
  ts: number,
  cell: number,
  stays: SavedStay[],
  dwell: [number, number][],
  person?: number,
];

function saveTrack([id, track]: [string, Track]): SavedTrack {
  const stays: SavedStay[] = [];
  const dwell: [number, number][] = [];
  track.stays.forEach((s, index) => s && stays.push([index, s.enter, s.last, s.outside, s.visit, s.minute, s.index]));
  track.dwell.forEach((ms, index) => ms !== undefined && dwell.push([index, ms]));
  return [id, track.x, track.y, track.ts, track.cell, stays, dwell, track.person];
}

function restoreTrack([id, x, y, ts, cell, stays, dwell, person = 0]: SavedTrack): [string, Track] {
  const track: Track = { x, y, ts, cell, stays: [], dwell: [], piece: undefined, person };
  for (const [index, enter, last, outside, visit, minute, at] of stays) {
    track.stays[index] = { enter, last, outside, visit, minute, index: at };
  }
  for (const [index, ms] of dwell) track.dwell[index] = ms;
  return [id, track];
}
