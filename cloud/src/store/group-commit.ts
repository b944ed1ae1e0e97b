interface Waiting<T> {
  items: readonly T[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Commits what arrives while a commit is under way together, in the next one: the cost of reaching the disk is shared,
 * and nobody waits for a timer unless an engine wants its commits apart. A failed commit is tried again packet by packet, so that one bad packet harms only itself.
 */
export class GroupCommit<T> {
  #waiting: Waiting<T>[] = [];
  #running: Promise<void> | undefined;

  constructor(
    private readonly commit: (items: T[]) => Promise<void>,
    /** raising it makes commits fewer and memory peaks higher */
    private readonly maxItems = 8000,
    /** resolves when the next commit may begin: what comes until then is part of it */
    private readonly ready: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Resolves when the items are committed, rejects when they are not. */
  add(items: readonly T[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves once nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // lets every caller of this turn of the event loop come aboard
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.ready();
      const group = this.#take();
      try {
        await this.commit(group.flatMap((entry) => entry.items));
        group.forEach((entry) => entry.resolve());
      } catch (error) {
        if (group.length === 1) group[0]?.reject(error);
        else for (const entry of group) await this.commit([...entry.items]).then(entry.resolve, entry.reject);
      }
    }
    this.#running = undefined;
  }

  #take(): Waiting<T>[] {
    let count = 0;
    let size = 0;
    for (const entry of this.#waiting) {
      if (count > 0 && size + entry.items.length > this.maxItems) break;
      size += entry.items.length;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}
