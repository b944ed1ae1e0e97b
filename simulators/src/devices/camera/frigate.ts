import type { Device, StoreFile } from '@aisle/contracts';
import type { Random } from '../../random.js';
import { lookAt, Projection, type CameraPose } from '../../render/camera.js';
import { bounds, inside, vec, type Polygon, type Vec } from '../../world/geometry.js';
import type { DeviceClock, Sensed, SensedPerson, SimulatedDevice } from '../device.js';
import { foreign, type Message } from '../message.js';
import type { DeviceSettings } from '../settings.js';
import { topicOf } from '../topics.js';

/**
 * Frigate NVR: `frigate/events` tells of each tracked person when they appear, when something about them changed, and when they
 * are gone. Fields after a recorded message; after github.com/blakeblackshear/frigate, docs/integrations/mqtt.md.
 */

const FRAME_MS = 200;
/** While somebody moves, Frigate tells of them about so often. */
const UPDATE_MS = 800;
/** Somebody who is not seen for this long is gone. */
const LOST_MS = 2000;
const HEIGHT_METRES = 1.7;
const WIDTH_METRES = 0.5;
/** A box smaller than this finds no one. */
const LEAST_PIXELS = 16;
const MOVED_PIXELS = 6;
/** How often the NVR tells how it is. */
const STATS_MS = 15_000;
const HANGS_METRES = 3.2;

type Box = [left: number, top: number, right: number, bottom: number];
interface Tracked {
  readonly id: string;
  readonly startTs: number;
  seenTs: number;
  toldTs: number;
  box: Box;
  /** as it was told last */
  before: object;
  toldBox: Box;
  /** names of zones: now, and ever */
  zones: string[];
  entered: string[];
  score: number;
  topScore: number;
  still: number;
}

export class FrigateCamera implements SimulatedDevice {
  readonly deviceId: string;
  private readonly projection: Projection;
  private readonly tracked = new Map<number, Tracked>();
  /** the NVR's zones bear the ids of the store's */
  private readonly zones: readonly { id: string; polygon: Polygon }[];
  /** Nobody knows where its people are but by its zones, so its installer has masked out the rest of the floor. */
  private readonly masked: boolean;

  constructor(
    private readonly device: Device,
    store: StoreFile,
    private readonly pose: CameraPose,
    private readonly settings: DeviceSettings['smartCamera'],
    private readonly random: Random,
    private readonly clock: DeviceClock,
  ) {
    this.deviceId = device.id;
    this.projection = new Projection(pose);
    this.zones = (store.zones ?? [])
      .filter(({ id }) => device.covers?.includes(id))
      .map(({ id, polygon }) => ({ id, polygon: polygon.map(vec) }));
    this.masked = device.calibration === undefined && this.zones.length > 0;
  }

  start(): Message[] {
    return [foreign(this.deviceId, 'frigate/available', 'online', true)];
  }

  stop(ts: number): Message[] {
    return [...this.tracked].map(([personId, tracked]) => this.end(personId, tracked, ts));
  }

  sample({ ts, sinceMs, people }: Sensed): Message[] {
    if (sinceMs % FRAME_MS !== 0) return [];
    const told: Message[] = [];
    for (const person of people) {
      if (this.masked && this.zonesAt(person.position).length === 0) continue;
      const box = this.boxOf(person);
      if (!box || this.random.chance(this.settings.missedShare)) continue;
      told.push(...this.see(person, box, ts));
    }
    for (const [personId, tracked] of this.tracked)
      if (ts - tracked.seenTs >= LOST_MS) told.push(this.end(personId, tracked, ts));
    if (sinceMs % STATS_MS === 0) told.push(this.stats(ts));
    return told;
  }

  private stats(ts: number): Message {
    const name = this.device.nvrCamera ?? this.deviceId;
    const body = {
      cameras: { [name]: { camera_fps: 5.1, process_fps: 5.1, skipped_fps: 0, detection_fps: 4.2 } },
      detectors: { cpu1: { inference_speed: 12.5, detection_start: 0, pid: 342 } },
      service: { uptime: 86_400, version: '0.14.1-f4f3cfa', last_updated: Math.floor(this.clock(ts) / 1000) },
    };
    return foreign(this.deviceId, 'frigate/stats', JSON.stringify(body));
  }

  private zonesAt(position: Vec): string[] {
    return this.zones.filter(({ polygon }) => inside(polygon, position)).map(({ id }) => id);
  }

