import type { Clock } from '../ports.js';

const TIMEOUT_MS = 10_000;
const PAUSE_MS = 500;

/** Posts sales to the cloud's REST interface, one after the other, each until it was taken: none is ever lost. */
export class RestSales {
  private readonly waiting: string[] = [];
  private posting: Promise<void> | undefined;
  private stopping = false;
  taken = 0;
  /** what the cloud would not take, in its own words */
  readonly refused: string[] = [];

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly clock: Clock,
  ) {}

  post(sale: string): void {
    this.waiting.push(sale);
    this.posting ??= this.work().finally(() => (this.posting = undefined));
  }

  /** Resolves to whether all of them were taken within the time. */
  async drained(withinMs: number): Promise<boolean> {
    const latestMs = this.clock.nowMs() + withinMs;
    while (this.waiting.length > 0 && this.clock.nowMs() < latestMs) await this.clock.sleep(50);
    this.stopping = true;
    return this.waiting.length === 0;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0 && !this.stopping) {
      const sale = this.waiting[0] as string;
      try {
        const response = await fetch(this.url, {
          method: 'POST',
          headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
          body: sale,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
        if (response.ok) this.taken += 1;
        else this.refused.push(`${response.status} ${(await response.text()).slice(0, 200)}`);
        this.waiting.shift();
      } catch {
        await this.clock.sleep(PAUSE_MS);
      }
    }
  }
}
