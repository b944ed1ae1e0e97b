import type { StoreFile } from '@aisle/contracts';
import type { Random } from '../random.js';
import type { Stated } from './minute-sums.js';

/** A screen changes what it shows so often, on average: as the twin's own screens do, of which most wait until somebody comes. */
const PLAY = { mean: 75, variation: 0.5, leastMs: 8_000 };
const NEAREST = 2;

/** What every screen showed, each with the decision behind it. */
export class Screens {
  private readonly next: number[];

  constructor(
    private readonly screens: readonly string[],
    private readonly content: NonNullable<StoreFile['content']>,
    private readonly random: Random,
    startTs: number,
  ) {
    this.next = screens.map(() => startTs + random.integer(0, 40_000));
  }

  /** Plays that begin before `until`, one after another. */
  play(from: number, until: number): Stated[] {
    if (this.content.length === 0) return [];
    const stated: Stated[] = [];
    this.screens.forEach((screenId, at) => {
      let startedTs = Math.max(this.next[at] as number, from);
      while (startedTs < until) {
        const ms = Math.max(PLAY.leastMs, Math.round(this.random.logNormal(PLAY.mean, PLAY.variation) * 1000));
        stated.push(...this.one(screenId, startedTs, startedTs + ms));
        startedTs += ms;
      }
      this.next[at] = startedTs;
    });
    return stated;
  }

  private one(screenId: string, startedTs: number, endedTs: number): Stated[] {
    const { id: contentId, category = null } = this.random.pick(this.content);
    const decisionId = `${screenId}-${startedTs}`;
    const seconds = this.random.integer(3, 90);
    const why = category === null ? { code: 'welcome', values: {} } : { code: 'dwell', values: { category, seconds } };
    const reason =
      category === null
        ? 'nobody has stopped at a category yet'
        : `the audience has spent ${seconds} s at ${category}, longer than elsewhere`;
    // a past of weeks has a hundred thousand of these: of what was not chosen the two that came nearest are told
    const others = this.content.filter((item) => item.id !== contentId);
    const first = others.length > 0 ? this.random.integer(0, others.length - 1) : 0;
    const nearest = others.slice(first).concat(others.slice(0, first)).slice(0, NEAREST);
    const candidates = [
      { contentId, category, dwellSeconds: category === null ? 0 : seconds },
      ...nearest.map((item) => ({
        contentId: item.id,
        category: item.category ?? null,
        dwellSeconds: category === null || item.category === undefined ? 0 : this.random.integer(0, seconds - 1),
      })),
    ];
    const probabilityMicro = 900_000;
    return [
      {
        kind: 'decision',
        subject: decisionId,
        ts: startedTs - 200,
        value: { screenId, contentId, category, reason, why, probabilityMicro, heldOut: false, candidates },
      },
      {
        kind: 'play',
        subject: `${decisionId}@${startedTs}`,
        ts: startedTs,
        value: { screenId, decisionId, contentId, startedTs, endedTs, completed: true },
      },
    ];
  }
}
