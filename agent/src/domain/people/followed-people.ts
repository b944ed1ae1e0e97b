import { minuteOf, type HeardEvent, type PositionsEvent } from '@aisle/contracts';
import { Badges } from '../ble/badges.js';
import type { Crossings } from './crossings.js';
import type { EngineObserver } from '../engine/engine-api.js';
import { Doorway, type PendingStep } from '../floor/doorway.js';
import { Ledger } from '../floor/ledger.js';
import { contains, crossingOf } from '../core/geometry.js';
import { cellOf, type HeatWindows } from './heat.js';
import type { Interest } from '../interest/interest.js';
import type { LiveHeat } from './live-heat.js';
import type { LineModel, StaffRule, StoreModel, ZoneModel } from '../core/store-model.js';
import { newTrack, restoreTrack, saveTrack, type Camera, type SavedTrack, type Track } from './followed-person.js';
import { OUTING_ENDS_AFTER_MS, VISIT_AFTER_MS, type Stay, type ZoneWindows } from './visits.js';

/** Two samples of a track further apart than this do not belong to one track. */
export const TRACK_GAP_MS = 2_000;
/** Tracks that can only begin anew are cleared away once in so much event time. */
const SWEEP_MS = 1_000;
/** Somebody whom the agent places itself may have been hidden for so long before they are found where they stood, ms. */
const FOUND_AGAIN_MS = 14_000;
/** A stay becomes a visit at most this long after its first sample, so a message touches no older zone window unpinned. */
const TOUCHED_MS = 4_000;

/** Whoever may turn out to be the same person as somebody else does so within this much event time. */
const TWICE_FOUND_MS = 10_000;
/** A place that the agent has worked out itself is taken at least this often on the way from one picture to the next. */
const STEP_MS = 100;

/** One person at one moment, placed by this agent: from detections, or from several cameras. Whole millimetres. */
export interface PlacedSample {
  id: string;
  ts: number;
  x: number;
  y: number;
  /** false: told by one camera, to be taken to the letter */
  made: boolean;
}

/** Follows tracks from sample to sample: crossings, stays, heat (SEMANTICS §10, §12, §15). */
export class Cameras {
  readonly all = new Map<string, Camera>();
  /** who wears which badge */
  readonly badges = new Badges();
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

  require(keys: string[], model: StoreModel, ts: number): void {
    for (const minute of new Set([minuteOf(ts - TOUCHED_MS), minuteOf(ts)])) {
      this.heat.require(keys, minute);
      for (const zone of model.zones) this.zones.require(keys, minute, zone.id);
      for (const line of model.lines) this.crossings.require(keys, minute, line.id);
    }
  }

  apply(model: StoreModel, event: PositionsEvent): void {
    const { deviceId, ts } = event;
    const camera = this.begin(deviceId, ts);
    for (const [id, x, y] of event.people) this.sample(model, deviceId, deviceId, camera, id, ts, x, y, false);
    this.end(model, deviceId, camera);
  }

  /** What `seenBy`, which is or belongs to `source`, saw at `ts`. Samples of a person rise in time, none is newer than `ts`. */
  place(model: StoreModel, source: string, seenBy: string, ts: number, samples: readonly PlacedSample[]): void {
    const camera = this.begin(source, ts);
    for (const { id, ts: at, x, y, made } of samples) {
      const before = camera.tracks.get(id);
      const ms = before ? at - before.ts : Infinity;
      if (made && before && ms > STEP_MS && ms <= TRACK_GAP_MS) {
        const [fromX, fromY, from] = [before.x, before.y, before.ts];
        const steps = Math.ceil(ms / STEP_MS);
        for (let step = 1; step < steps; step += 1) {
          const way = (to: number, start: number) => Math.round(start + ((to - start) * step) / steps);
          this.sample(model, source, seenBy, camera, id, way(at, from), way(x, fromX), way(y, fromY), true);
        }
      }
      this.sample(model, source, seenBy, camera, id, at, x, y, made);
    }
    this.end(model, source, camera);
  }

  /**
   * The way of one person whom `seenBy` follows itself, oldest first: a source of its own, since the camera tells of each person
   * at other times, and nobody else's time is to end it. Interest asks nothing of them: what is told late is of no use to it.
   */
  trace(
    model: StoreModel,
    source: string,
    seenBy: string,
    way: readonly (readonly [ts: number, x: number, y: number])[],
  ): void {
    const ts = way.at(-1)?.[0];
    if (ts === undefined) return;
    let camera = this.all.get(source);
    if (!camera) this.all.set(source, (camera = { ts, swept: ts, tracks: new Map() }));
    camera.ts = ts;
    if (ts > this.newest) this.newest = ts;
    for (const [at, x, y] of way) this.sample(model, seenBy, seenBy, camera, source, at, x, y, false);
  }

