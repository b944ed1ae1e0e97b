import { MICRO, MINUTE_MS, type DetectionsEvent, type DomainEvent } from '@aisle/contracts';
import type { EnginePart, ModelChange } from '../core/engine-part.js';
import type { Incidents } from '../core/incidents.js';
import { floorOf, imageOf, type Homography } from './homography.js';

/** A judgement looks back over so many minutes. */
const MINUTES = 10;
/** Nothing is said of a detector before so many boxes in so many begun minutes: a quiet hour says nothing. */
const ENOUGH_BOXES = 100;
const ENOUGH_MINUTES = 3;
/** From this score on a box may be somebody, where the detector does not say its own bound. */
const POSSIBLE_PPM = 300_000;
/** From this score on a box begins a track on the floor at once: it is sure. */
const SURE = 0.6;
/** A detector of the wrong world sees many people everywhere, and is hardly ever sure: less than this share, so many a picture. */
const SURE_SHARE = 0.2;
const UNSURE_A_PICTURE = 0.5;
/** Width and height of a body by the floor's scale at its feet, mm: shoulders to spread arms; seen steeply, it is shorter. */
const BODY_WIDTH = [180, 1_600] as const;
const BODY_HEIGHT = [500, 2_900] as const;
const ODD_SHARE = 0.4;
/** People come in by doors and by the picture's edges, or from behind something; nearly all appearing in the open are none. */
const AWAY_SHARE = 0.7;
const ENOUGH_BIRTHS = 20;
const EDGE_SHARE = 0.04;
/** Whom one camera sees where another looks, too, and sees nobody within so much. */
const SAME_MM = 1_000;
const SAME_MS = 500;
const ALONE_SHARE = 0.7;
const ENOUGH_SHARED = 100;
/** Of a place that another camera sees well: so far inside its picture. */
const WELL_INSIDE = 0.1;

interface Minute {
  minute: number;
  pictures: number;
  boxes: number;
  sure: number;
  /** boxes whose size on the floor is known, and those of no body's size */
  sized: number;
  odd: number;
  births: number;
  away: number;
  /** sightings where another camera looks, too, and those that it does not share */
  shared: number;
  alone: number;
}
type Tally = Omit<Minute, 'minute'>;

interface Watched {
  model: string;
  minutes: Minute[];
}

/** What a camera's newest picture has been taken for. */
export interface Sighting {
  homography: Homography;
  /** feet of confirmed people on the floor, mm */
  people: readonly (readonly [x: number, y: number])[];
  /** boxes and feet of tracks that were confirmed by this picture, where they were first seen: pixels, and mm */
  births: readonly { box: readonly [x: number, y: number, w: number, h: number]; isByDoor: boolean }[];
}

/**
 * Tells when a camera's detector cannot be right for what it sees, from what it says alone: how sure it is, whether its boxes are
 * of people's size on the floor, where people appear, and whether cameras of one view agree. Judged every minute over the last ten.
 * Boxes that a camera finds by itself are its maker's affair.
 */
export class DetectorWatch implements EnginePart {
  readonly name = 'detectorWatch';
  readonly version = 1;
  /** Key: camera id. */
  private readonly cameras = new Map<string, Watched>();
  /** the newest sighting of each camera of a group, to hold others against; not part of the state */
  private readonly newest = new Map<string, { ts: number; width: number; height: number } & Sighting>();

  constructor(private readonly incidents: Incidents) {}

  /** @param peers other cameras of its view of the floor */
  look(event: DetectionsEvent, sighting: Sighting, peers: readonly string[]): void {
    const { deviceId, ts, model } = event;
    if (model === undefined) return;
    let watched = this.cameras.get(deviceId);
    if (watched?.model !== model) {
      // Another detector is judged by what it says itself.
      this.incidents.close('detectorUnfit', deviceId, ts);
      this.cameras.set(deviceId, (watched = { model, minutes: [] }));
    }
    const minute = Math.floor(ts / MINUTE_MS) * MINUTE_MS;
    let now = watched.minutes.at(-1);
    if (!now || minute > now.minute) {
      this.judge(deviceId, watched, ts);
      watched.minutes = watched.minutes.filter((one) => one.minute > minute - MINUTES * MINUTE_MS);
      watched.minutes.push((now = { minute, ...NOTHING }));
    }
    count(now, event, sighting);
    this.compare(now, event, sighting, peers);
    this.newest.set(deviceId, { ts, width: event.width, height: event.height, ...sighting });
  }

  /** The window of an incident that this picture may be the reason of. */
  require(keys: string[], event: DomainEvent): void {
    if (event.kind === 'detections' && event.model !== undefined)
      this.incidents.requireOne(keys, 'detectorUnfit', event.deviceId, event.ts);
  }

