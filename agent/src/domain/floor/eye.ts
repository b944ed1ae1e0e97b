import { MICRO, type DetectionsEvent } from '@aisle/contracts';
import {
  Tracker,
  type TrackedBox,
  type TrackerDetection,
  type TrackerSettings,
  type TrackerSnapshot,
} from '../tracking/index.js';
import { GONE_MS } from './association.js';
import type { FloorFrame, FloorPerson } from './frames.js';
import { floorOf, millimetresPerPixel, type Homography } from './homography.js';
import { Smoother } from './smoother.js';
import { WholeBodies } from './whole-bodies.js';

/** Jitter of a foot point in the picture: so many pixels, and this share of the box's height (standard deviation). */
const FOOT_PIXELS = 1.5;
const FOOT_SHARE = 0.01;
const LEAST_SPREAD_MM = 40;
/** Near the horizon a pixel is metres wide: whoever is placed worse than this is seen, but not placed. */
const WORST_SPREAD_MM = 1_500;
/** A track that has not been seen for longer is over for the tracker too. */
const FORGET_MS = 3_000;
/**
 * Whoever leaves a shelf's corner that looks like half a person leaves their track there. After so long without a detection that
 * could start a track, it is nobody new. Raising it makes people of things, lowering it finds who is half hidden later.
 */
const DOUBT_SECONDS = 1;
/** Which way somebody faces is told from pictures of about so long, ms: shoulders are some pixels apart, and jitter. */
const FACING_MS = 600;

/**
 * How people are followed where the floor is known: by metres more than by pixels, since boxes of people one behind the other
 * overlap and their feet do not, and with the sudden starts and stops of a shop at few pictures a second. Measured on simulated
 * walks: a fifth of the mix-ups of the tracker's own settings.
 */
const ON_THE_FLOOR: Partial<TrackerSettings> = {
  sureScore: 0.4,
  startScore: 0.6,
  confirmSeconds: 0.35,
  unsureSeconds: 12,
  acceleration: 0.4,
  floorNoiseMetres: 0.12,
  floorWeight: 0.9,
  overlapWeight: 0.2,
  sizeWeight: 0.3,
  directionWeight: 0.1,
};

/** One box of the newest picture as the eye has understood it. */
export interface EyeBox {
  /** null: taken for nobody */
  trackId: string | null;
  confirmed: boolean;
  /** left, top, width, height, pixels */
  box: [x: number, y: number, w: number, h: number];
  /** 0 to 1 */
  score: number;
  /** pixels */
  foot: [x: number, y: number];
  /** millimetres; null without a calibration or above the horizon */
  floor: [x: number, y: number] | null;
  /** how far the track faces the camera, smoothed (DetectedPerson.facing); null where that is not known */
  facing: number | null;
}
/** Where somebody was first seen who is certain by now. */
export interface Birth {
  box: readonly [x: number, y: number, w: number, h: number];
  floor: readonly [x: number, y: number] | undefined;
}
export interface EyePicture {
  ts: number;
  width: number;
  height: number;
  boxes: EyeBox[];
}

/** Follows people through the detections of one camera and places their feet on the floor. */
export class Eye {
  private readonly tracker = new Tracker(ON_THE_FLOOR);
  private readonly bodies = new WholeBodies();
  private readonly smoothers = new Map<number, Smoother>();
  /** when each track was last seen, and how often the tracker has taken somebody else for it */
  private readonly seen = new Map<number, [ts: number, others: number]>();
  /** how far each track faces the camera */
  private readonly facings = new Map<number, [ts: number, facing: number]>();
  /** who has become certain by the newest picture; not part of the state */
  births: Birth[] = [];
  /** event time of its newest frame, −1 before the first */
  last = -1;
  /** the newest detections; not part of the state */
  picture: EyePicture | undefined;

  /** @param prefix of the names that it gives to tracks */
  constructor(private readonly prefix: string) {}

  /** A frame of detections → who is where. People who are not yet certain come later, with where they were before. */
  see(
    event: DetectionsEvent,
    homography: Homography | undefined,
    isOutside: (x: number, y: number) => boolean,
  ): FloorFrame {
    const detections = event.boxes.map((box) => placed(detectionOf(box), homography));
    // A detector that says itself where people stand knows better.
    for (const [index, foot] of this.bodies.feet(detections)) {
      const seen = detections[index] as StandingDetection;
      if (isBelowBox(seen)) detections[index] = placed({ ...seen, foot }, homography);
    }
    const tracks = this.tracker.update(event.ts, detections);
    this.bodies.learn(tracks, detections);
    const people: FloorPerson[] = [];
    this.births = tracks.filter(({ confirmedNow }) => confirmedNow).map(birthOf);
    for (const track of tracks) {
      this.notice(event.ts, track.id, isOutside);
      this.face(event.ts, track.id, event.facings?.[track.detection]);
      if (!track.confirmed || !homography || !track.floor) continue;
      people.push(this.place(event.ts, track, homography));
    }
    this.picture = pictureOf(event, detections, tracks, (id) => this.nameOf(id), this.facings);
    for (const [id, [ts]] of this.seen) {
      if (event.ts - ts <= FORGET_MS) continue;
      this.seen.delete(id);
      this.smoothers.delete(id);
      this.facings.delete(id);
      this.bodies.forget(id);
    }
    this.last = event.ts;
    return { deviceId: event.deviceId, ts: event.ts, made: true, people };
  }

  /** Who went out and was lost is not the one who comes in where they went, though the tracker may think so. */
  private notice(ts: number, id: number, isOutside: (x: number, y: number) => boolean): void {
    let [last, others] = this.seen.get(id) ?? [ts, 0];
    const was = this.smoothers.get(id)?.place;
    if (was && last < this.last && ts - last > GONE_MS && isOutside(was[0], was[1])) {
      others += 1;
      this.smoothers.delete(id);
    }
    last = ts;
    this.seen.set(id, [last, others]);
  }

