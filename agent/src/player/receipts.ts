/** Proof of play, kept in the browser's storage until the agent has it: nothing is lost while the line is down. */
export interface Receipt {
  ts: number;
  decisionId: string;
  contentId: string;
  startedTs: number;
  endedTs: number;
  completed: boolean;
}
type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Most receipts kept; the oldest go first. */
const MOST = 1000;

export class Receipts {
  #open: Receipt | undefined;
  readonly #sending = new Set<string>();

  constructor(
    private readonly storage: Storage,
    private readonly screenId: string,
    private readonly send: (body: string, done: (delivered: boolean) => void) => void,
  ) {
    // A page that went away in the middle of a play ends it at its last sign of life.
    const left = storage.getItem(this.#openKey);
    if (left !== null) {
      this.#open = JSON.parse(left) as Receipt;
      this.end(this.#open.endedTs);
    }
  }

  get #queueKey(): string {
    return `aisle.receipts.${this.screenId}`;
  }
  get #openKey(): string {
    return `aisle.playing.${this.screenId}`;
  }
  #queue(): Receipt[] {
    return JSON.parse(this.storage.getItem(this.#queueKey) ?? '[]') as Receipt[];
  }
  #keep(queue: Receipt[]): void {
    this.storage.setItem(this.#queueKey, JSON.stringify(queue.slice(-MOST)));
  }

  /** The content is on the screen. Times: wall clock, epoch ms. */
  begin(decisionId: string, contentId: string, now: number): void {
    this.#open = { ts: now, decisionId, contentId, startedTs: now, endedTs: now, completed: false };
    this.storage.setItem(this.#openKey, JSON.stringify(this.#open));
    this.#push(this.#open);
  }
  /** It still is. */
  touch(now: number): void {
    if (this.#open) this.storage.setItem(this.#openKey, JSON.stringify({ ...this.#open, endedTs: now }));
  }
  /** It was replaced. */
  end(now: number): void {
    if (!this.#open) return;
    const receipt = { ...this.#open, ts: now, endedTs: now, completed: true };
    this.#open = undefined;
    this.storage.removeItem(this.#openKey);
    this.#push(receipt);
  }

  #push(receipt: Receipt): void {
    this.#keep([...this.#queue(), receipt]);
    this.flush();
  }

  /** Sends what waits; each leaves the queue when the agent has acknowledged it. */
  flush(): void {
    for (const receipt of this.#queue()) {
      const body = JSON.stringify(receipt);
      if (this.#sending.has(body)) continue;
      this.#sending.add(body);
      this.send(body, (delivered) => {
        this.#sending.delete(body);
        if (delivered) this.#keep(this.#queue().filter((waiting) => JSON.stringify(waiting) !== body));
      });
    }
  }
}
