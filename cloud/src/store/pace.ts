import type { Clock } from '../ports/clock.js';

export interface PaceClock {
  /** monotonic, ms */
  monotonicMs?: (() => number) | undefined;
  after?: Clock['after'] | undefined;
}

/** After a commit of few rows the next one begins so much later at the soonest; each row of it adds a little, up to the most. */
const LEAST_MS = 25;
const MOST_MS = 100;
const MS_PER_ROW = 0.25;

/**
 * How soon one commit may follow another. Each costs some 3.5 ms of processor time however little it holds: made as fast as they
 * can be, those of a thousand shops take a third of a core; ten a second take a twentieth. What comes after a silence waits for nothing, of few shops hardly
 * anything does.
 */
export class Pace {
  #nextMs = -Infinity;

  /** @param clock left out, or only half of one: no commit waits */
  constructor(private readonly clock: PaceClock) {}

  /** Resolves when a commit may begin. */
  async next(): Promise<void> {
    const { monotonicMs, after } = this.clock;
    if (!monotonicMs || !after) return;
    // another one may have begun meanwhile
    for (let ms = this.#nextMs - monotonicMs(); ms > 0; ms = this.#nextMs - monotonicMs())
      await new Promise<void>((resolve) => after(Math.ceil(ms), resolve));
  }

  /** A commit begins. */
  began(rows: number): void {
    this.#nextMs = (this.clock.monotonicMs?.() ?? 0) + Math.min(MOST_MS, LEAST_MS + rows * MS_PER_ROW);
  }
}
