import { minuteOf, type DomainEvent, type PositionsEvent } from '@aisle/contracts';
import { keyOf, type TrackName, type Wearer } from '../ble/badge-state.js';
import type { Badges, Strayed } from '../ble/badges.js';
import { idsTouched, isTouched, type EnginePart, type ModelChange } from '../core/engine-part.js';
import { contains } from '../core/geometry.js';
import { restartsOf } from '../core/restarts.js';
import type { StaffRule, StoreModel } from '../core/store-model.js';
import type { InForce } from '../core/versions.js';
import type { EngineObserver } from '../engine/engine-api.js';
import { Doorway } from '../floor/doorway.js';
import { Ledger } from '../floor/ledger.js';
import type { Attendance } from '../goods/attendance.js';
import type { Interest } from '../interest/interest.js';
import {
  migrateCameras,
  newCamera,
  newTrack,
  restoreCameras,
  saveCameras,
  type Camera,
  type Track,
} from './followed-person.js';
import { cellOf } from './heat.js';
import { TRACK_GAP_MS, wayTo, type PlacedSample } from './placed.js';
import { beginLedger, forget, isStaff } from './staff.js';
import type { StaffDoors } from './staff-doors.js';
import { restAt, stands } from './standing.js';
import type { Steps } from './steps.js';
import { isStitched, type Stitching } from './stitching.js';
import type { VisitRule } from './visits.js';
import type { ZoneWindows } from './zone-windows.js';

/** Tracks that can only begin anew are cleared away once in so much event time. */
const SWEEP_MS = 1_000;
/** Somebody whom the agent places itself may have been hidden for so long before they are found where they stood, ms. */
const FOUND_AGAIN_MS = 14_000;
/** A stay becomes a visit at most this long after its first sample, so a message touches no older zone window unpinned. */
const TOUCHED_MS = 4_000;

/** Whoever may turn out to be the same person as somebody else does so within this much event time. */
const TWICE_FOUND_MS = 10_000;

/** Who has gone and may turn out to have been staff is remembered for so long, and so many of a camera. */
const GONE_MS = 1_800_000;
const MOST_GONE = 32;
/** Parts of the store file that say what a way counts: what who is gone has counted before a change stays counted. */
const COUNTED_BY = ['floor', 'zones', 'entrances', 'passersBy', 'staff'] as const;

export interface FollowingParts {
  versions: InForce;
  zones: ZoneWindows;
  steps: Steps;
  visits: VisitRule;
  badges: Badges;
  interest: Interest;
  attendance: Attendance;
  stitching: Stitching;
  staffDoors: StaffDoors;
  observer: EngineObserver;
  /** whether windows of this time may have to be fetched */
  reaches(ts: number): boolean;
}

/** Follows tracks from sample to sample, and says who of them is staff (SEMANTICS §10–12). */
export class FollowedPeople implements EnginePart {
  readonly name = 'cameras';
  readonly version = 2;
  readonly all = new Map<string, Camera>();
  /** newest event time of any position, 0 before the first */
  newest = 0;

  constructor(private readonly parts: FollowingParts) {}

  require(keys: string[], event: DomainEvent): void {
    if (event.kind === 'positions' || event.kind === 'detections') this.requireAt(keys, event.ts);
  }

  /** Windows that a sample of this time may touch. */
  requireAt(keys: string[], ts: number): void {
    const { model } = this.parts.versions;
    if (!model || !this.parts.reaches(minuteOf(ts - TOUCHED_MS))) return;
    for (const minute of new Set([minuteOf(ts - TOUCHED_MS), minuteOf(ts)])) {
      this.parts.steps.require(keys, model, minute);
      for (const zone of model.zones) this.parts.zones.require(keys, minute, zone.id);
    }
  }

  apply(model: StoreModel, event: PositionsEvent): void {
    const { deviceId, ts } = event;
    const camera = this.begin(deviceId, ts);
    const mayBeStaff = (name: string): boolean => {
      const track = camera.tracks.get(name);
      if (!track || !model.staff) return false;
      return track.staff || this.parts.badges.mayWear({ source: deviceId, id: name, since: track.since });
    };
    const seen = isStitched(model, deviceId)
      ? this.parts.stitching.see(deviceId, ts, event.people, mayBeStaff)
      : undefined;
    for (const { name, into, way } of seen?.joins ?? []) {
      this.absorb(deviceId, name);
      for (const [at, x, y] of way) this.sample(model, deviceId, deviceId, camera, into, at, x, y, false);
    }
    for (const [index, [id, x, y]] of event.people.entries())
      this.sample(model, deviceId, deviceId, camera, seen?.names[index] ?? id, ts, x, y, false);
    this.end(deviceId, camera);
  }

