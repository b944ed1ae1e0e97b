import type { Clock, Timer } from '../ports/clock.js';
import {
  type FrameRun,
  readAddress,
  shownAddress,
  type FrameSource,
  type StreamAddress,
} from '../ports/frame-source.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import { GrowingPause, type PauseOptions } from '../ports/growing-pause.js';
import { RunsInTurn } from '../ports/runs-in-turn.js';

export type StreamState = 'connecting' | 'running' | 'waiting';

export interface StreamEvents {
  /** @param ts event time, epoch ms: of arrival, or start plus position of a recording */
  frame(picture: Uint8Array, ts: number): void;
  changed(state: StreamState, reason: string): void;
}

export interface StreamOptions extends PauseOptions {
  /** without a picture for so long a stream is cut and begun again, ms. Raising it bridges slow networks and shows failures later */
  stallMs?: number;
  /** a stream that has given pictures for so long counts as well again: the next pause is the first, ms */
  wellAfterMs?: number;
}

/** Keeps one camera's stream going: begins it, sees it stall or end, waits a growing and jittered pause, begins again. */
export class StreamKeeper {
  readonly #runs: RunsInTurn;
  #state: StreamState | undefined;
  #reason = '';
  readonly #tries: GrowingPause;
  #lastFrameMs = 0;
  #runningSinceMs: number | undefined;
  #watcher: Timer | undefined;
  #startTs: number | undefined;

  constructor(
    private readonly stream: StreamAddress,
    private readonly source: FrameSource,
    private readonly events: StreamEvents,
    private readonly clock: Clock,
    random: Random,
    private readonly log: Logger,
    private readonly options: StreamOptions = {},
  ) {
    this.#tries = new GrowingPause(random, options);
    this.#runs = new RunsInTurn(clock);
  }

  get state(): StreamState {
    return this.#state ?? 'connecting';
  }
  /** Why it is not running, in words without address or password. */
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
    try {
      this.#runs.begin((mine) => this.#open(mine));
    } catch (error) {
      this.#lost((error as Error).message);
    }
  }

  #open(mine: () => boolean): FrameRun {
    this.#lastFrameMs = this.clock.monotonicMs();
    this.#runningSinceMs = this.#startTs = undefined;
    this.#set('connecting', this.#reason);
    const stallMs = this.options.stallMs ?? 10_000;
    this.#watcher = this.clock.every(stallMs / 4, () => {
      if (mine() && this.clock.monotonicMs() - this.#lastFrameMs >= stallMs)
        this.#lost(`no picture for ${Math.round(stallMs / 1000)} s`);
    });
    const { loop } = readAddress(this.stream.url);
    return this.source.open(this.stream, {
      frame: (picture, positionMs) => {
        if (mine()) this.#frame(picture, positionMs);
      },
      ended: ({ finished, reason }) => {
        if (!mine()) return;
        if (finished) this.#finished(loop);
        else this.#lost(reason);
      },
    });
  }

  #frame(picture: Uint8Array, positionMs: number | null): void {
    const nowMs = this.clock.monotonicMs();
    this.#lastFrameMs = nowMs;
    this.#runningSinceMs ??= nowMs;
    if (nowMs - this.#runningSinceMs >= (this.options.wellAfterMs ?? 30_000)) this.#tries.reset();
    this.#set('running', '');
    const now = this.clock.now();
    this.#startTs ??= now - (positionMs ?? 0);
    this.events.frame(picture, positionMs === null ? now : this.#startTs + Math.round(positionMs));
  }

  /** A recording is played once, or again and again, but not more often than every second. */
  #finished(loop: boolean): void {
    const since = this.#runningSinceMs;
    this.#end();
    if (loop && since !== undefined) {
      const ranMs = this.clock.monotonicMs() - since;
      this.#runs.after(Math.max(0, 1000 - ranMs), () => this.#begin());
    } else this.#set('waiting', since === undefined ? 'the recording holds no picture' : 'the recording has ended');
  }

  /** Cut, and again after a pause. */
  #lost(reason: string): void {
    this.#end();
    const pauseMs = this.#tries.next();
    this.log.warn({ stream: shownAddress(this.stream.url), reason, pauseMs }, 'a stream is lost, and tried again');
    this.#set('waiting', reason);
    this.#runs.after(pauseMs, () => this.#begin());
  }

  #end(): void {
    this.#watcher?.cancel();
    this.#runs.end();
  }

  #set(state: StreamState, reason: string): void {
    const changed = state !== this.#state;
    this.#state = state;
    this.#reason = reason;
    if (changed && !this.#runs.isStopped) this.events.changed(state, reason);
  }
}