  isUnfit(deviceId: string): boolean {
    return this.incidents.opened('detectorUnfit', deviceId) !== undefined;
  }

  private compare(now: Minute, { ts }: DetectionsEvent, { people }: Sighting, peers: readonly string[]): void {
    for (const peer of peers) {
      const other = this.newest.get(peer);
      if (!other || Math.abs(ts - other.ts) > SAME_MS) continue;
      for (const [x, y] of people) {
        const at = imageOf(other.homography, x, y);
        if (!at || !isWellInside(at, other)) continue;
        now.shared += 1;
        if (!other.people.some(([px, py]) => Math.hypot(px - x, py - y) <= SAME_MM)) now.alone += 1;
      }
    }
  }

  private judge(deviceId: string, { minutes }: Watched, ts: number): void {
    const sum = { ...NOTHING };
    for (const one of minutes) for (const key of KEYS) sum[key] += one[key];
    if (minutes.length < ENOUGH_MINUTES || sum.boxes < ENOUGH_BOXES) return;
    const evidence = evidenceAgainst(sum);
    if (evidence >= 2) this.incidents.open('detectorUnfit', deviceId, ts);
    else if (evidence === 0) this.incidents.close('detectorUnfit', deviceId, ts);
  }

  configure({ after }: ModelChange): void {
    for (const [id] of this.cameras)
      if (!after.devices.has(id)) {
        this.incidents.close('detectorUnfit', id, this.cameras.get(id)?.minutes.at(-1)?.minute ?? 0);
        this.cameras.delete(id);
        this.newest.delete(id);
      }
  }

  save(): unknown {
    return [...this.cameras].map(([id, watched]) => [id, structuredClone(watched)]);
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    for (const [id, watched] of json as [string, Watched][]) this.cameras.set(id, structuredClone(watched));
  }
}

const NOTHING: Tally = { pictures: 0, boxes: 0, sure: 0, sized: 0, odd: 0, births: 0, away: 0, shared: 0, alone: 0 };
const KEYS = Object.keys(NOTHING) as (keyof Tally)[];

/** 0: nothing against it; 2 and more: it cannot be right. */
export function evidenceAgainst(sum: Tally): number {
  const isUnsure = sum.sure < SURE_SHARE * sum.boxes;
  const isEverywhere = sum.boxes - sum.sure >= UNSURE_A_PICTURE * sum.pictures;
  const isOdd = sum.sized >= ENOUGH_BOXES && sum.odd > ODD_SHARE * sum.sized;
  const isAway = sum.births >= ENOUGH_BIRTHS && sum.away > AWAY_SHARE * sum.births;
  const isAlone = sum.shared >= ENOUGH_SHARED && sum.alone > ALONE_SHARE * sum.shared;
  return (isUnsure ? (isEverywhere ? 2 : 1) : 0) + Number(isOdd) + Number(isAway) + Number(isAlone);
}

function count(
  now: Minute,
  { boxes, width, height, leastPpm }: DetectionsEvent,
  { homography, births }: Sighting,
): void {
  now.pictures += 1;
  for (const [x, , w, h, score, , footY] of boxes) {
    if (score < (leastPpm ?? POSSIBLE_PPM)) continue;
    now.boxes += 1;
    if (score >= SURE * MICRO) now.sure += 1;
    const left = floorOf(homography, x / 10, footY / 10);
    const right = floorOf(homography, (x + w) / 10, footY / 10);
    if (!left || !right) continue;
    const bodyWidth = Math.hypot(right[0] - left[0], right[1] - left[1]);
    now.sized += 1;
    if (!isWithin(bodyWidth, BODY_WIDTH) || !isWithin((bodyWidth * h) / w, BODY_HEIGHT)) now.odd += 1;
  }
  for (const { box, isByDoor } of births) {
    const [x, y, w, h] = box;
    const [edgeX, edgeY] = [width * EDGE_SHARE, height * EDGE_SHARE];
    const isAtEdge = x <= edgeX || y <= edgeY || x + w >= width - edgeX || y + h >= height - edgeY;
    now.births += 1;
    if (!isAtEdge && !isByDoor) now.away += 1;
  }
}

const isWithin = (value: number, [least, most]: readonly [number, number]): boolean => value >= least && value <= most;

const isWellInside = (
  [x, y]: readonly [number, number],
  { width, height }: { width: number; height: number },
): boolean =>
  isWithin(x / width, [WELL_INSIDE, 1 - WELL_INSIDE]) && isWithin(y / height, [2 * WELL_INSIDE, 1 - WELL_INSIDE]);
