import type { ConfiguredEvent } from '@aisle/contracts';
import type { PlannedVersion } from '../domain/core/versions.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

export interface TimetableParts {
  /** in the order of their times; those that newer ones have taken the place of are gone */
  planned(): readonly PlannedVersion[];
  /** the version in force, 0 for none */
  inForce(): number;
  append(event: ConfiguredEvent, done: () => void): void;
  clock: Clock;
  log: Logger;
}

/**
 * Timers end early at a wait of 25 days, and know nothing of a wall clock that is set: so the clock is looked at as often as this
 * while a version is planned, ms. Raising it lets a version come late by so much after the clock was set forward.
 */
const LOOK_MS = 60_000;

/**
 * Versions of the store file come into force by themselves: at their time by the wall clock, or as soon as the agent runs again.
 * The journal is told, and everything follows from there. Needs no cloud.
 */
export class Timetable {
  /** on their way through the journal */
  readonly #entering = new Set<number>();
  #timer: Timer | undefined;
  #timerFor = NaN;
  #running = false;

  constructor(private readonly parts: TimetableParts) {}

  /** What fell due while the agent was off comes into force now. */
  start(): void {
    this.#running = true;
    this.look();
  }
  stop(): void {
    this.#running = false;
    this.#rest();
  }

  /** Something was journaled: there may be another plan, or its time may have come. */
  look(): void {
    if (!this.#running) return;
    const { planned, inForce, clock } = this.parts;
    for (const plan of planned()) {
      if (plan.version <= inForce() || this.#entering.has(plan.version)) continue;
      const now = clock.now();
      if (plan.validFrom > now) return this.#wait(plan, now);
      this.#enter(plan, now);
    }
    this.#rest();
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait({ validFrom }: PlannedVersion, now: number): void {
    if (this.#timer && this.#timerFor === validFrom) return;
    this.#rest();
    this.#timerFor = validFrom;
    this.#timer = this.parts.clock.after(Math.min(validFrom - now, LOOK_MS), () => {
      this.#timer = undefined;
      this.look();
    });
  }

  #enter({ version, validFrom, storeFile }: PlannedVersion, ts: number): void {
    const { append, log } = this.parts;
    this.#entering.add(version);
    log.info({ version, validFrom }, 'a planned version of the store file comes into force');
    append({ kind: 'configured', ts, version, storeFile, validFrom }, () => this.#entering.delete(version));
  }
}
