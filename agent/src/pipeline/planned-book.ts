import type { JournalEntry } from '../journal/record.js';
import type { StatePart } from '../journal/state-part.js';
import type { PlannedVersion } from './timetable.js';

/** Versions of the store file that are known and not yet in force, as the journal says. */
export class PlannedBook implements StatePart {
  readonly name = 'planned';
  #plans: PlannedVersion[] = [];

  /** In the order of their times. */
  list(): readonly PlannedVersion[] {
    return this.#plans;
  }

  apply({ event }: JournalEntry): void {
    if (event.kind === 'configured') {
      const from = event.validFrom ?? event.ts;
      this.#plans = this.#plans.filter(
        ({ version, validFrom }) => version > event.version || (version < event.version && validFrom < from),
      );
    }
    if (event.kind !== 'planned') return;
    const { version, validFrom, storeFile } = event;
    const kept = this.#plans.filter((plan) =>
      plan.version < version ? plan.validFrom < validFrom : plan.version !== version,
    );
    // An older one that is told late may have been overtaken already.
    const overtaken = kept.some((plan) => plan.version > version && plan.validFrom <= validFrom);
    this.#plans = overtaken ? kept : [...kept, { version, validFrom, storeFile }];
    this.#plans.sort((a, b) => a.validFrom - b.validFrom);
  }

  save(): unknown {
    return this.#plans;
  }
  restore(data: unknown): void {
    this.#plans = data as PlannedVersion[];
  }
}
