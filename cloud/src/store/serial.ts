/** Runs tasks one after another, in the order in which they were given. */
export class Serial {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves once everything given so far has ended. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