  /** What `seenBy`, which is or belongs to `source`, saw at `ts`. Samples of a person rise in time, none is newer than `ts`. */
  place(model: StoreModel, source: string, seenBy: string, ts: number, samples: readonly PlacedSample[]): void {
    const camera = this.begin(source, ts);
    for (const sample of samples) {
      const { id, made } = sample;
      for (const [at, x, y] of wayTo(camera.tracks.get(id), sample))
        this.sample(model, source, seenBy, camera, id, at, x, y, made);
    }
    this.end(source, camera);
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
    if (!camera) this.all.set(source, (camera = newCamera(ts)));
    camera.ts = ts;
    if (ts > this.newest) this.newest = ts;
    for (const [at, x, y] of way) this.sample(model, seenBy, seenBy, camera, source, at, x, y, false);
  }

  /** The person of `trace` is gone. */
  letGo(source: string): void {
    this.all.delete(source);
  }

  /** The person has turned out to be somebody already followed: what they counted within the last seconds is taken back. */
  absorb(source: string, id: string): void {
    const camera = this.all.get(source);
    const track = camera?.tracks.get(id);
    if (!camera || !track) return;
    this.takeBack(source, track);
    camera.tracks.delete(id);
  }

  /** Those who wear a badge count no more, nor does what they have counted. */
  wearers(names: readonly Wearer[]): void {
    for (const { source, id, since, before } of names) {
      const camera = this.all.get(source) ?? this.all.get(id);
      const here = camera?.tracks.get(id);
      const key = keyOf({ source, id, since });
      const track = here?.since === since ? here : camera?.gone.get(key);
      if (!track) continue;
      camera?.gone.delete(key);
      if (before) this.wasWornBy(before, track);
      if (!track.staff) this.isStaff(source, track);
    }
    for (const { name, since } of this.parts.badges.takeLikely()) this.attended(name, since);
  }

  /**
   * A badge that `track` wears was taken for another's until then. While they were seen, whoever came or went was no staff yet; and if they have
   * gone without it, they were a shopper.
   */
  private wasWornBy({ name, seenTs }: NonNullable<Wearer['before']>, track: Track): void {
    const cameIn = track.ledger?.crossings.findLast(({ direction }) => direction === 1)?.ts;
    const left = this.parts.staffDoors.stayed(name, cameIn);
    if (left) this.parts.observer.crossing?.(left.lineId, left.ts, left.direction === 1 ? 'in' : 'out');
    track.ledger?.keepCrossings(seenTs);
  }

  /** Somebody is staff, and has been: nothing of theirs counts, and where they stood it was staff who did. */
  private isStaff(source: string, track: Track): void {
    const stood = track.ledger?.standing ?? [];
    this.takeBack(source, track);
    track.staff = true;
    for (const [fixtureId, from, to] of stood) this.parts.attendance.stood(fixtureId, from, to);
  }

  /** Remembers at which fixtures somebody stands, of staff and of who may be. */
  private attend(model: StoreModel, track: Track, before: number, ts: number): void {
    const rest = (track.rest = restAt(track.rest, ts, track.x, track.y));
    if (!stands(rest, ts)) return;
    const from = stands(rest, before) ? before : rest.ts;
    for (const fixtureId of this.parts.attendance.fixturesAt(model, rest.x, rest.y)) {
      if (track.staff) this.parts.attendance.stood(fixtureId, from, ts);
      else track.ledger?.stood(fixtureId, from, ts);
    }
  }

