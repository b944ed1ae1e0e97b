import {
  MINUTE_MS,
  type CalibratedEvent,
  type Calibration,
  type DetectionsEvent,
  type DeviceStateEvent,
  type DomainEvent,
  type PositionsEvent,
} from '@aisle/contracts';
import type { EnginePart, ModelChange } from '../core/engine-part.js';
import { restartsOf } from '../core/restarts.js';
import type { InForce } from '../core/versions.js';
import type { FollowedPeople } from '../people/followed-people.js';
import type { PlacedSample } from '../people/placed.js';
import type { CameraView } from '../engine/engine-api.js';
import { contains } from '../core/geometry.js';
import type { StoreModel } from '../core/store-model.js';
import { Calibrations } from './calibrations.js';
import type { DetectorWatch } from './detector-watch.js';
import { Eye } from './eye.js';
import { TOLD_SPREAD_MM, type FloorFrame } from './frames.js';
import { Group } from './group.js';
import type { Homography } from './homography.js';

/** A camera that has given positions within this counts by them: its detections are shown only, ms. */
const TOLD_MS = 30_000;

/**
 * From what cameras say to who is where on the floor: detections are followed and placed, cameras of a group are merged. Plain
 * positions of a camera of its own never come here.
 */
export class Floor implements EnginePart {
  readonly name = 'floor';
  readonly version = 1;
  private readonly calibrations = new Calibrations();
  /** by camera; more than one where a camera tells one moment in several messages, which all count */
  private readonly eyes = new Map<string, Eye[]>();
  private readonly groups = new Map<string, Group>();
  /** what each device has said of itself, or shown by speaking */
  private readonly online = new Map<string, boolean>();
  /** newest positions by camera */
  private readonly told = new Map<string, number>();

  /** @param reaches whether windows of this time may have to be fetched */
  constructor(
    private readonly versions: InForce,
    private readonly cameras: FollowedPeople,
    private readonly reaches: (ts: number) => boolean,
    private readonly watch: DetectorWatch,
  ) {}

  /** Windows that frames which wait may touch once they are taken. */
  require(keys: string[], event: DomainEvent): void {
    if (event.kind === 'configured') {
      for (const group of this.groups.values()) this.requireWaiting(keys, group);
      return;
    }
    if (!('deviceId' in event)) return;
    const group = this.groups.get(this.versions.model?.groupOfCamera.get(event.deviceId) ?? '');
    if (group) this.requireWaiting(keys, group);
  }

  private requireWaiting(keys: string[], group: Group): void {
    if (!this.reaches(group.oldest - MINUTE_MS)) return;
    for (const { ts } of group.waiting) this.cameras.requireAt(keys, ts);
  }

  /** Whether the camera's group has already taken what came later. */
  isLate(model: StoreModel, deviceId: string, ts: number): boolean {
    const key = model.groupOfCamera.get(deviceId);
    return key !== undefined && this.group(key).isLate(ts);
  }

  positions(model: StoreModel, event: PositionsEvent): void {
    const { deviceId, ts, people } = event;
    this.told.set(deviceId, ts);
    const key = model.groupOfCamera.get(deviceId);
    if (key === undefined) {
      this.cameras.apply(model, event);
      return;
    }
    const placed = people.map(([id, x, y]) => ({ id, x, y, spread: TOLD_SPREAD_MM }));
    this.join(model, key, { deviceId, ts, made: false, people: placed });
  }

  /** @returns whether the camera is calibrated: without, its people are followed in the picture only */
  detections(model: StoreModel, event: DetectionsEvent): boolean {
    const { deviceId, ts, width, height } = event;
    const homography = this.calibrations.homography(model, deviceId, width, height);
    const eye = this.eye(deviceId, ts);
    const frame = eye.see(event, homography, (x, y) => isOutside(model, x, y));
    if (!homography) return false;
    this.check(model, event, eye, homography);
    if (Math.abs(ts - (this.told.get(deviceId) ?? -Infinity)) <= TOLD_MS) return true;
    const key = model.groupOfCamera.get(deviceId);
    if (key !== undefined) this.join(model, key, frame);
    else this.cameras.place(model, deviceId, deviceId, ts, samplesOf(frame));
    return true;
  }

