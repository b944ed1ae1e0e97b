import { Assignment } from './assignment.js';
import { overlapOf, pairCost } from './cost.js';
import { DEFAULT_SETTINGS, type TrackerSettings } from './settings.js';
import { CX, CY, H, sizeOf, Track, W } from './track.js';
import type { TrackedBox, TrackerDetection, TrackerSnapshot } from './types.js';

/** A detection that covers a paired one by so much is the same person found twice and starts no track. */
const SAME_PERSON_OVERLAP = 0.6;
/** A box may jump by so many sizes without anybody moving: half hidden, then whole. */
const STANDING_REACH = 0.5;
/** Low scores join only tracks that they overlap. */
const UNSURE_OVERLAP = 0.3;
/** An unsure box that overlaps somebody's prediction by so much is theirs rather than a sure one that hardly touches it. */
const OWN_OVERLAP = 0.4;

/** A picture's size in pixels. */
export interface Picture {
  width: number;
  height: number;
}

/**
 * Follows people through the frames of one camera: sure detections first, unsure ones with the tracks left over
 * (Y. Zhang et al., ByteTrack, ECCV 2022), then sure ones with tracks where they were last seen (observation-centred
 * recovery, J. Cao et al., CVPR 2023). Pure and deterministic; time comes from the frames only, in any spacing.
 */
export class Tracker {
  readonly #settings: TrackerSettings;
  readonly #assignment = new Assignment();
  #tracks: Track[] = [];
  #nextId = 1;
  #lastTs: number | undefined;
  // Scratch, reused from frame to frame.
  #rows: Track[] = [];
  #columns: number[] = [];
  #taken = new Uint8Array(0);

  constructor(settings: Partial<TrackerSettings> = {}) {
    this.#settings = { ...DEFAULT_SETTINGS, ...settings };
  }

  /** @returns how many people are followed at present, those out of sight included */
  get size(): number {
    return this.#tracks.length;
  }

