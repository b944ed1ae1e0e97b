import { dip, handOf, isBack, type InHand } from './in-hand.js';
import { ENTER_READS, type PresenceSettings } from './settings.js';

/**
 * Where one reader has its tags: by antenna, with smoothed signal, hold-off and hysteresis. It follows from this reader's own
 * messages alone, in event time; what several readers say of a tag is joined afterwards (timeline.ts).
 *
 * The hold-off does not run on the clock but on the time in which the reader is known to have listened: while it says nothing
 * nobody knows, so nothing is gone.
 */

/** A tag was with an antenna from then to then. Plain data. */
export interface Stay {
  reader: string;
  antenna: number;
  /** first and newest sighting, epoch ms */
  from: number;
  last: number;
  /** loudest smoothed signal in its first minute, hundredths of dBm */
  level: number;
  /** null: still there, as far as known */
  ended: null | 'gone' | 'moved';
  /** its reader has been silent for hours, and others have followed the tag since */
  asleep?: boolean;
}

/** What one antenna hears of one tag. */
interface Ear {
  antenna: number;
  /** smoothed signal, hundredths of dBm */
  level: number;
  /** newest sighting: event time, and the reader's listening time */
  ts: number;
  heardAt: number;
  /** of the row of sightings without a hold-off between them: its first, and how many */
  first: number;
  reads: number;
  /** since when louder than the tag's own antenna by the hysteresis, -1: it is not */
  louderSince: number;
}

/** A tag as one reader hears it. */
export interface Heard {
  ears: Ear[];
  stay: Stay | undefined;
  /** only while it stays, how its own antenna hears it */
  hand?: InHand | undefined;
}

export type TagEvent = 'appeared' | 'gone' | 'moved';
export type TagCounts = Record<TagEvent, number>;

/** Time constant of the smoothing. Higher: calmer, and slower to follow a tag that moves. */
const SMOOTHING_MS = 5_000;
/** Reads in one instant still say something. */
const LEAST_STEP_MS = 100;
/** A neighbour must be louder for so long before the tag has moved: a person walking past shades for less. */
const LOUDER_FOR_MS = 3_000;
/** After this a stay's signal strength is settled for good. */
const LEVEL_SETTLES_MS = 60_000;
const SCAN_MS = 1_000;
/** In this time every antenna of a reader has had its turn. */
const TURNS_MS = 2_000;
/** However long a reader was silent, this share of the hold-off goes by: its tags have the rest to be heard again. */
const SILENCE_SHARE = 1 / 3;
/** Shoppers take at most so many at once, or so large a share of what an antenna hears. */
const MOST_IN_HAND = 3;
const SHADED_SHARE = 0.25;
/** Tags that a reader can know at a time; more are not taken in. */
const MOST_TAGS = 50_000;

export class ReaderPresence {
  /** newest event time, -1 before the first */
  ts = -1;
  /** milliseconds for which the reader is known to have listened */
  listened = 0;
  private scannedTs = -Infinity;
  readonly tags = new Map<string, Heard>();
  readonly counts: TagCounts = { appeared: 0, gone: 0, moved: 0 };

  constructor(readonly id: string) {}

  /** A message of the reader at `ts`, not older than the one before. */
  listen(ts: number, { holdOffMs }: PresenceSettings): void {
    if (this.ts >= 0) this.listened += Math.min(ts - this.ts, Math.floor(holdOffMs * SILENCE_SHARE));
    this.ts = ts;
  }

