/** Work that one process at a time does, however many there are. */
export interface Leases {
  /**
   * Begins `work` when `name` is this process's, and again whenever it becomes so anew; `lost` fires when it no longer is. Resolves to
   * what gives it up.
   */
  hold(name: string, work: (lost: AbortSignal) => Promise<void>): { release(): Promise<void> };
}

/** The only process there is holds everything. */
export const soleLeases: Leases = {
  hold(_name, work) {
    const lost = new AbortController();
    const done = work(lost.signal);
    return {
      release: async () => {
        lost.abort();
        await done;
      },
    };
  },
};
