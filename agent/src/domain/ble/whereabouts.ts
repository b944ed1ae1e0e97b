/**
 * Who goes where a badge is heard to go. How loud a badge is at each receiver says roughly how far away it is; of everybody who is on
 * the floor, its wearer is whose distances go up and down with that, second after second. No single second proves anything,
 * a minute of walking about does: it is what tells a wearer from whoever stands beside them. Nobody need be alone with the badge,
 * and an id that broke or was exchanged is found out within about a minute.
 */

/** Loudness one metre from a badge, and by how much less it is for ten times the distance: indoors; dBm, dB. */
const AT_ONE_METRE_DBM = -59;
const DB_PER_DECADE = 25;
/** Nearer than this nothing gets louder: a receiver hangs somewhere in its zone, mm. */
const NEAREST_MM = 1_000;
/** What bodies, shelves and hands add, standard deviation, dB; further off than three of them says no more than three. */
const SIGMA_DB = 7;
const MOST_SIGMAS_SQUARED = 8;
/** Seconds in a row err alike: each speaks for so much of one. Raising it decides sooner, and more often wrongly. */
const WEIGHT = 0.3;
/** Somebody must be so many times likelier than anybody else, as a logarithm; nobody is ever held to be less likely than the floor. */
const SURE = 8;
const FLOOR = -12;
/** Somebody new may be the wearer, if the wearer was out of sight, but need not. */
const NEW = -3;
/** The wearer may be where no camera looks: then the badge is as loud as it was, give or take. Seconds over which that is meant. */
const UNSEEN_OVER_S = 10;
const UNSEEN = 0.01;
/** Badges and rooms differ in loudness: of each who may wear it, by how much is learnt over so many readings. */
const LEARNT_OVER = 40;
/** Somebody not seen for so long is gone; who appears around then may be them, seconds. */
const GONE_S = 4;
const AFTER_S = 5;
/** Whoever came this near to the known wearer, mm, may have gone on under their id. */
const TOUCHING_MM = 1_000;
const EXCHANGED = -3;
/** Who was so much likelier than all others when they vanished wore it, if who appeared then turns out to wear it; remembered for so long, seconds. */
const LIKELY = 4;
const REMEMBERED_S = 1_800;
const MOST_REMEMBERED = 16;

export interface Reading {
  receiverId: string;
  /** where it hangs, mm */
  x: number;
  y: number;
  dbm: number;
}
export interface Place {
  x: number;
  y: number;
}

interface Candidate {
  /** logarithm of how likely it is, next to the likeliest */
  fit: number;
  first: number;
  last: number;
  /** by how much the badge is louder than it should be if they wear it, dB */
  offset: number;
  /** who was likely, and vanished as they appeared */
  from?: string;
  /** the second in which they last touched the wearer while they were hardly likely: since then they may be the wearer */
  met?: number;
}
interface Former {
  last: number;
  from?: string;
}
export interface SavedWhereabouts {
  candidates: [key: string, candidate: Candidate][];
  unseen: number;
  readings: number;
  usual: [receiverId: string, dbm: number][];
  wearer: string | null;
  /** left out for none, and by 0.2 */
  former?: [key: string, former: Former][];
}

/** One badge. People by their keys; times in whole seconds, which rise. */
export class Whereabouts {
  private readonly candidates = new Map<string, Candidate>();
  /** who was likely when they vanished, the longest gone first */
  private readonly former = new Map<string, Former>();
  /** how well it fits that its wearer is not to be seen */
  private unseen = 0;
  private readings = 0;
  /** how loud it has lately been, by receiver */
  private readonly usual = new Map<string, number>();
  private worn: string | undefined;

  /** Who wears it, as far as is known; perhaps gone since. */
  get wearer(): string | undefined {
    return this.worn;
  }

  /** Whether somebody may wear it: nobody else fits much better. */
  mayBe(key: string): boolean {
    const one = this.candidates.get(key);
    let best = FLOOR;
    for (const { fit } of this.candidates.values()) best = Math.max(best, fit);
    return this.readings < LEARNT_OVER || (one !== undefined && best - one.fit < SURE / 2);
  }