  /**
   * A tag was read. `ageMs`: how long before the reader's newest message. `cdbm`: null where the reader does not say.
   * @returns what changed: `stay` when a stay began or ended, `longer` when one goes on
   */
  sight(
    epc: string,
    antenna: number,
    cdbm: number | null,
    ageMs: number,
    settings: PresenceSettings,
  ): { heard: Heard; change: 'none' | 'longer' | 'stay' } | undefined {
    let heard = this.tags.get(epc);
    if (!heard) {
      if (this.tags.size >= MOST_TAGS) return undefined;
      this.tags.set(epc, (heard = { ears: [], stay: undefined }));
    }
    const ear = this.hear(heard, antenna, cdbm ?? settings.enterCdbm, ageMs, settings);
    const { stay } = heard;
    if (!stay) return { heard, change: this.begins(heard, ear, settings) ? 'stay' : 'none' };
    if (ear.antenna === stay.antenna) {
      const before = stay.last;
      stay.last = Math.max(stay.last, ear.ts);
      if (stay.asleep) Object.assign(stay, { from: stay.last, asleep: false });
      if (stay.last - stay.from <= LEVEL_SETTLES_MS) stay.level = Math.max(stay.level, Math.round(ear.level));
      for (const other of heard.ears) if (other.level < ear.level + settings.hysteresisCdb) other.louderSince = -1;
      if (cdbm !== null && this.wasInHand(heard, stay, ear, cdbm, this.ts - ageMs)) return { heard, change: 'stay' };
      return { heard, change: stay.last > before ? 'longer' : 'none' };
    }
    return { heard, change: this.movesTo(heard, stay, ear, settings) ? 'stay' : 'none' };
  }

  private hear(heard: Heard, antenna: number, cdbm: number, ageMs: number, { holdOffMs }: PresenceSettings): Ear {
    const ts = this.ts - ageMs;
    const heardAt = this.listened - ageMs;
    const ear = heard.ears.find((candidate) => candidate.antenna === antenna);
    if (!ear || heardAt - ear.heardAt >= holdOffMs) {
      const fresh = { antenna, level: cdbm, ts, heardAt, first: ts, reads: 1, louderSince: -1 };
      if (ear) return Object.assign(ear, fresh);
      heard.ears.push(fresh);
      return fresh;
    }
    const step = Math.max(LEAST_STEP_MS, ts - ear.ts);
    ear.level += ((cdbm - ear.level) * step) / (step + SMOOTHING_MS);
    ear.reads += 1;
    ear.ts = Math.max(ear.ts, ts);
    ear.heardAt = Math.max(ear.heardAt, heardAt);
    return ear;
  }

  private begins(heard: Heard, ear: Ear, settings: PresenceSettings): boolean {
    if (!counts(ear, settings) || this.isAboutToCount(heard, ear)) return false;
    heard.stay = stayOf(this.id, ear, ear.first);
    this.counts.appeared += 1;
    return true;
  }

  /** Antennas take turns: the first of them that has heard a tag often enough waits for one that hears it louder. */
  private isAboutToCount({ ears }: Heard, ear: Ear): boolean {
    return ears.some(
      (other) =>
        other !== ear &&
        other.level > ear.level &&
        other.reads === ENTER_READS - 1 &&
        this.listened - other.heardAt < TURNS_MS,
    );
  }

  /** Somebody has taken it in their hand and put it back: it was away for that long. */
  private wasInHand(heard: Heard, stay: Stay, ear: Ear, cdbm: number, ts: number): boolean {
    const hand = (heard.hand ??= handOf(stay, ts, cdbm));
    if (hand.of !== stay.from) heard.hand = handOf(stay, ts, cdbm);
    else if (isBack(hand, ts, cdbm)) {
      [stay.ended, stay.last] = ['gone', Math.max(stay.from, hand.restedTs)];
      heard.stay = stayOf(this.id, ear, ts);
      heard.hand = { ...hand, ...{ of: heard.stay.from, restedTs: ts, low: null } };
      this.counts.gone += 1;
      this.counts.appeared += 1;
      return true;
    } else if (dip(hand, ts, cdbm)) this.shade(stay.antenna);
    return false;
  }

  /** Whoever takes something in hand takes a few; where many get weaker at once, somebody stands before the antenna. */
  private shade(antenna: number): void {
    const hands: InHand[] = [];
    let tags = 0;
    for (const { stay, hand } of this.tags.values()) {
      if (stay?.antenna !== antenna) continue;
      tags += 1;
      if (hand && hand.low !== null) hands.push(hand);
    }
    if (hands.length > Math.max(MOST_IN_HAND, tags * SHADED_SHARE)) for (const hand of hands) hand.shaded = true;
  }

