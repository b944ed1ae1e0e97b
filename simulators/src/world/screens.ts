import type { StoreFile } from '@aisle/contracts';
import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import { inside, type Polygon, type Vec } from './geometry.js';
import type { ZonePlan } from './floor-plan.js';

/** What a screen is about: products, or a category. Nothing of both: it moves nobody. */
export interface About {
  readonly category: string | null;
  readonly gtins: readonly string[];
}
/** One item on one screen. */
export interface Playing {
  readonly screenId: string;
  readonly about: About;
}
/** Units that somebody took who would have left them, had the screen shown something else. */
export interface Moved {
  readonly ts: number;
  readonly personId: number;
  readonly screenId: string;
  readonly slotId: string;
  readonly gtin: string;
  readonly units: number;
}
export type Reaction = NonNullable<Behaviour['screens']>;

/** Nobody notices in less: as long as an opportunity to see. */
const LEAST_MS = 1_000;
/** Eyes look about so often, ms. */
const LOOK_MS = 250;

/** The shop's screens as shoppers see them. */
export class ScreenWall {
  readonly #places: { screenId: string; polygon: Polygon }[];
  readonly #playing = new Map<string, Playing>();
  readonly #categories: ReadonlyMap<string, string>;

  constructor(
    store: StoreFile,
    zones: readonly ZonePlan[],
    readonly reaction: Reaction | undefined,
    readonly onMoved: (moved: Moved) => void,
  ) {
    this.#places = (store.devices ?? []).flatMap(({ id, family, zone }) => {
      const place = family === 'screen' ? zones.find(({ zoneId }) => zoneId === zone) : undefined;
      return place ? [{ screenId: id, polygon: place.polygon }] : [];
    });
    this.#categories = new Map((store.products ?? []).map(({ gtin, category }) => [gtin, category ?? '']));
  }

  /** Nobody reacts: nothing is looked at, and no chance is drawn. */
  get isDull(): boolean {
    return !this.reaction || this.reaction.strength === 0 || this.#places.length === 0;
  }

  /** A screen changes to something; undefined: to nothing that anybody could want. */
  show(screenId: string, about: About | undefined): void {
    if (about && (about.category !== null || about.gtins.length > 0))
      this.#playing.set(screenId, { screenId, about: { category: about.category, gtins: [...about.gtins] } });
    else this.#playing.delete(screenId);
  }

  /** What can be seen from a place. */
  *seenFrom(at: Vec): Iterable<Playing> {
    for (const { screenId, polygon } of this.#places) {
      const playing = this.#playing.get(screenId);
      if (playing && inside(polygon, at)) yield playing;
    }
  }

  isAbout({ category, gtins }: About, gtin: string): boolean {
    return gtins.length > 0 ? gtins.includes(gtin) : category !== null && this.#categories.get(gtin) === category;
  }
}

/** What one shopper has noticed on screens, and what it does to what they take. */
export class Attention {
  readonly #before = new Map<string, { playing: Playing; sinceTs: number; decided: boolean }>();
  #noticed: { playing: Playing; untilTs: number }[] = [];
  #nextTs = 0;

  /** @param random of this shopper's attention alone: what else they do is the same whatever screens show */
  constructor(
    private readonly wall: ScreenWall,
    private readonly random: Random,
  ) {}

  look(at: Vec, ts: number): void {
    if (this.wall.isDull || ts < this.#nextTs) return;
    this.#nextTs = ts + LOOK_MS;
    const seen = new Set<string>();
    for (const playing of this.wall.seenFrom(at)) {
      seen.add(playing.screenId);
      const before = this.#before.get(playing.screenId);
      if (before?.playing !== playing) {
        this.#before.set(playing.screenId, { playing, sinceTs: ts, decided: false });
        continue;
      }
      if (before.decided || ts - before.sinceTs < LEAST_MS) continue;
      before.decided = true;
      const { noticeShare, rememberSeconds } = this.wall.reaction as Reaction;
      if (this.random.chance(noticeShare)) this.#noticed.push({ playing, untilTs: ts + rememberSeconds * 1000 });
    }
    for (const screenId of this.#before.keys()) if (!seen.has(screenId)) this.#before.delete(screenId);
  }

  /**
   * Whether a product is taken that would be with the probability `usual`, and which screen did it where nothing else would have.
   * @param draw uniform in [0, 1), the one that decides without any screen
   */
  takes(gtin: string, usual: number, draw: number, ts: number): { takes: boolean; because?: string } {
    if (draw < usual) return { takes: true };
    if (this.wall.isDull) return { takes: false };
    this.#noticed = this.#noticed.filter(({ untilTs }) => untilTs > ts);
    const last = this.#noticed.findLast(({ playing }) => this.wall.isAbout(playing.about, gtin));
    const { strength } = this.wall.reaction as Reaction;
    return last && draw < Math.min(1, usual * (1 + strength))
      ? { takes: true, because: last.playing.screenId }
      : { takes: false };
  }
}