  private face(ts: number, id: number, ppm: number | null | undefined): void {
    if (ppm === null || ppm === undefined) return;
    const facing = ppm / MICRO;
    const [last, was] = this.facings.get(id) ?? [ts, facing];
    const share = Math.exp(-Math.max(0, ts - last) / FACING_MS);
    // The first picture of a track is all there is.
    this.facings.set(id, [ts, last === ts ? facing : was * share + facing * (1 - share)]);
  }

  private nameOf(id: number): string {
    const others = this.seen.get(id)?.[1] ?? 0;
    return others === 0 ? `${this.prefix}${id}` : `${this.prefix}${id}.${others}`;
  }

  private place(ts: number, track: TrackedBox, homography: Homography): FloorPerson {
    let smoother = this.smoothers.get(track.id);
    if (!smoother) this.smoothers.set(track.id, (smoother = new Smoother()));
    const earlier: [number, number, number][] = [];
    for (const sample of track.history ?? []) {
      if (!sample.floor) continue;
      const spread = spreadOf(homography, sample.foot, sample.box[3]);
      earlier.push([sample.ts, ...smoother.take(sample.ts, sample.floor[0], sample.floor[1], spread)]);
    }
    const spread = spreadOf(homography, track.foot, track.h);
    const [rawX, rawY] = track.floor as [number, number];
    const [x, y] = smoother.take(ts, rawX, rawY, spread);
    const doubtful = track.unsureSeconds > DOUBT_SECONDS;
    return {
      id: this.nameOf(track.id),
      x,
      y,
      spread,
      ...(this.facings.has(track.id) && { facing: this.facings.get(track.id)?.[1] }),
      ...(doubtful && { doubtful }),
      ...(earlier.length > 0 && { earlier }),
    };
  }

  /** The clock was set back, or the camera sees the floor in another way: nobody goes on. */
  restart(): void {
    this.tracker.reset();
    this.smoothers.clear();
    this.seen.clear();
    this.facings.clear();
    this.bodies.clear();
    this.last = -1;
  }

  save(): unknown {
    return [
      this.tracker.save(),
      [...this.smoothers].map(([id, s]) => [id, ...s.save()]),
      structuredClone([...this.seen]),
      this.last,
      structuredClone([...this.facings]),
      this.bodies.save(),
    ];
  }

  restore(json: unknown): void {
    type Pairs = [number, [number, number]][];
    // The last two are lacking in snapshots of up to 0.2.
    type Bodies = ReturnType<WholeBodies['save']>;
    type Saved = [TrackerSnapshot, [number, number, number[]][], Pairs, number, Pairs?, Bodies?];
    const [tracker, smoothers, seen, last, facings = [], bodies = []] = json as Saved;
    this.bodies.restore(bodies);
    this.tracker.restore(tracker);
    for (const [id, ts, state] of smoothers) this.smoothers.set(id, new Smoother(ts, state));
    for (const [id, last] of seen) this.seen.set(id, last);
    for (const [id, facing] of facings) this.facings.set(id, facing);
    this.last = last;
  }
}

type Box = DetectionsEvent['boxes'][number];
const detectionOf = ([x, y, w, h, score, footX, footY]: Box): StandingDetection => ({
  ...{ x: x / 10, y: y / 10, w: w / 10, h: h / 10, score: score / MICRO },
  foot: [footX / 10, footY / 10],
});

type StandingDetection = TrackerDetection & { foot: readonly [number, number] };
/** With its place on the floor, where that can be told. */
function placed(seen: StandingDetection, homography: Homography | undefined): StandingDetection {
  const told = homography && spreadOf(homography, seen.foot, seen.h) <= WORST_SPREAD_MM;
  const floor = told ? floorOf(homography, seen.foot[0], seen.foot[1]) : undefined;
  return { ...seen, floor };
}

/** Whether somebody stands at the middle of their box's lower edge: where nothing better is known. Tenths of pixels are rounded. */
const isBelowBox = ({ x, y, w, h, foot }: StandingDetection): boolean =>
  Math.abs(foot[0] - x - w / 2) <= 0.2 && Math.abs(foot[1] - y - h) <= 0.2;

/** How uncertain the foot is on the floor, millimetres (standard deviation). */
const spreadOf = (homography: Homography, [x, y]: readonly [number, number], height: number): number =>
  Math.max(LEAST_SPREAD_MM, millimetresPerPixel(homography, x, y) * (FOOT_PIXELS + FOOT_SHARE * height));

function birthOf({ history, x, y, w, h, floor }: TrackedBox): Birth {
  const [first] = history ?? [];
  return first ? { box: first.box, floor: first.floor } : { box: [x, y, w, h], floor };
}

function pictureOf(
  { ts, width, height }: DetectionsEvent,
  detections: readonly TrackerDetection[],
  tracks: readonly TrackedBox[],
  nameOf: (id: number) => string,
  facings: ReadonlyMap<number, [ts: number, facing: number]>,
): EyePicture {
  const trackOf = new Map(tracks.map((track) => [track.detection, track]));
  return {
    ts,
    width,
    height,
    boxes: detections.map(({ x, y, w, h, score, foot, floor }, index) => {
      const track = trackOf.get(index);
      return {
        trackId: track ? nameOf(track.id) : null,
        confirmed: track?.confirmed ?? false,
        box: [x, y, w, h],
        score,
        foot: [...(foot as [number, number])],
        floor: floor ? [Math.round(floor[0]) + 0, Math.round(floor[1]) + 0] : null,
        facing: (track && facings.get(track.id)?.[1]) ?? null,
      };
    }),
  };
}