  /** Whether somebody who is there, or has just vanished, may have been who wears it. */
  isLikely(key: string): boolean {
    return (this.candidates.get(key)?.fit ?? FLOOR) > NEW;
  }

  /** Who must have worn it if `key` does: one became the other as a camera lost them; the newest first. */
  before(key: string): string[] {
    const found: string[] = [];
    let from = this.candidates.get(key)?.from;
    while (from !== undefined && !found.includes(from)) {
      const former = this.former.get(from);
      if (former) found.push(from);
      from = former?.from;
    }
    return found;
  }

  /**
   * Who is likely to wear it and is not yet known to: enough for what costs little where it is wrong.
   * @returns their key, and since which second they may have worn it
   */
  likely(): { key: string; since: number } | undefined {
    const key = this.likeliest(LIKELY);
    const one = key === undefined || key === this.worn ? undefined : this.candidates.get(key);
    return one && key !== undefined ? { key, since: one.met ?? one.first } : undefined;
  }

  /** Looks at a second. @returns who has turned out to wear it, and was not known to */
  judge(second: number, heard: readonly Reading[], here: ReadonlyMap<string, Place>): string | undefined {
    this.meet(second, here);
    this.touch(second, here);
    for (const reading of heard) this.weigh(reading, here);
    this.settle();
    const found = this.likeliest(SURE);
    if (found === undefined || found === this.worn) return undefined;
    this.worn = found;
    return found;
  }

  /** Two people have got their own ways back: what was known of one is known of the other. */
  exchange(one: string, other: string): void {
    const [a, b] = [this.candidates.get(one), this.candidates.get(other)];
    if (a && b) {
      [a.fit, b.fit] = [b.fit, a.fit];
      [a.offset, b.offset] = [b.offset, a.offset];
    }
    const fits = (name: string): boolean => name === one || name === other;
    for (const candidate of this.candidates.values())
      if (candidate.from !== undefined && fits(candidate.from)) delete candidate.from;
    if (this.worn === other) this.worn = one;
    else if (this.worn === one) this.worn = other;
  }

  /** Receivers hang elsewhere, or zones were redrawn. */
  restart(): void {
    for (const one of [this.candidates, this.usual, this.former]) one.clear();
    [this.unseen, this.worn] = [0, undefined];
  }

  private meet(second: number, here: ReadonlyMap<string, Place>): void {
    let [gone, goneKey] = [undefined as Candidate | undefined, undefined as string | undefined];
    for (const [key, one] of this.candidates) {
      if (second - one.last <= GONE_S) continue;
      if (gone && one.fit <= gone.fit) continue;
      [gone, goneKey] = [one, key];
    }
    const became = gone && goneKey !== undefined && this.remember(goneKey, gone) ? goneKey : undefined;
    for (const [key, one] of this.candidates) if (second - one.last > GONE_S) this.candidates.delete(key);
    const known = this.candidates.get(this.worn ?? '')?.offset ?? gone?.offset ?? 0;
    for (const key of here.keys()) {
      const one = this.candidates.get(key);
      if (one) one.last = second;
      else
        this.candidates.set(key, {
          fit: Math.max(FLOOR, this.unseen + NEW),
          first: second,
          last: second,
          offset: known,
        });
    }
    if (!gone) return;
    // Whoever it was is out of sight, or one of those who have come up since.
    this.unseen = Math.max(this.unseen, gone.fit);
    for (const one of this.candidates.values()) {
      if (!isAfter(one, gone)) continue;
      one.fit = Math.max(one.fit, gone.fit + NEW);
      if (became !== undefined) one.from = became;
    }
  }