  /** Whether the detector can be right for what the camera sees. */
  private check(model: StoreModel, event: DetectionsEvent, eye: Eye, homography: Homography): void {
    const key = model.groupOfCamera.get(event.deviceId);
    const peers =
      key === undefined ? [] : [...model.groupOfCamera].filter(([id, of]) => of === key && id !== event.deviceId);
    const people = eye.picture?.boxes.flatMap(({ confirmed, floor }) => (confirmed && floor ? [floor] : [])) ?? [];
    const births = eye.births.map(({ box, floor }) => ({
      box,
      isByDoor: floor !== undefined && isByDoor(model, floor),
    }));
    this.watch.look(
      event,
      { homography, people, births },
      peers.map(([id]) => id),
    );
  }

  private eye(deviceId: string, ts: number): Eye {
    let eyes = this.eyes.get(deviceId);
    if (!eyes) this.eyes.set(deviceId, (eyes = []));
    let eye = eyes.find((one) => one.last !== ts);
    if (!eye) eyes.push((eye = newEye(eyes.length)));
    return eye;
  }

  deviceState(model: StoreModel, { deviceId, state }: DeviceStateEvent): void {
    this.online.set(deviceId, state === 'online');
    const key = model.groupOfCamera.get(deviceId);
    if (key === undefined) return;
    const group = this.group(key);
    if (state === 'online') group.online(deviceId);
    this.take(model, key, group.release());
  }

  private join(model: StoreModel, key: string, frame: FloorFrame): void {
    this.online.set(frame.deviceId, true);
    const group = this.group(key);
    group.push(frame);
    this.take(model, key, group.release());
  }

  private take(model: StoreModel, key: string, frames: ReturnType<Group['release']>): void {
    for (const [{ deviceId, ts }, { samples, absorbed }] of frames) {
      this.cameras.place(model, key, deviceId, ts, samples);
      for (const id of absorbed) this.cameras.absorb(key, id);
    }
  }

  private group(key: string): Group {
    let group = this.groups.get(key);
    if (!group) {
      const isOnline = (id: string) => this.online.get(id) !== false;
      group = new Group(isOnline, (x, y) => {
        const { model } = this.versions;
        return model !== undefined && isOutside(model, x, y);
      });
      this.groups.set(key, group);
    }
    return group;
  }

  /** The clock of a camera was set back. */
  restart(model: StoreModel, deviceId: string): void {
    this.eyes.delete(deviceId);
    this.told.delete(deviceId);
    const key = model.groupOfCamera.get(deviceId);
    const group = key === undefined ? undefined : this.groups.get(key);
    if (key === undefined || !group) {
      this.cameras.restart(deviceId);
      return;
    }
    this.take(model, key, group.flush());
    group.restart();
    this.cameras.restart(key);
  }

  /** What waits in a group that begins anew is taken under the store file that it was measured under. */
  closing(change: ModelChange): void {
    for (const key of restartsOf(change).groups) {
      const group = this.groups.get(key);
      if (group && change.before) this.take(change.before, key, group.flush());
    }
  }

  configure(change: ModelChange): void {
    const { after } = change;
    this.calibrations.configure(after);
    const { cameras, groups, gone } = restartsOf(change);
    for (const id of cameras) for (const known of [this.eyes, this.told]) known.delete(id);
    for (const key of groups) this.groups.delete(key);
    for (const id of gone) this.online.delete(id);
    for (const [id, key] of after.groupOfCamera)
      if (groups.has(key) && this.online.get(id) === true) this.group(key).online(id);
  }

  /** @returns whether it was taken */
  calibrated(model: StoreModel, event: CalibratedEvent): boolean {
    if (!this.calibrations.apply(model, event)) return false;
    for (const eye of this.eyes.get(event.cameraId) ?? []) eye.restart();
    return true;
  }

  calibrationOf(model: StoreModel | undefined, cameraId: string): Calibration | undefined {
    const calibration = this.calibrations.of(model, cameraId);
    return calibration && structuredClone(calibration);
  }

