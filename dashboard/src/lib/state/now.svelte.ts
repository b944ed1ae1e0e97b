/** The wall clock as the pages read it, moved on once in a while so that "3 min ago" stays true. */
export class Now {
  readonly #everyMs: number;
  #ms = $state(Date.now());

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }
  /** epoch ms, at most `everyMs` old */
  get ms(): number {
    return this.#ms;
  }
  /** epoch ms, exact */
  exact(): number {
    return Date.now();
  }
  start(): () => void {
    const timer = setInterval(() => (this.#ms = Date.now()), this.#everyMs);
    return () => clearInterval(timer);
  }
}