  /** Ids are exchanged where people touch: who has touched the wearer may be them from now on, though they were not before. */
  private touch(second: number, here: ReadonlyMap<string, Place>): void {
    const [wearer, place] = [this.candidates.get(this.worn ?? ''), here.get(this.worn ?? '')];
    if (!wearer || !place) return;
    for (const [key, { x, y }] of here) {
      const one = this.candidates.get(key);
      if (!one || one === wearer || Math.hypot(x - place.x, y - place.y) > TOUCHING_MM) continue;
      if (one.fit >= wearer.fit + EXCHANGED) continue;
      one.fit = wearer.fit + EXCHANGED;
      one.met = second;
    }
  }

  /** Somebody has vanished. @returns whether nobody else was likely then */
  private remember(key: string, gone: Candidate): boolean {
    let next = this.unseen;
    for (const one of this.candidates.values()) if (one !== gone && !isAfter(one, gone)) next = Math.max(next, one.fit);
    if (gone.fit - next < LIKELY) return false;
    this.former.set(key, { last: gone.last, ...(gone.from !== undefined && { from: gone.from }) });
    for (const [old, { last }] of this.former) {
      if (gone.last - last <= REMEMBERED_S && this.former.size <= MOST_REMEMBERED) break;
      this.former.delete(old);
    }
    return true;
  }

  private weigh({ receiverId, x, y, dbm }: Reading, here: ReadonlyMap<string, Place>): void {
    this.readings = Math.min(this.readings + 1, LEARNT_OVER);
    const usual = this.usual.get(receiverId) ?? dbm;
    const unseen = costOf(dbm - usual) + UNSEEN;
    this.usual.set(receiverId, usual + (dbm - usual) / UNSEEN_OVER_S);
    this.unseen -= unseen;
    for (const [key, one] of this.candidates) {
      const place = here.get(key);
      if (!place) {
        one.fit -= unseen;
        continue;
      }
      const off = dbm - one.offset - expected(place, x, y);
      one.fit -= costOf(off);
      one.offset += off / LEARNT_OVER;
    }
  }

  private settle(): void {
    let best = this.unseen;
    for (const { fit } of this.candidates.values()) best = Math.max(best, fit);
    this.unseen = Math.max(FLOOR, this.unseen - best);
    for (const one of this.candidates.values()) one.fit = Math.max(FLOOR, one.fit - best);
  }

  private likeliest(lead: number): string | undefined {
    let [found, best, next] = [undefined as string | undefined, -Infinity, this.unseen];
    for (const [key, { fit }] of this.candidates) {
      if (fit > best) [found, next, best] = [key, Math.max(next, best), fit];
      else next = Math.max(next, fit);
    }
    return best - next >= lead ? found : undefined;
  }

  save(): SavedWhereabouts {
    const { unseen, readings, worn } = this;
    return structuredClone({
      ...{ candidates: [...this.candidates], unseen, readings, usual: [...this.usual], wearer: worn ?? null },
      ...(this.former.size > 0 && { former: [...this.former] }),
    });
  }

  static restore(saved: SavedWhereabouts): Whereabouts {
    const one = new Whereabouts();
    const { candidates, unseen, readings, usual, wearer, former = [] } = structuredClone(saved);
    for (const [key, candidate] of candidates) one.candidates.set(key, candidate);
    for (const [key, gone] of former) one.former.set(key, gone);
    for (const [receiverId, dbm] of usual) one.usual.set(receiverId, dbm);
    Object.assign(one, { unseen, readings, worn: wearer ?? undefined });
    return one;
  }
}

/** Whether one appeared as the other vanished. */
const isAfter = (one: Candidate, gone: Candidate): boolean =>
  one.first >= gone.last - 1 && one.first <= gone.last + AFTER_S;

const costOf = (off: number): number =>
  (WEIGHT / 2) * Math.min((off * off) / (SIGMA_DB * SIGMA_DB), MOST_SIGMAS_SQUARED);

const expected = (place: Place, x: number, y: number): number =>
  AT_ONE_METRE_DBM - DB_PER_DECADE * Math.log10(Math.hypot(NEAREST_MM, place.x - x, place.y - y) / NEAREST_MM);
