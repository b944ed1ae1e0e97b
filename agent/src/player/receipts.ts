import type { Shelf } from './shelf.js';

/** Proof of play, kept in the browser until the agent has it: nothing is lost while the line is down. Body of `screen/play`. */
export interface Receipt {
  ts: number;
  decisionId: string;
  contentId: string;
  startedTs: number;
  endedTs: number;
  completed: boolean;
  outcome?: 'completed' | 'cut' | 'failed';
  /** of a failed one: why, as a code */
  trouble?: string;
  /** the player's clock minus the agent's, ms, where it is known */
  clockOffMs?: number;
}
interface Open {
  receipt: Receipt;
  /** from then on it has played to its end */
  leastMs: number;
}

const WAITS = 'receipt:';
const OPEN = 'playing';
/** Some weeks without an agent. Beyond it the oldest go, and that is counted and told. */
const MOST = 50_000;
/** Sent and not acknowledged at a time: more would only wait in the agent's broker. */
const MOST_UNDER_WAY = 50;

/**
 * Each play is written down twice, when it is rendered and when it ends, each time before it is sent, and sent until the agent has
 * acknowledged it: the same bytes each time, which the agent counts once.
 */
export class Receipts {
  #open: Open | undefined;
  #next = 0;
  /** keys of what waits, the oldest first */
  #queue: string[] = [];
  #work: Promise<void> = Promise.resolve();
  readonly #sending = new Set<string>();
  /** what the browser would not keep: sent all the same, and gone if the page goes before */
  readonly #unkept = new Map<string, string>();
  /** receipts that had no room any more */
  dropped = 0;

  constructor(
    private readonly shelf: Shelf,
    private readonly send: (body: string, done: (delivered: boolean) => void) => void,
    private readonly clockOffMs: () => number | null,
    private readonly most = MOST,
  ) {}

  /** Takes up what an earlier life of the page left: a play in the middle of which it went away was cut at its last sign of life. */
  async load(older: readonly Receipt[] = []): Promise<void> {
    this.#queue = await this.shelf.keys(WAITS);
    this.#next = Number(this.#queue.at(-1)?.slice(WAITS.length) ?? -1) + 1;
    const left = (await this.shelf.get(OPEN)) as Open | undefined;
    const cut = left && { ...left.receipt, completed: false, outcome: 'cut' as const };
    await this.#keep([...older, ...(cut ? [cut] : [])], null);
  }

  /** Receipts that the agent does not have. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * The content is on the screen, and what was there before no longer. Times: wall clock, epoch ms.
   * @param leastMs from so long on it counts as completed
   */
  begin(decisionId: string, contentId: string, now: number, leastMs: number): void {
    const off = this.clockOffMs();
    const ended = this.#ended(now, false);
    const receipt = {
      ...{ ts: now, decisionId, contentId, startedTs: now, endedTs: now, completed: false },
      ...(off !== null && { clockOffMs: off }),
    };
    const open = (this.#open = { receipt, leastMs });
    this.#do(() => this.#keep([...(ended ? [ended] : []), receipt], open));
  }
  /** It still is. */
  touch(now: number): void {
    const open = this.#open;
    if (!open) return;
    const alive = { ...open, receipt: { ...open.receipt, ts: now, endedTs: now } };
    this.#do(async () => {
      if (this.#open === open) await this.shelf.set(OPEN, alive).catch(() => undefined);
    });
  }
  /** Nothing that counts is on the screen any more. */
  end(now: number, cut = false): void {
    const ended = this.#ended(now, cut);
    if (ended) this.#do(() => this.#keep([ended], null));
  }
  /** It could not be shown. */
  failed(decisionId: string, contentId: string, trouble: string, now: number): void {
    const times = { ts: now, startedTs: now, endedTs: now };
    this.#do(() => this.#keep([{ ...times, decisionId, contentId, completed: false, outcome: 'failed', trouble }]));
  }

  #ended(now: number, cut: boolean): Receipt | undefined {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return undefined;
    const completed = !cut && now - open.receipt.startedTs >= open.leastMs;
    return {
      ...open.receipt,
      ...{ ts: now, endedTs: Math.max(now, open.receipt.startedTs), completed },
      outcome: completed ? 'completed' : 'cut',
    };
  }

  /** One after the other, as they happened. */
  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => console.error('a receipt was not kept', error));
  }
  /** Comes back once all that has happened is kept. */
  settled(): Promise<void> {
    return this.#work;
  }

  /**
   * All of it or nothing: a power cut between the end of one play and the beginning of the next would otherwise leave one with two
   * ends. @param open what is on the screen from now on; null: nothing; left out: what was
   */
  async #keep(receipts: readonly Receipt[], open?: Open | null): Promise<void> {
    const written = receipts.map((receipt): [string, string] => {
      const key = `${WAITS}${String(this.#next).padStart(12, '0')}`;
      this.#next += 1;
      return [key, JSON.stringify(receipt)];
    });
    await this.shelf.change([...written, ...(open === undefined ? [] : [[OPEN, open] as const])]).catch(() => {
      for (const [key, body] of written) this.#unkept.set(key, body);
    });
    this.#queue.push(...written.map(([key]) => key));
    while (this.#queue.length > this.most) {
      await this.#gone(this.#queue[0] as string);
      this.dropped += 1;
    }
    await this.#deliver();
  }

  /** Sends what waits, the oldest first; each leaves the queue when the agent has acknowledged it. */
  flush(): void {
    this.#do(() => this.#deliver());
  }

  async #deliver(): Promise<void> {
    for (const key of this.#queue) {
      if (this.#sending.size >= MOST_UNDER_WAY) return;
      if (this.#sending.has(key)) continue;
      this.#sending.add(key);
      const body = this.#unkept.get(key) ?? (await this.shelf.get(key).catch(() => undefined));
      if (typeof body !== 'string') {
        this.#sending.delete(key);
        continue;
      }
      this.send(body, (delivered) => {
        if (!delivered) this.#sending.delete(key);
        else this.#do(() => this.#gone(key).then(() => this.#deliver()));
      });
    }
  }

  async #gone(key: string): Promise<void> {
    this.#unkept.delete(key);
    this.#queue = this.#queue.filter((one) => one !== key);
    await this.shelf.delete(key).catch(() => undefined);
    this.#sending.delete(key);
  }
}