  private see({ personId, position }: SensedPerson, box: Box, ts: number): Message[] {
    const zones = this.zonesAt(position);
    const known = this.tracked.get(personId);
    const score = 0.72 + 0.25 * this.random.next();
    if (!known) {
      const id = `${(this.clock(ts) / 1000).toFixed(6)}-${letters(this.random, 6)}`;
      const tracked: Tracked = {
        id,
        startTs: ts,
        seenTs: ts,
        toldTs: ts,
        box,
        before: {},
        toldBox: box,
        zones,
        entered: [...zones],
        score,
        topScore: score,
        still: 0,
      };
      this.tracked.set(personId, tracked);
      return [this.tell('new', tracked, ts, null)];
    }
    known.seenTs = ts;
    known.score = score;
    known.topScore = Math.max(known.topScore, score);
    known.box = box;
    const moved = Math.max(...box.map((edge, at) => Math.abs(edge - (known.toldBox[at] as number)))) >= MOVED_PIXELS;
    known.still = moved ? 0 : known.still + 1;
    const turned = zones.join() !== known.zones.join();
    known.zones = zones;
    known.entered = [...new Set([...known.entered, ...zones])];
    const due = turned || (ts - known.toldTs >= UPDATE_MS && (moved || known.still % 25 === 0));
    return due ? [this.tell('update', known, ts, null)] : [];
  }

  private end(personId: number, tracked: Tracked, ts: number): Message {
    this.tracked.delete(personId);
    return this.tell('end', tracked, ts, this.clock(ts) / 1000);
  }

  private tell(type: 'new' | 'update' | 'end', tracked: Tracked, ts: number, endTime: number | null): Message {
    const [left, top, right, bottom] = tracked.box;
    const frameTime = this.clock(tracked.seenTs) / 1000;
    const after = {
      id: tracked.id,
      camera: this.device.nvrCamera ?? this.deviceId,
      frame_time: frameTime,
      snapshot_time: frameTime,
      label: 'person',
      sub_label: null,
      top_score: tracked.topScore,
      false_positive: false,
      start_time: this.clock(tracked.startTs) / 1000,
      end_time: endTime,
      score: tracked.score,
      box: tracked.box,
      area: (right - left) * (bottom - top),
      region: [0, 0, this.pose.width, this.pose.height],
      current_zones: tracked.zones,
      entered_zones: tracked.entered,
      thumbnail: null,
      has_snapshot: false,
      has_clip: false,
      stationary: tracked.still >= 50,
      motionless_count: tracked.still,
      position_changes: 1,
    };
    const before = type === 'new' ? after : tracked.before;
    tracked.before = after;
    tracked.toldTs = ts;
    tracked.toldBox = tracked.box;
    return foreign(this.deviceId, topicOf(this.device, 'frigate/events'), JSON.stringify({ type, before, after }));
  }

  /** Where somebody is in the picture: the box round a body of usual size, in whole pixels; undefined where too little is seen. */
  private boxOf({ position }: SensedPerson): Box | undefined {
    const { projection, pose } = this;
    const side = WIDTH_METRES / 2;
    const [rx, ry] = [projection.right[0] * side, projection.right[1] * side];
    const feet = projection.project(position.x, position.y);
    if (!feet) return undefined;
    const corners = [0, HEIGHT_METRES].flatMap((z) =>
      [-1, 1].map((sign) => projection.project(position.x + sign * rx, position.y + sign * ry, z)),
    );
    if (corners.some((corner) => corner === undefined)) return undefined;
    const xs = corners.map((corner) => (corner as [number, number])[0]);
    const top = Math.min(...corners.map((corner) => (corner as [number, number])[1]));
    const noise = () => this.settings.sigmaPixels * (this.settings.sigmaPixels > 0 ? this.random.normal() : 0);
    const half = (Math.max(...xs) - Math.min(...xs)) / 2;
    const [x, y] = [feet[0] + noise(), feet[1] + noise()];
    // The lower edge must be in the picture: nobody knows else where the feet are.
    if (x < 2 || x > pose.width - 2 || y > pose.height - 2 || y < 2) return undefined;
    const box: Box = [
      Math.max(0, Math.round(x - half)),
      Math.max(0, Math.round(Math.min(top, y - 4))),
      Math.min(pose.width, Math.round(x + half)),
      Math.round(y),
    ];
    return box[3] - box[1] < LEAST_PIXELS || box[2] - box[0] < 4 ? undefined : box;
  }
}

/** Where an NVR's camera hangs of which nothing else is known: over a corner of what it covers, looking at its middle. */
export function poseOver(device: Device, store: StoreFile): CameraPose {
  const zone = (store.zones ?? []).find(({ id }) => device.covers?.includes(id));
  const { width, depth } = store.floor;
  const floor: Vec[] = [vec([0, 0]), vec([width, depth])];
  const { low, high } = bounds(zone ? zone.polygon.map(vec) : floor);
  const position: [number, number, number] = [low.x, low.y, HANGS_METRES];
  const target: [number, number] = [(low.x + high.x) / 2, (low.y + high.y) / 2];
  return { position, ...lookAt(position, target), fovDegrees: 90, width: 1280, height: 720 };
}

const letters = (random: Random, count: number): string =>
  Array.from({ length: count }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[random.integer(0, 35)]).join('');
