import { Type, type Static } from '@sinclair/typebox';
import type { LiveScreen } from '@aisle/contracts';
import type { Clock } from '../../ports/clock.js';

const Whole = (maximum: number) => Type.Integer({ minimum: 0, maximum });
/** Body of `POST /player/SCREEN/report`. */
export const PlayerReport = Type.Object({
  width: Whole(100_000),
  height: Whole(100_000),
  /** the player's clock minus this agent's, ms, as the player has found; null before it knows */
  clockOffMs: Type.Union([Type.Integer(), Type.Null()]),
  /** what the browser lets the page keep beside what it holds */
  freeBytes: Type.Union([Whole(Number.MAX_SAFE_INTEGER), Type.Null()]),
  /** files that it holds itself */
  here: Whole(1_000_000),
  /** receipts of plays that the agent does not have yet */
  waiting: Type.Optional(Whole(10_000_000)),
  /** receipts that had no room, or could not be kept, since the page was opened */
  dropped: Type.Optional(Whole(10_000_000)),
});
export type PlayerReport = Static<typeof PlayerReport>;

/** A player that has said nothing for so long is not spoken of, ms. */
const STALE_MS = 120_000;

/** What players last said of themselves: in memory only, as it is said again soon. */
export class PlayerReports {
  readonly #last = new Map<string, { report: PlayerReport; at: number }>();

  constructor(private readonly clock: Clock) {}

  take(screenId: string, report: PlayerReport): void {
    this.#last.set(screenId, { report, at: this.clock.monotonicMs() });
  }

  of(screenId: string): LiveScreen['player'] {
    const last = this.#last.get(screenId);
    if (!last || this.clock.monotonicMs() - last.at > STALE_MS) return undefined;
    const { clockOffMs, ...more } = last.report;
    // Until it knows how its clock goes, nothing is said of it.
    return clockOffMs === null ? undefined : { ...more, clockOffMs };
  }
}