  /**
   * Takes in a frame.
   * @param tsMs event time in milliseconds; a frame not newer than the last one changes nothing and answers nothing
   * @param picture its size: who walks out of it unseen is not waited for
   * @returns the tracks observed in this frame, provisional ones too, in the order of their ids
   */
  update(tsMs: number, detections: readonly TrackerDetection[], picture?: Picture): TrackedBox[] {
    if (!Number.isFinite(tsMs) || (this.#lastTs !== undefined && tsMs <= this.#lastTs)) return [];
    const dt = this.#lastTs === undefined ? 0 : (tsMs - this.#lastTs) / 1000;
    this.#lastTs = tsMs;
    this.#endLost(tsMs, picture);
    for (const track of this.#tracks) {
      track.predict(dt, this.#settings);
      track.detection = -1;
    }
    if (this.#taken.length < detections.length) this.#taken = new Uint8Array(detections.length * 2);
    this.#taken.fill(0, 0, detections.length);
    const { sureScore, minScore } = this.#settings;
    this.#pair(tsMs, detections, sureScore, Infinity, true);
    this.#pair(tsMs, detections, minScore, sureScore, true, UNSURE_OVERLAP);
    this.#pairWhereLastSeen(tsMs, detections);
    this.#pair(tsMs, detections, sureScore, Infinity, false);
    this.#pair(tsMs, detections, minScore, sureScore, false, UNSURE_OVERLAP);
    this.#start(tsMs, detections);
    return this.#settle(dt);
  }

  /** Forgets everyone; ids go on. */
  reset(): void {
    this.#tracks = [];
    this.#lastTs = undefined;
  }

  save(): TrackerSnapshot {
    return { nextId: this.#nextId, lastTs: this.#lastTs ?? null, tracks: this.#tracks.map((track) => track.save()) };
  }

  restore(snapshot: TrackerSnapshot): void {
    this.#nextId = snapshot.nextId;
    this.#lastTs = snapshot.lastTs ?? undefined;
    this.#tracks = snapshot.tracks.map((track) => Track.restore(track));
  }

  /** One stage: free tracks of one kind with free detections of a range of scores. */
  #pair(
    tsMs: number,
    detections: readonly TrackerDetection[],
    from: number,
    below: number,
    confirmed: boolean,
    leastOverlap = 0,
  ): void {
    if (!this.#gather(detections, from, below, confirmed)) return;
    const rows = this.#rows;
    const columns = this.#columns;
    const assignment = this.#assignment;
    assignment.begin(rows.length, columns.length);
    const { maxSpeed } = this.#settings;
    for (let row = 0; row < rows.length; row += 1) {
      const track = rows[row] as Track;
      const { box } = track;
      const lastX = box[0] + box[2] / 2;
      const lastY = box[1] + box[3] / 2;
      const seconds = (tsMs - track.lastTs) / 1000;
      const reach = maxSpeed * seconds + STANDING_REACH;
      let own: boolean | undefined;
      for (let column = 0; column < columns.length; column += 1) {
        const seen = detections[columns[column] as number] as TrackerDetection;
        // Most pairs end here: nobody gets there in that time. On the floor it is the cost that judges.
        const far = reach * sizeOf(seen.w, seen.h);
        const dx = seen.x + seen.w / 2 - lastX;
        const dy = seen.y + seen.h / 2 - lastY;
        if (dx * dx + dy * dy > far * far && !(track.floored && seen.floor)) continue;
        if (leastOverlap > 0 && predictedOverlap(track, seen) < leastOverlap) continue;
        // Whoever steps in front of somebody is seen surely, and the other only in part: that is no reason to become them.
        if (below === Infinity && confirmed && predictedOverlap(track, seen) < UNSURE_OVERLAP)
          if ((own ??= this.#hasOwn(track, detections, from))) continue;
        assignment.offer(row, column, pairCost(track, seen, seconds, this.#settings));
      }
    }
    this.#take(tsMs, detections);
  }

  /** Whether one of the unsure detections lies where somebody is expected. */
  #hasOwn(track: Track, detections: readonly TrackerDetection[], sureScore: number): boolean {
    const { minScore } = this.#settings;
    for (let index = 0; index < detections.length; index += 1) {
      const seen = detections[index] as TrackerDetection;
      if (this.#taken[index] || !(seen.score >= minScore && seen.score < sureScore) || !isBox(seen)) continue;
      if (predictedOverlap(track, seen) >= OWN_OVERLAP) return true;
    }
    return false;
  }

  /** Who stopped while hidden stands where the last observation was, not where the prediction went. */
  #pairWhereLastSeen(tsMs: number, detections: readonly TrackerDetection[]): void {
    const { sureScore, lastSeenOverlap } = this.#settings;
    if (!this.#gather(detections, sureScore, Infinity, true)) return;
    const rows = this.#rows;
    const columns = this.#columns;
    this.#assignment.begin(rows.length, columns.length);
    for (let row = 0; row < rows.length; row += 1) {
      const [x, y, w, h] = (rows[row] as Track).box;
      for (let column = 0; column < columns.length; column += 1) {
        const seen = detections[columns[column] as number] as TrackerDetection;
        const overlap = overlapOf(x, y, w, h, seen.x, seen.y, seen.w, seen.h);
        if (overlap >= lastSeenOverlap) this.#assignment.offer(row, column, -overlap);
      }
    }
    this.#take(tsMs, detections);
  }

  /** Fills the scratch rows and columns. @returns whether there is anything to pair */
  #gather(detections: readonly TrackerDetection[], from: number, below: number, confirmed: boolean): boolean {
    this.#columns.length = 0;
    for (let index = 0; index < detections.length; index += 1) {
      const seen = detections[index] as TrackerDetection;
      if (!this.#taken[index] && seen.score >= from && seen.score < below && isBox(seen)) this.#columns.push(index);
    }
    if (this.#columns.length === 0) return false;
    this.#rows.length = 0;
    for (const track of this.#tracks) if (track.detection < 0 && track.confirmed === confirmed) this.#rows.push(track);
    return this.#rows.length > 0;
  }

  #take(tsMs: number, detections: readonly TrackerDetection[]): void {
    this.#assignment.solve();
    const { rowTo } = this.#assignment;
    for (let row = 0; row < this.#rows.length; row += 1) {
      const column = rowTo[row] as number;
      if (column < 0) continue;
      const index = this.#columns[column] as number;
      this.#taken[index] = 1;
      (this.#rows[row] as Track).observe(tsMs, detections[index] as TrackerDetection, index, this.#settings);
    }
  }

  #start(tsMs: number, detections: readonly TrackerDetection[]): void {
    for (let index = 0; index < detections.length; index += 1) {
      const seen = detections[index] as TrackerDetection;
      if (this.#taken[index] || !(seen.score >= this.#settings.startScore) || !isBox(seen)) continue;
      if (this.#coversAnother(seen, index, detections)) continue;
      const track = new Track(this.#nextId, tsMs);
      this.#nextId += 1;
      track.start(seen, index, this.#settings);
      this.#taken[index] = 1;
      this.#tracks.push(track);
    }
  }

  #coversAnother(seen: TrackerDetection, own: number, detections: readonly TrackerDetection[]): boolean {
    for (let index = 0; index < detections.length; index += 1) {
      if (index === own || !this.#taken[index]) continue;
      const other = detections[index] as TrackerDetection;
      if (overlapOf(seen.x, seen.y, seen.w, seen.h, other.x, other.y, other.w, other.h) > SAME_PERSON_OVERLAP)
        return true;
    }
    return false;
  }

  #endLost(tsMs: number, picture: Picture | undefined): void {
    const { maxLostSeconds, provisionalLostSeconds, unsureSeconds } = this.#settings;
    let kept = 0;
    for (const track of this.#tracks) {
      const limit = track.confirmed || track.misses === 0 ? maxLostSeconds : provisionalLostSeconds;
      const seen = tsMs - track.lastTs <= limit * 1000 && !(picture && track.misses > 0 && isOutside(track, picture));
      if (seen && tsMs - track.sureTs <= unsureSeconds * 1000) {
        this.#tracks[kept] = track;
        kept += 1;
      }
    }
    this.#tracks.length = kept;
  }

  /** Evidence, confirmation, and the answer. */
  #settle(dt: number): TrackedBox[] {
    const { confirmSeconds } = this.#settings;
    const result: TrackedBox[] = [];
    for (const track of this.#tracks) {
      if (track.detection < 0) {
        track.misses += 1;
        track.evidence -= dt;
        continue;
      }
      const fresh = track.firstTs === this.#lastTs;
      if (!fresh) track.evidence += dt;
      const confirmedNow = !track.confirmed && !fresh && track.evidence >= confirmSeconds;
      result.push(answer(track, confirmedNow));
      if (confirmedNow) {
        track.confirmed = true;
        track.history = [];
      } else if (!track.confirmed) track.history.push(track.sample());
    }
    return result;
  }
}

function answer(track: Track, confirmedNow: boolean): TrackedBox {
  const [x, y, w, h] = track.smoothBox();
  const box: TrackedBox = {
    id: track.id,
    x,
    y,
    w,
    h,
    score: track.score,
    foot: [track.foot[0], track.foot[1]],
    confirmed: track.confirmed || confirmedNow,
    confirmedNow,
    ageSeconds: (track.lastTs - track.firstTs) / 1000,
    unsureSeconds: (track.lastTs - track.sureTs) / 1000,
    observed: true,
    detection: track.detection,
  };
  if (track.floor) box.floor = [track.floor[0], track.floor[1]];
  if (confirmedNow) box.history = track.history;
  return box;
}

function predictedOverlap(track: Track, seen: TrackerDetection): number {
  const { state } = track;
  const w = state[W] as number;
  const h = state[H] as number;
  return overlapOf((state[CX] as number) - w / 2, (state[CY] as number) - h / 2, w, h, seen.x, seen.y, seen.w, seen.h);
}

/** Whether the prediction's centre left the picture. */
function isOutside({ state }: Track, { width, height }: Picture): boolean {
  const x = state[CX] as number;
  const y = state[CY] as number;
  return x < 0 || y < 0 || x > width || y > height;
}

/** Finite and with an area; anything else is no detection. */
const isBox = ({ x, y, w, h, foot, floor }: TrackerDetection): boolean =>
  Number.isFinite(x + y + w + h) &&
  w > 0 &&
  h > 0 &&
  (foot === undefined || Number.isFinite(foot[0] + foot[1])) &&
  (floor === undefined || Number.isFinite(floor[0] + floor[1]));
