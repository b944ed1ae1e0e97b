/**
 * Who wants to hear of something: any number of parties, told in the order in which they came. One that fails harms only itself:
 * the others are told all the same, and `failed` hears of it.
 */
export class Listeners<Told extends readonly unknown[] = []> {
  readonly #listeners: ((...told: Told) => void)[] = [];

  /** @param failed told of what a listener threw; it must not throw */
  constructor(private readonly failed: (error: unknown) => void) {}

  get size(): number {
    return this.#listeners.length;
  }

  /** Returns how to leave again. */
  add(listener: (...told: Told) => void): () => void {
    // The same function may be given twice, and leaves once for each.
    const own = (...told: Told) => listener(...told);
    this.#listeners.push(own);
    return () => {
      const at = this.#listeners.indexOf(own);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  tell(...told: Told): void {
    // Who comes or leaves meanwhile is not met half-way.
    for (const listener of [...this.#listeners]) {
      try {
        listener(...told);
      } catch (error) {
        this.failed(error);
      }
    }
  }
}