  private begin(source: string, ts: number): Camera {
    let camera = this.all.get(source);
    if (!camera) this.all.set(source, (camera = newCamera(ts)));
    camera.ts = ts;
    if (ts > this.newest) this.newest = ts;
    this.parts.interest.advance(source, ts);
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
    const { steps, visits, badges, interest, observer, staffDoors } = this.parts;
    observer.sample?.(source, id, ts, x, y);
    let track = camera.tracks.get(id);
    if (track && ts - track.ts > TRACK_GAP_MS) {
      steps.leave(source, track);
      track = undefined;
    }
    if (!track) {
      track = newTrack(ts, x, y, seenBy);
      camera.tracks.set(id, track);
      if (model.staff || source !== seenBy || this.parts.stitching.concerns(source, id)) track.ledger = new Ledger();
      if (made) track.doorway = new Doorway();
    } else if (!track.staff) {
      if (made) track.doorway ??= new Doorway();
      if (track.ledger && !model.staff && ts - track.since > TWICE_FOUND_MS) forget(track);
      steps.step(model, source, track, ts, x, y, this.newest, camera.scatter.beside);
    } else staffDoors.look(model, { source, id, since: track.since }, track, ts, x, y);
    if (!track.staff)
      for (const { id: zoneId, polygon } of model.zones) visits.look(track, zoneId, ts, contains(polygon, x, y));
    const before = track.ts;
    if (!track.doorway && before < ts) {
      if (track.earlier) camera.scatter.learn(track.earlier, [before, track.x, track.y], [ts, x, y]);
      track.earlier = [before, track.x, track.y];
    }
    track.x = x;
    track.y = y;
    track.ts = ts;
    track.seenBy = seenBy;
    track.cell = cellOf(model, x, y);
    if (model.receiverZones.length > 0) badges.seen(model, { source, id, since: track.since }, ts, x, y);
    if (model.staff) this.attend(model, track, before, ts);
    if (track.staff) return;
    if (model.staff && isStaff(model.staff, track)) this.isStaff(source, track);
    else track.person = interest.follow(source, track);
  }

  private end(source: string, camera: Camera): void {
    const { ts } = camera;
    if (ts - camera.swept < SWEEP_MS) return;
    this.wearers(this.parts.badges.settle());
    for (const strayed of this.parts.badges.takeStrayed()) this.astray(strayed);
    camera.swept = ts;
    for (const [id, track] of camera.tracks) {
      if (ts - track.ts <= (track.doorway ? FOUND_AGAIN_MS : TRACK_GAP_MS)) continue;
      if (this.parts.stitching.concerns(source, id)) continue;
      this.parts.steps.leave(source, track);
      camera.tracks.delete(id);
      const name = { source, id, since: track.since };
      if (track.ledger && this.parts.badges.mayHaveWorn(name)) camera.gone.set(keyOf(name), track);
    }
    for (const [key, track] of camera.gone) {
      if (ts - track.ts <= GONE_MS && camera.gone.size <= MOST_GONE) break;
      camera.gone.delete(key);
    }
  }

  /**
   * Somebody is likely to be staff. Whether they count waits until that is certain; what came onto a shelf before which they stood is no
   * shopper's by then, for it can be held against one return at most if they are none.
   */
  private attended({ source, id, since }: TrackName, from: number): void {
    const track = this.all.get(source)?.tracks.get(id);
    if (!track || track.staff || track.since !== since) return;
    for (const [fixtureId, stoodFrom, to] of track.ledger?.standing ?? [])
      if (to >= from) this.parts.attendance.stood(fixtureId, Math.max(stoodFrom, from), to);
  }

  /** The wearer of a badge is somebody else by now: they get their own way back, or whoever wears it now is staff. */
  private astray({ wearer, others, sure }: Strayed): void {
    const { badges, stitching } = this.parts;
    const near = others.filter((other) => other.source === wearer.source);
    const found = stitching.exchange(
      wearer.source,
      wearer.id,
      near.map(({ id }) => id),
    );
    const other = near.find(({ id }) => id === found?.name);
    if (found && other) {
      badges.exchanged(wearer, other);
      // What staff did as somebody else since they met was staff's, and no shopper's.
      const track = this.all.get(other.source)?.tracks.get(other.id);
      for (const [fixtureId, from, to] of track?.ledger?.standing ?? [])
        if (to >= found.since) this.parts.attendance.stood(fixtureId, Math.max(from, found.since), to);
      if (track) this.takeBackVisits(track, found.since);
    } else if (sure) {
      this.wearers(others);
      this.beginAnew(wearer);
    }
  }

  /** Somebody has lost the badge that made staff of them: from here on they are whoever they are. */
  private beginAnew({ source, id, since }: TrackName): void {
    const rule = this.parts.versions.model?.staff;
    const tracks = this.all.get(source)?.tracks;
    const track = tracks?.get(id);
    // Where something else may have made them staff, they stay it.
    if (!track?.staff || track.since !== since || !rule || rule.zones.length > 0 || rule.afterMs < Infinity) return;
    tracks?.delete(id);
  }

  /** The clock of the camera was set back: nothing goes on from before. */
  restart(source: string): void {
    this.all.delete(source);
    this.parts.stitching.restart(source);
    this.parts.badges.restart();
    this.parts.interest.restart(source);
    this.newest = 0;
    for (const camera of this.all.values()) this.newest = Math.max(this.newest, camera.ts);
  }