  private movesTo(heard: Heard, stay: Stay, ear: Ear, settings: PresenceSettings): boolean {
    if (!counts(ear, settings)) return false;
    const own = heard.ears.find(({ antenna }) => antenna === stay.antenna);
    if (own && this.listened - own.heardAt < settings.holdOffMs) {
      if (ear.level < own.level + settings.hysteresisCdb) {
        ear.louderSince = -1;
        return false;
      }
      if (ear.louderSince < 0) ear.louderSince = ear.ts;
      if (ear.ts - ear.louderSince < LOUDER_FOR_MS) return false;
      this.move(heard, stay, ear, ear.louderSince);
    } else this.move(heard, stay, ear, Math.max(ear.first, stay.last));
    return true;
  }

  private move(heard: Heard, stay: Stay, ear: Ear, from: number): void {
    stay.ended = 'moved';
    stay.last = Math.max(stay.from, Math.min(stay.last, from));
    heard.stay = stayOf(this.id, ear, from);
    for (const each of heard.ears) each.louderSince = -1;
    this.counts.moved += 1;
  }

  /** Once a second of event time: what has not been heard for the hold-off is gone, or is where it is heard instead. @returns whether it was time */
  scan(settings: PresenceSettings, changed: (epc: string, heard: Heard) => void): boolean {
    if (this.ts - this.scannedTs < SCAN_MS) return false;
    this.scannedTs = this.ts;
    for (const [epc, heard] of this.tags) {
      const { stay } = heard;
      if (stay && this.silentAt(heard, stay.antenna) >= settings.holdOffMs) {
        const next = this.loudest(heard, stay, settings);
        if (next) this.move(heard, stay, next, Math.max(next.first, stay.last));
        else {
          stay.ended = 'gone';
          heard.stay = undefined;
          this.counts.gone += 1;
        }
        changed(epc, heard);
      }
      if (heard.ears.some((ear) => this.listened - ear.heardAt >= settings.holdOffMs))
        heard.ears = heard.ears.filter((ear) => this.listened - ear.heardAt < settings.holdOffMs);
      // Strays: heard once or twice, never present, and not any more.
      if (!heard.stay && heard.ears.length === 0) this.tags.delete(epc);
    }
    return true;
  }

  private silentAt(heard: Heard, antenna: number): number {
    const ear = heard.ears.find((candidate) => candidate.antenna === antenna);
    return ear ? this.listened - ear.heardAt : Infinity;
  }

  private loudest(heard: Heard, stay: Stay, settings: PresenceSettings): Ear | undefined {
    let best: Ear | undefined;
    for (const ear of heard.ears)
      if (ear.antenna !== stay.antenna && counts(ear, settings) && this.listened - ear.heardAt < settings.holdOffMs)
        if (!best || ear.level > best.level || (ear.level === best.level && ear.antenna < best.antenna)) best = ear;
    return best;
  }

  save(): unknown {
    const tags = [...this.tags].map(([epc, { ears, hand }]) => [
      epc,
      structuredClone(ears),
      ...(hand ? [{ ...hand }] : []),
    ]);
    return {
      ts: this.ts,
      listened: this.listened,
      scannedTs: finite(this.scannedTs),
      counts: { ...this.counts },
      tags,
    };
  }

  /** @param stayOf the open stay of a tag with this reader */
  restore(json: unknown, stayOf: (epc: string) => Stay | undefined): void {
    type Saved = {
      ts: number;
      listened: number;
      scannedTs: number | null;
      counts: TagCounts;
      tags: [string, Ear[], InHand?][];
    };
    const saved = json as Saved;
    this.ts = saved.ts;
    this.listened = saved.listened;
    this.scannedTs = saved.scannedTs ?? -Infinity;
    Object.assign(this.counts, saved.counts);
    for (const [epc, ears, hand] of saved.tags)
      this.tags.set(epc, { ears: structuredClone(ears), stay: stayOf(epc), hand: hand && { ...hand } });
  }
}

const finite = (ts: number): number | null => (Number.isFinite(ts) ? ts : null);

/** Whether what an antenna heard is more than a stray. */
const counts = (ear: Ear, { enterCdbm }: PresenceSettings): boolean =>
  ear.reads >= ENTER_READS && ear.ts > ear.first && ear.level >= enterCdbm;

const stayOf = (reader: string, ear: Ear, from: number): Stay => ({
  reader,
  antenna: ear.antenna,
  from,
  last: Math.max(from, ear.ts),
  level: Math.round(ear.level),
  ended: null,
});
