import { estimateRate } from './rate.js';
import { DEFAULT_RECORDING, extentOf, moment, startScoreOf } from './recording.js';
import type { RecordedBox, RecordingSettings } from './recording.js';
import { fillGaps, linkPieces, smooth, type Moment, type Piece } from './pieces.js';
import { bringIntoShape, SHAPE_REACH } from './shape.js';
import { Tracker } from './tracker.js';
import type { TrackerDetection } from './types.js';

/** How a recording is followed as if it came live. */
export interface LiveSettings extends RecordingSettings {
  /**
   * Each frame's answer is given so many seconds later, and never changed again. ↑ gaps up to so long are filled, and what
   * flickers is known for it. ↓ sooner; at 0 a frame's answer is what is known when it has come.
   */
  delaySeconds: number;
}

export const DEFAULT_LIVE: Readonly<LiveSettings> = { ...DEFAULT_RECORDING, delaySeconds: 1 };

interface Followed extends Piece {
  confirmed: boolean;
  /** sum of the scores of its moments */
  scores: number;
  /** whom it is answered as, once it has been */
  answeredAs: number | undefined;
}

/**
 * Follows everyone through a recording frame by frame, as a shop does: what is answered for a frame rests on the frames up to
 * `delaySeconds` behind it and on nothing later. Known beforehand are only the frame rate and the scale of the detector's
 * scores, which a camera's are too.
 */
export function followLive(
  frames: readonly (readonly TrackerDetection[])[],
  options: Partial<LiveSettings> = {},
): RecordedBox[][] {
  const settings = { ...DEFAULT_LIVE, ...options };
  const rate = settings.framesPerSecond ?? estimateRate(frames);
  const tracker = new Tracker({ startScore: startScoreOf(frames), ...settings.tracker });
  const live = new LiveFollower(rate, settings);
  const picture = extentOf(frames);
  const delay = Math.round(settings.delaySeconds * rate);
  const answer: RecordedBox[][] = [];
  for (let now = 0; now < frames.length + delay; now += 1) {
    const detections = frames[now];
    if (detections)
      for (const { id, detection, confirmed } of tracker.update((now * 1000) / rate, detections, picture))
        live.seen(id, moment(now, detections[detection] as TrackerDetection), confirmed);
    if (now >= delay) answer.push(live.answer(now - delay));
  }
  return answer;
}

class LiveFollower {
  private readonly pieces = new Map<number, Followed>();
  private readonly ended: number[] = [];

  constructor(
    private readonly rate: number,
    private readonly settings: LiveSettings,
  ) {}

  seen(id: number, at: Moment, confirmed: boolean): void {
    let piece = this.pieces.get(id);
    if (!piece) this.pieces.set(id, (piece = { id, moments: [], confirmed, scores: 0, answeredAs: undefined }));
    piece.moments.push(at);
    piece.scores += at.score;
    piece.confirmed ||= confirmed;
  }

  /** What is known of a frame now. Frames rise. */
  answer(frame: number): RecordedBox[] {
    this.forget(frame);
    const usual = this.usualScore();
    const boxes: RecordedBox[] = [];
    for (const piece of this.pieces.values()) {
      const found = this.isSomebody(piece, frame, usual) && this.momentAt(piece, frame);
      if (!found) continue;
      piece.answeredAs ??= this.whoIs(piece);
      const { cx, cy, w, h, score } = found;
      boxes.push({ id: piece.answeredAs, x: cx - w / 2, y: cy - h / 2, w, h, score });
    }
    return boxes.sort((a, b) => a.id - b.id);
  }

  /** Seen for long enough, as far as that can be known by now, and not much dimmer than others. */
  private isSomebody({ confirmed, moments, scores, answeredAs }: Followed, frame: number, usual: number): boolean {
    if (answeredAs !== undefined) return true;
    const { delaySeconds, leastSeconds, leastScoreShare } = this.settings;
    // Whoever has just come has not been there for longer.
    const known = Math.max(frame - (moments[0]?.frame ?? 0), 0) / this.rate + delaySeconds;
    const least = Math.max(2, Math.min(leastSeconds, known) * this.rate * OFTEN);
    return confirmed && moments.length >= least && scores / moments.length >= leastScoreShare * usual;
  }

  /** A place between two at which the person was seen, smoothed by what is known around it. */
  private momentAt({ moments }: Followed, frame: number): Moment | undefined {
    const { smoothSeconds, fillSeconds, shapeSeconds } = this.settings;
    const near = (seconds: number) => (one: Moment) => Math.abs(one.frame - frame) <= seconds * this.rate + 1;
    const wanted = 3 * smoothSeconds + fillSeconds;
    const known = moments.filter(near(wanted + SHAPE_REACH * shapeSeconds));
    const shaped = bringIntoShape(known, this.rate, this.settings, near(wanted));
    const filled = fillGaps(shaped, fillSeconds * this.rate);
    if (!filled.some((one) => one.frame === frame)) return undefined;
    const around = filled.filter(near(3 * smoothSeconds));
    return smooth(around, smoothSeconds * this.rate).find((one) => one.frame === frame);
  }

  /** Somebody who was lost a moment ago, or somebody new. */
  private whoIs(piece: Followed): number {
    const first = piece.moments[0]?.frame ?? 0;
    const lost = [...this.pieces.values()].filter(
      ({ answeredAs, moments }) => answeredAs !== undefined && (moments.at(-1)?.frame ?? Infinity) < first,
    );
    const others = [...this.pieces.values()].filter(
      (one) => one.answeredAs === undefined && one !== piece && one.confirmed && (one.moments[0]?.frame ?? 0) >= first,
    );
    const { linkSeconds, linkDistance } = this.settings;
    const joined = linkPieces([...lost, ...others, piece], this.rate, linkSeconds, linkDistance);
    const whole = joined.find(({ moments }) => moments.includes(piece.moments[0] as Moment));
    const before = lost.find(({ id }) => id === whole?.id);
    if (!before || before.answeredAs === undefined) return piece.id;
    // Its id goes on with this one, and with nobody else.
    this.pieces.delete(before.id);
    return before.answeredAs;
  }

  /** The usual score of people: the median over those who were there for long enough. */
  private usualScore(): number {
    const least = this.settings.leastSeconds * this.rate;
    const now = [...this.pieces.values()]
      .filter(({ confirmed, moments }) => confirmed && moments.length >= least)
      .map(({ scores, moments }) => scores / moments.length);
    const all = [...this.ended, ...now].sort((a, b) => a - b);
    return all[Math.floor(all.length / 2)] ?? 0;
  }

  private forget(frame: number): void {
    const { maxLostSeconds = 2 } = this.settings.tracker;
    const longest = Math.max(maxLostSeconds, this.settings.linkSeconds) * this.rate;
    for (const [id, { moments, scores, confirmed }] of this.pieces) {
      if (frame - (moments.at(-1)?.frame ?? 0) <= longest) continue;
      this.pieces.delete(id);
      if (confirmed && moments.length >= this.settings.leastSeconds * this.rate)
        this.ended.push(scores / moments.length);
    }
    this.ended.splice(0, Math.max(0, this.ended.length - MOST_ENDED));
  }
}

/** Whoever is there is seen in so much of the frames. */
const OFTEN = 0.5;
/** So many people who have gone are remembered by their score. */
const MOST_ENDED = 100;
