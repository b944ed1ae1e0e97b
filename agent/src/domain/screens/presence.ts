/** Somebody in front of a screen at a moment. */
export interface Here {
  /** by whom they are known while they are followed */
  name: string;
  /** event time of their newest sample */
  ts: number;
  /** floor, mm */
  x: number;
  y: number;
}

/** An opportunity to see takes so long, and so does a look (SEMANTICS §25). */
export const LEAST_MS = 1_000;
/** Whoever is slower than this stands: mm a millisecond is m/s. Told over a second, since cameras scatter by centimetres. */
export const STANDS_BELOW = 0.3;
/** A gap in which nobody was seen is no time before the screen. */
export const GAP_MS = 2_000;

interface One {
  /** since when without a gap, and the newest sample */
  since: number;
  last: number;
  /** where they were at least a second ago */
  from: { ts: number; x: number; y: number };
  sees: boolean;
  watches: boolean;
}
export interface SavedPresence {
  here: [string, One][];
  opportunities: number;
  watchers: number;
}

/** Who came before a screen, and who stood there: each counts once. */
export class Presence {
  opportunities = 0;
  watchers = 0;
  readonly #here = new Map<string, One>();

  look(people: Iterable<Here>): void {
    for (const { name, ts, x, y } of people) {
      const known = this.#here.get(name);
      if (known && ts === known.last) continue;
      if (!known || ts < known.last) {
        if (!known) this.#here.set(name, { since: ts, last: ts, from: { ts, x, y }, sees: false, watches: false });
        continue;
      }
      const broken = ts - known.last > GAP_MS;
      known.last = ts;
      if (broken) {
        known.since = ts;
        known.from = { ts, x, y };
        continue;
      }
      if (!known.sees && ts - known.since >= LEAST_MS) {
        known.sees = true;
        this.opportunities += 1;
      }
      const ms = ts - known.from.ts;
      if (ms < LEAST_MS) continue;
      if (!known.watches && Math.hypot(x - known.from.x, y - known.from.y) / ms < STANDS_BELOW) {
        known.watches = true;
        this.watchers += 1;
      }
      known.from = { ts, x, y };
    }
  }

  /** Nobody is counted any more: names are forgotten, numbers stay. */
  end(): void {
    this.#here.clear();
  }

  save(): SavedPresence {
    return {
      here: structuredClone([...this.#here]),
      opportunities: this.opportunities,
      watchers: this.watchers,
    };
  }

  static restore({ here, opportunities, watchers }: SavedPresence): Presence {
    const presence = new Presence();
    for (const [name, one] of structuredClone(here)) presence.#here.set(name, one);
    presence.opportunities = opportunities;
    presence.watchers = watchers;
    return presence;
  }
}