  closing(change: ModelChange): void {
    const ending = this.endingIn(change);
    const redrawn = new Set(
      (['entrances', 'passersBy'] as const).flatMap((what) => [...idsTouched(change, what, ['line', 'inward'])]),
    );
    for (const [source, { tracks }] of this.all)
      for (const track of tracks.values()) {
        if (ending(source)) this.parts.steps.leave(source, track);
        else if (redrawn.size > 0) this.parts.steps.redraw(source, track, (lineId) => redrawn.has(lineId));
      }
  }

  /** Stays in zones that are redrawn end at their last inside sample, all others go on; so do all people but those below. */
  configure(change: ModelChange): void {
    const { before, after } = change;
    const ending = this.endingIn(change);
    for (const source of [...this.all.keys()]) if (ending(source)) this.all.delete(source);
    const cut = idsTouched(change, 'zones', ['polygon']);
    const isOtherGrid = before && (before.columns !== after.columns || before.rows !== after.rows);
    // Whoever was staff under another rule may be none; what somebody counted under it stays counted.
    const isOtherRule = isTouched(change, 'staff');
    if (COUNTED_BY.some((what) => isTouched(change, what))) for (const { gone } of this.all.values()) gone.clear();
    for (const [source, { tracks }] of this.all)
      for (const [id, track] of tracks) {
        for (const zoneId of cut) {
          track.stays.delete(zoneId);
          if (!after.zonesById.has(zoneId)) track.dwell.delete(zoneId);
        }
        if (isTouched(change, 'floor')) track.cell = cellOf(after, track.x, track.y);
        if (isOtherGrid) {
          track.piece = undefined;
          track.ledger?.regrid();
        }
        if (!isOtherRule) continue;
        if (track.staff) tracks.delete(id);
        else this.rule(after.staff, source, track);
      }
  }

  /** Another rule says who is staff. */
  private rule(rule: StaffRule | undefined, source: string, track: Track): void {
    beginLedger(track, rule !== undefined);
    if (rule && isStaff(rule, track)) this.isStaff(source, track);
  }

  /** Cameras and groups whose people begin anew, and single people whom such a camera follows itself. */
  private endingIn(change: ModelChange): (source: string) => boolean {
    const { cameras, groups } = restartsOf(change);
    return (source) => cameras.has(source.split('#', 1)[0] as string) || groups.has(source);
  }

  /** Keeps the windows in memory that open visits still add to, and those that something may be taken back from. */
  pin(): void {
    const { zones, steps } = this.parts;
    zones.open.clear();
    steps.unpin();
    for (const { tracks, gone } of this.all.values())
      for (const track of [...tracks.values(), ...gone.values()]) {
        for (const [zoneId, stay] of track.stays) zones.pin(zoneId, stay);
        for (const { zoneId, stay } of track.ledger?.visits ?? []) zones.pinWhole(zoneId, stay);
        steps.pin(track);
      }
  }

  /** Everything that the track has counted and the engine still holds counts no more. */
  private takeBack(source: string, track: Track): void {
    for (const { zoneId, stay, first } of track.ledger?.visits ?? []) this.parts.visits.takeBack(zoneId, stay, first);
    this.parts.steps.takeBack(source, track);
    this.parts.interest.withdraw(source, track.person);
    track.stays.clear();
    track.dwell.clear();
    track.person = 0;
    track.piece = undefined;
    track.doorway = undefined;
    track.ledger = undefined;
  }

  /** Visits that began after `since` were somebody else's, who counts for nothing. */
  private takeBackVisits(track: Track, since: number): void {
    for (const { zoneId, stay, first } of track.ledger?.takeVisits(since) ?? []) {
      this.parts.visits.takeBack(zoneId, stay, first);
      if (track.stays.get(zoneId) === stay) track.stays.delete(zoneId);
      if (first) track.dwell.delete(zoneId);
    }
  }

  save(): unknown {
    return saveCameras(this.all);
  }

  restore(json: unknown, model: StoreModel | undefined): void {
    if (json === undefined) return;
    const inForce = model?.version ?? 0;
    const versionIn = (zoneId: string, ts: number) => this.parts.zones.versionIn(minuteOf(ts), zoneId) ?? inForce;
    for (const [source, camera] of restoreCameras(json, versionIn, inForce)) {
      this.newest = Math.max(this.newest, camera.ts);
      this.all.set(source, camera);
    }
  }

  migrate(json: unknown, _from: number, model: StoreModel | undefined): unknown {
    return migrateCameras(json, model);
  }
}
