import type { BleScanner, RadioAdvert } from '../../ports/ble-scanner.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Random } from '../../ports/random.js';
import { GrowingPause, type PauseOptions } from '../../ports/growing-pause.js';
import { RunsInTurn } from '../../ports/runs-in-turn.js';

export type RadioState = 'connecting' | 'scanning' | 'waiting';

export interface RadioEvents {
  advert(advert: RadioAdvert): void;
  changed(state: RadioState, adapter: string): void;
}

export interface RadioOptions extends PauseOptions {
  /** a scan that has lasted so long counts as well again: the next pause is the first, ms */
  wellAfterMs?: number;
  /** scanning without a single advertisement for so long, the scan is begun anew: radios fall asleep. Not shown as a failure, ms */
  quietMs?: number;
}

/** Keeps one radio listening: begins, sees it end or fall asleep, waits a growing and jittered pause, begins again. */
export class RadioKeeper {
  readonly #runs: RunsInTurn;
  #state: RadioState = 'connecting';
  #reason = '';
  #adapter = '';
  readonly #tries: GrowingPause;
  #sinceMs = 0;
  #heardMs = 0;
  #watcher: Timer | undefined;

  constructor(
    private readonly address: string | undefined,
    private readonly scanner: BleScanner,
    private readonly events: RadioEvents,
    private readonly clock: Clock,
    random: Random,
    private readonly log: Logger,
    private readonly options: RadioOptions = {},
  ) {
    this.#tries = new GrowingPause(random, options);
    this.#runs = new RunsInTurn(clock);
  }

  get state(): RadioState {
    return this.#state;
  }
  /** Why it does not listen, in words. */
  get reason(): string {
    return this.#reason;
  }

  start(): void {
    this.#begin();
  }

  /** Comes back when nothing of it is left. */
  async stop(): Promise<void> {
    this.#watcher?.cancel();
    await this.#runs.stop();
  }

  #begin(): void {
    this.#runs.begin((mine) =>
      this.scanner.open(this.address, {
        scanning: ({ name }) => {
          if (mine()) this.#scanning(name);
        },
        advert: (advert) => {
          if (!mine()) return;
          this.#heardMs = this.clock.monotonicMs();
          this.events.advert(advert);
        },
        lost: (reason) => {
          if (mine()) this.#lost(reason);
        },
      }),
    );
  }

  #scanning(name: string): void {
    this.#sinceMs = this.#heardMs = this.clock.monotonicMs();
    this.#adapter = name;
    this.log.info({ adapter: name }, 'the radio listens');
    this.#set('scanning', '');
    const quietMs = this.options.quietMs ?? 120_000;
    this.#watcher?.cancel();
    this.#watcher = this.clock.every(quietMs / 4, () => {
      const nowMs = this.clock.monotonicMs();
      if (nowMs - this.#sinceMs >= (this.options.wellAfterMs ?? 30_000)) this.#tries.reset();
      if (nowMs - this.#heardMs < quietMs) return;
      this.log.info({ adapter: name }, 'the radio has heard nothing for a while: its scan begins anew');
      this.#end();
      void this.#runs.ended.then(() => this.#begin());
    });
  }

  #lost(reason: string): void {
    const wellMs = this.options.wellAfterMs ?? 30_000;
    if (this.#state === 'scanning' && this.clock.monotonicMs() - this.#sinceMs >= wellMs) this.#tries.reset();
    this.#end();
    const pauseMs = this.#tries.next();
    this.log.warn({ reason, pauseMs }, 'the radio does not listen, and is tried again');
    this.#set('waiting', reason);
    this.#runs.after(pauseMs, () => void this.#runs.ended.then(() => this.#begin()));
  }

  #end(): void {
    this.#watcher?.cancel();
    this.#runs.end();
  }

  #set(state: RadioState, reason: string): void {
    const changed = state !== this.#state;
    this.#state = state;
    this.#reason = reason;
    if (changed && !this.#runs.isStopped) this.events.changed(state, this.#adapter);
  }
}