  /** The person of `trace` is gone. */
  letGo(source: string): void {
    this.all.delete(source);
  }

  /** The person has turned out to be somebody already followed: what they counted within the last seconds is taken back. */
  absorb(model: StoreModel, source: string, id: string): void {
    const camera = this.all.get(source);
    const track = camera?.tracks.get(id);
    if (!camera || !track) return;
    this.takeBack(model, source, track);
    camera.tracks.delete(id);
  }

  /** A BLE receiver heard badges: who wears one may be known from that. */
  heard(model: StoreModel, event: HeardEvent): void {
    this.badges.heard(model, event);
    this.wearers(model);
  }

  /** Those who wear a badge count no more, nor does what they have counted. */
  private wearers(model: StoreModel): void {
    if (model.receiverZones.length === 0) return;
    for (const { source, id, since } of this.badges.settle()) {
      const track = (this.all.get(source) ?? this.all.get(id))?.tracks.get(id);
      if (!track || track.staff || track.since !== since) continue;
      this.takeBack(model, source, track);
      track.staff = true;
    }
  }

  private begin(source: string, ts: number): Camera {
    let camera = this.all.get(source);
    if (!camera) this.all.set(source, (camera = { ts, swept: ts, tracks: new Map() }));
    camera.ts = ts;
    if (ts > this.newest) this.newest = ts;
    this.interest.advance(source, ts);
    return camera;
  }

  private sample(
    model: StoreModel,
    source: string,
    seenBy: string,
    camera: Camera,
    id: string,
    ts: number,
    x: number,
    y: number,
    made: boolean,
  ): void {
    this.observer.sample?.(source, id, ts, x, y);
    let track = camera.tracks.get(id);
    if (track && ts - track.ts > TRACK_GAP_MS) {
      this.leave(model, source, track);
      track = undefined;
    }
    if (!track) {
      track = newTrack(ts, x, y, seenBy);
      camera.tracks.set(id, track);
      if (model.staff || source !== seenBy) track.ledger = new Ledger();
      if (made) track.doorway = new Doorway();
    } else if (!track.staff) {
      if (made) track.doorway ??= new Doorway();
      if (track.ledger && !model.staff && ts - track.since > TWICE_FOUND_MS) forget(track);
      this.step(model, source, track, ts, x, y);
    }
    if (!track.staff)
      for (const zone of model.zones) this.look(track, zone.index, zone.id, ts, contains(zone.polygon, x, y));
    track.x = x;
    track.y = y;
    track.ts = ts;
    track.seenBy = seenBy;
    track.cell = cellOf(model, x, y);
    if (model.receiverZones.length > 0) this.badges.seen(model, { source, id, since: track.since }, ts, x, y);
    if (track.staff) return;
    if (model.staff && isStaff(model.staff, track)) {
      this.takeBack(model, source, track);
      track.staff = true;
    } else track.person = this.interest.follow(source, track);
  }

  private end(model: StoreModel, source: string, camera: Camera): void {
    const { ts } = camera;
    if (ts - camera.swept < SWEEP_MS) return;
    this.wearers(model);
    camera.swept = ts;
    for (const [id, track] of camera.tracks) {
      if (ts - track.ts <= (track.doorway ? FOUND_AGAIN_MS : TRACK_GAP_MS)) continue;
      this.leave(model, source, track);
      camera.tracks.delete(id);
    }
  }

  /** The clock of the camera was set back: nothing goes on from before. */
  restart(deviceId: string): void {
    this.all.delete(deviceId);
    this.badges.restart();
    this.interest.restart(deviceId);
    this.newest = 0;
    for (const camera of this.all.values()) this.newest = Math.max(this.newest, camera.ts);
  }

  /** Another store file: open stays end at their last inside sample, tracks begin anew. */
  restartAll(model: StoreModel | undefined): void {
    for (const [source, camera] of this.all) {
      if (model) for (const track of camera.tracks.values()) this.leave(model, source, track);
      camera.tracks.clear();
    }
    this.badges.restart();
    this.liveHeat.clear();
  }

