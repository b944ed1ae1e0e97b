import { isSame, type Device, type DomainEvent } from '@aisle/contracts';
import type { Clock } from '../ports/clock.js';
import type { FrameSource } from '../ports/frame-source.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import { StreamKeeper, type StreamOptions, type StreamState } from './stream-keeper.js';

/** Pictures a second where the store file does not say. */
export const DEFAULT_FRAMES_PER_SECOND = 5;

export interface StreamsParts {
  append(event: DomainEvent): void;
  heard(deviceId: string, now: number): void;
  source: FrameSource;
  clock: Clock;
  random: Random;
  log: Logger;
}

interface Kept {
  keeper: StreamKeeper;
  /** the stream's entry in the store file: another one means another stream */
  entry: NonNullable<Device['stream']>;
  /** what the journal was last told */
  online: boolean | undefined;
  /** event time of the newest picture, epoch ms */
  lastTs: number;
}

/** The streams of the store file in force: begun, replaced and ended with it. Key: camera id. */
export class Streams {
  readonly #kept = new Map<string, Kept>();
  readonly #ending = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    private readonly parts: StreamsParts,
    private readonly frame: (cameraId: string, picture: Uint8Array, ts: number) => void,
    private readonly options: StreamOptions = {},
  ) {}

  configured(cameras: readonly Device[]): void {
    if (this.#stopped) return;
    const wanted = new Map(cameras.flatMap((camera) => (camera.stream ? [[camera.id, camera.stream] as const] : [])));
    for (const [id, kept] of this.#kept)
      if (!isSame(wanted.get(id), kept.entry))
        this.#remove(
          id,
          kept,
          cameras.some((camera) => camera.id === id),
        );
    for (const [id, stream] of wanted) if (!this.#kept.has(id)) this.#add(id, stream);
  }

  stateOf(cameraId: string): { state: StreamState; reason: string } | undefined {
    const keeper = this.#kept.get(cameraId)?.keeper;
    return keeper && { state: keeper.state, reason: keeper.reason };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const [id, kept] of this.#kept) this.#remove(id, kept, false);
    await Promise.all(this.#ending);
  }

  #add(id: string, stream: NonNullable<Device['stream']>): void {
    const { source, clock, random, log } = this.parts;
    const address = { url: stream.url, framesPerSecond: stream.framesPerSecond ?? DEFAULT_FRAMES_PER_SECOND };
    const kept: Kept = {
      entry: stream,
      online: undefined,
      lastTs: 0,
      keeper: new StreamKeeper(
        address,
        source,
        {
          frame: (picture, ts) => {
            kept.lastTs = ts;
            this.parts.heard(id, clock.now());
            this.frame(id, picture, ts);
          },
          // A camera that is being tried again is as blind as one that waits for it.
          changed: (state) => {
            if (state === 'running') this.#tell(id, kept, true);
            else if (state === 'waiting') this.#tell(id, kept, false);
          },
        },
        clock,
        random,
        log,
        this.options,
      ),
    };
    this.#kept.set(id, kept);
    kept.keeper.start();
  }

  #remove(id: string, kept: Kept, tell: boolean): void {
    this.#kept.delete(id);
    if (tell) this.#tell(id, kept, false);
    const ending = kept.keeper.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /** Into the journal, so that coverage follows, also when history is computed again. */
  #tell(id: string, kept: Kept, online: boolean): void {
    if (kept.online === online) return;
    kept.online = online;
    const now = this.parts.clock.now();
    const ts = Math.max(now, kept.lastTs);
    this.parts.append({
      kind: 'deviceState',
      deviceId: id,
      ts,
      receivedTs: now,
      digest: `stream@${ts}/${online ? 1 : 0}`,
      state: online ? 'online' : 'offline',
    });
  }
}