  /** How a camera's picture of this size lies on the floor; a size of 0 is that of its calibration. Undefined without one. */
  homographyOf(model: StoreModel, cameraId: string, width: number, height: number): Homography | undefined {
    const [ownWidth, ownHeight] = this.calibrations.of(model, cameraId)?.resolution ?? [0, 0];
    return this.calibrations.homography(model, cameraId, width || ownWidth, height || ownHeight);
  }

  /** The newest detections of a camera as they were understood; undefined before the first since the agent's start. */
  view(model: StoreModel, cameraId: string): CameraView | undefined {
    const picture = this.eyes.get(cameraId)?.[0]?.picture;
    if (!picture || !model.devices.has(cameraId)) return undefined;
    const key = model.groupOfCamera.get(cameraId);
    const tracks = this.cameras.all.get(key ?? cameraId)?.tracks;
    const { ts, width, height } = picture;
    const people = picture.boxes.map(({ trackId, confirmed, box: [x, y, w, h], score, foot, floor, facing }) => {
      const person =
        trackId === null || key === undefined ? trackId : this.groups.get(key)?.personOf(cameraId, trackId);
      return {
        trackId: person ?? trackId,
        confirmed,
        x,
        y,
        w,
        h,
        score,
        foot: [...foot] as [number, number],
        floorMm: floor && ([...floor] as [number, number]),
        zoneIds: model.zones
          .filter(({ polygon }) => floor && contains(polygon, floor[0], floor[1]))
          .map(({ id }) => id),
        staff: tracks?.get(person ?? '')?.staff ?? false,
        facing,
      };
    });
    return { ts, width, height, people };
  }

  save(): unknown {
    return {
      calibrations: this.calibrations.save(),
      eyes: [...this.eyes].map(([id, eyes]) => [id, eyes.map((eye) => eye.save())]),
      groups: [...this.groups].map(([key, group]) => [key, group.save()]),
      online: [...this.online],
      told: [...this.told],
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const saved = json as {
      calibrations: unknown;
      eyes: [string, unknown[]][];
      groups: [string, unknown][];
      online: [string, boolean][];
      told: [string, number][];
    };
    this.calibrations.restore(saved.calibrations);
    for (const [id, state] of saved.eyes) {
      const eyes = state.map((_one, index) => newEye(index));
      eyes.forEach((eye, index) => eye.restore(state[index]));
      this.eyes.set(id, eyes);
    }
    for (const [id, online] of saved.online) this.online.set(id, online);
    for (const [id, ts] of saved.told) this.told.set(id, ts);
    for (const [key, state] of saved.groups) this.group(key).restore(state);
  }
}

const newEye = (index: number): Eye => new Eye(index === 0 ? '#' : `#${index}/`);

/** Beyond an entrance, and near it. */
function isOutside({ entrances }: StoreModel, x: number, y: number): boolean {
  return entrances.some((line) => {
    const [dx, dy] = [line.bx - line.ax, line.by - line.ay];
    const length = Math.hypot(dx, dy);
    const beyond = (-line.sign * (dx * (y - line.ay) - dy * (x - line.ax))) / length;
    const beside = (dx * (x - line.ax) + dy * (y - line.ay)) / length;
    return beyond > 0 && beyond < OUTSIDE_MM && beside > -OUTSIDE_MM / 2 && beside < length + OUTSIDE_MM / 2;
  });
}
const OUTSIDE_MM = 3_000;

/** Near a door, on either side of it. */
function isByDoor({ entrances }: StoreModel, [x, y]: readonly [number, number]): boolean {
  return entrances.some(({ ax, ay, bx, by }) => {
    const [dx, dy] = [bx - ax, by - ay];
    const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - ax - share * dx, y - ay - share * dy) <= BY_DOOR_MM;
  });
}
const BY_DOOR_MM = 2_000;

/** Whole millimetres, each track's earlier samples first. */
function samplesOf({ ts, people }: FloorFrame): PlacedSample[] {
  const samples: PlacedSample[] = [];
  for (const { id, x, y, earlier = [] } of people)
    for (const [at, atX, atY] of [...earlier, [ts, x, y] as const])
      samples.push({ id, ts: at, x: Math.round(atX) + 0, y: Math.round(atY) + 0, made: true });
  return samples;
}
