import type { JournalEntry } from '../journal/record.js';
import type { StatePart } from '../journal/state-part.js';

/** Which generation facts are stated in, as the journal says: it rises with every recomputation. */
export class Generations implements StatePart {
  readonly name = 'generations';
  #current = 1;
  /** promised to a recomputation that is on its way through the journal */
  #promised = 1;

  /** Of the next recomputation; never the same twice. */
  next(): number {
    this.#promised = Math.max(this.#promised, this.#current) + 1;
    return this.#promised;
  }

  apply({ event }: JournalEntry): void {
    if (event.kind === 'recomputed') this.#current = Math.max(this.#current, event.generation);
  }
  save(): unknown {
    return this.#current;
  }
  restore(data: unknown): void {
    this.#current = data as number;
  }
}