  /** Keeps the windows in memory that open visits still add to, and those that something may be taken back from. */
  pin(model: StoreModel): void {
    const zones = this.zones.open;
    const heat = this.heat.open;
    const lines = this.crossings.open;
    for (const open of [zones, heat, lines]) open.clear();
    const pinLine = (line: number, ts: number) => lines.add(`${minuteOf(ts)}|${(model.lines[line] as LineModel).id}`);
    for (const camera of this.all.values()) {
      for (const { stays, ledger, doorway } of camera.tracks.values()) {
        for (const zone of model.zones) {
          const stay = stays[zone.index];
          if (stay?.visit) {
            zones.add(`${minuteOf(stay.enter)}|${zone.id}`);
            zones.add(`${stay.minute}|${zone.id}`);
          }
        }
        for (const step of doorway?.pending ?? []) pinLine(step.line, step.ts);
        if (!ledger) continue;
        for (const { zone, stay } of ledger.visits) {
          const { id } = model.zones[zone] as ZoneModel;
          zones.add(`${minuteOf(stay.enter)}|${id}`);
          for (let at = 0; at < (stay.pieces?.length ?? 0); at += 2) zones.add(`${stay.pieces?.[at]}|${id}`);
        }
        for (const minute of ledger.heat.keys()) heat.add(minute);
        for (const [line, ts] of ledger.crossings) pinLine(line, ts);
      }
    }
  }

  private step(model: StoreModel, source: string, track: Track, ts: number, x: number, y: number): void {
    if (track.doorway) {
      track.doorway.step(model.lines, track.x, track.y, ts, x, y, (step) => this.cross(model, source, track, step));
    } else {
      for (let line = 0; line < model.lines.length; line += 1) {
        const direction = crossingOf(model.lines[line] as LineModel, track.x, track.y, x, y);
        if (direction !== 0) this.cross(model, source, track, { line, direction, ts });
      }
    }
    if (track.cell < 0 || ts === track.ts) return;
    this.heat.add(model, track.cell, track.ts, ts);
    track.ledger?.warm(track.cell, track.ts, ts);
    const { piece } = track;
    if (piece && piece.cell === track.cell && piece.to === track.ts) piece.to = ts;
    else track.piece = this.liveHeat.add(track.cell, track.ts, ts, this.newest);
  }

  private cross(model: StoreModel, source: string, track: Track, { line, direction, ts }: PendingStep): void {
    const { id } = model.lines[line] as LineModel;
    this.crossings.byTrack(source, id, ts, direction);
    track.ledger?.crossing(line, ts, direction);
    this.observer.crossing?.(id, ts, direction === 1 ? 'in' : 'out');
  }

  /** The track is at its end. */
  private leave(model: StoreModel, source: string, track: Track): void {
    if (!track.staff) track.doorway?.end((step) => this.cross(model, source, track, step));
  }

  /** Everything that the track has counted and the engine still holds counts no more. */
  private takeBack(model: StoreModel, source: string, track: Track): void {
    const { ledger } = track;
    for (const { zone, stay, first } of ledger?.visits ?? []) {
      this.zones.takeBack((model.zones[zone] as ZoneModel).id, stay, first);
      if (stay.observed) this.observer.visitTakenBack?.(stay.observed);
    }
    for (const [line, ts, direction] of ledger?.crossings ?? []) {
      const { id } = model.lines[line] as LineModel;
      this.crossings.takeBack(source, id, ts, direction);
      this.observer.crossingTakenBack?.(id, ts, direction === 1 ? 'in' : 'out');
    }
    for (const [minute, cells] of ledger?.heat ?? []) this.heat.takeBack(minute, cells);
    for (const [cell, from, to] of ledger?.recent ?? []) this.liveHeat.takeBack(cell, from, to);
    this.interest.withdraw(source, track.person);
    track.stays = [];
    track.dwell = [];
    track.person = 0;
    track.piece = undefined;
    track.doorway = undefined;
    track.ledger = undefined;
  }

  private look(track: Track, index: number, zoneId: string, ts: number, inside: boolean): void {
    const stay = track.stays[index];
    if (stay && stay.outside >= 0 && ts - stay.outside >= OUTING_ENDS_AFTER_MS) track.stays[index] = undefined;
    else if (stay) {
      if (inside) this.goOn(track, index, zoneId, stay, ts);
      else if (stay.outside < 0) stay.outside = ts;
      return;
    }
    if (!inside) return;
    track.stays[index] = { enter: ts, last: ts, outside: -1, visit: false, minute: -1, index: -1 };
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
      const first = track.dwell[index] === undefined;
      if (track.ledger) {
        stay.pieces = [];
        track.ledger.visit(index, stay, first);
      }
      this.zones.begin(zoneId, stay, first);
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
      this.all.set(id, { ts, swept, tracks: new Map(tracks.map((track) => restoreTrack(track, id))) });
    }
  }
}

/** From here on nobody takes back what the track counts. */
function forget(track: Track): void {
  track.ledger = undefined;
  for (const stay of track.stays) if (stay) delete stay.pieces;
}

/** SEMANTICS §11: whoever has visited one of the staff's zones, or has been followed for too long for a shopper. */
const isStaff = (rule: StaffRule, track: Track): boolean =>
  track.ts - track.since > rule.afterMs || rule.zones.some((index) => track.stays[index]?.visit === true);
