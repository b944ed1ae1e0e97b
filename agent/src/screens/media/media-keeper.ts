import type { LiveScreen, MediaFile } from '@aisle/contracts';
import type { Clock, Timer } from '../../ports/clock.js';
import { GrowingPause } from '../../ports/growing-pause.js';
import { isDiskFull } from '../../ports/log-files.js';
import type { Logger } from '../../ports/logger.js';
import { MediaError, type MediaDisk, type MediaSource, type MediaTrouble } from '../../ports/media.js';
import type { Random } from '../../ports/random.js';

/** What the disk keeps free for the journal and everybody else, bytes. */
export const LEFT_FREE_BYTES = 256 << 20;
/** A line on which nothing comes for so long is given up, ms; what has come stays. */
const STALL_MS = 30_000;
/** Schedules begin and end by the clock: as often it is looked whether something is needed, ms. */
const LOOK_MS = 60_000;
const PAUSES = { firstPauseMs: 1_000, longestPauseMs: 5 * 60_000 };

export interface MediaKeeperParts {
  /** the most urgent first */
  neededFiles(now: number): MediaFile[];
  disk: MediaDisk;
  source: MediaSource;
  /** what all files together may take, bytes; smaller drops earlier what is not needed now */
  quotaBytes: number;
  leftFreeBytes?: number;
  clock: Clock;
  random: Random;
  log: Logger;
}

interface Waiting {
  pause: GrowingPause;
  /** monotonic ms */
  notBefore: number;
  trouble: MediaTrouble | undefined;
}

/**
 * Brings what screens need onto the disk, one file after the other, the most urgent first; goes on where it broke off. What is
 * needed is never dropped; of the rest, what was needed longest ago goes first, and only when room is needed.
 */
export class MediaKeeper {
  /** Key: SHA-256; value: bytes. */
  readonly #here = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<(sha256: string) => void>();
  #address: string | undefined;
  #working = false;
  #again = false;
  #stopped = true;
  #ending: AbortController | undefined;
  #looks: Timer | undefined;
  #next: Timer | undefined;
  #idle: (() => void) | undefined;

  constructor(private readonly parts: MediaKeeperParts) {}

  async start(): Promise<void> {
    this.#stopped = false;
    for (const { sha256, bytes, partial } of await this.parts.disk.list()) if (!partial) this.#here.set(sha256, bytes);
    this.#looks = this.parts.clock.every(LOOK_MS, () => this.look());
    this.look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#looks?.cancel();
    this.#next?.cancel();
    this.#ending?.abort();
    if (this.#working) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  /** Where the cloud has the files, as it says when it greets; undefined: it has none. */
  from(address: string | undefined): void {
    if (address !== undefined && !/^https?:\/\//.test(address)) {
      this.parts.log.warn({}, 'the cloud names no web address for the files of campaigns');
      return;
    }
    this.#address = address?.replace(/\/+$/, '');
    // A line that is new is tried at once.
    for (const waiting of this.#waiting.values()) {
      waiting.notBefore = 0;
      waiting.pause.reset();
    }
    this.look();
  }

  /** Called with each file that has come. */
  arrived(listener: (sha256: string) => void): void {
    this.#listeners.add(listener);
  }

  has(sha256: string): boolean {
    return this.#here.has(sha256);
  }

  /** How it stands with these files. */
  shown(files: readonly MediaFile[]): NonNullable<LiveScreen['files']> {
    const missing = [...new Map(files.map((file) => [file.sha256, file])).values()].filter(
      ({ sha256 }) => !this.has(sha256),
    );
    return {
      here: new Set(files.map(({ sha256 }) => sha256)).size - missing.length,
      missing: missing.length,
      missingBytes: missing.reduce((sum, { bytes }) => sum + bytes, 0),
      full: missing.some(({ sha256 }) => this.troubleOf(sha256) === 'noRoom'),
    };
  }

  /** Why a file is not here yet; undefined when it is, or is on its way. */
  troubleOf(sha256: string): MediaTrouble | undefined {
    return this.has(sha256) ? undefined : this.#waiting.get(sha256)?.trouble;
  }

  /** Looks at what is needed now, and fetches what is not here. */
  look(): void {
    this.#again = true;
    if (this.#working || this.#stopped) return;
    this.#working = true;
    this.#work().then(
      () => this.#rest(),
      (error: unknown) => {
        this.parts.log.error({ err: String(error) }, 'the files of campaigns could not be looked after');
        this.#rest();
      },
    );
  }

  #rest(): void {
    this.#working = false;
    this.#idle?.();
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      const { clock, disk } = this.parts;
      const now = clock.now();
      const needed = this.parts.neededFiles(now);
      for (const { sha256 } of needed) if (this.has(sha256)) await disk.touch(sha256, now);
      const wanted = new Set(needed.map(({ sha256 }) => sha256));
      for (const sha256 of this.#waiting.keys()) if (!wanted.has(sha256)) this.#waiting.delete(sha256);
      if (this.#address === undefined) return;
      const missing = needed.filter(({ sha256 }) => !this.has(sha256));
      const due = missing.find(({ sha256 }) => (this.#waiting.get(sha256)?.notBefore ?? 0) <= clock.monotonicMs());
      if (due) {
        await this.#get(due, wanted, this.#address);
        this.#again = true;
      } else this.#lookAgain(missing);
    }
  }

  #lookAgain(missing: readonly MediaFile[]): void {
    this.#next?.cancel();
    const soonest = Math.min(...missing.map(({ sha256 }) => this.#waiting.get(sha256)?.notBefore ?? 0));
    if (Number.isFinite(soonest))
      this.#next = this.parts.clock.after(Math.max(1, soonest - this.parts.clock.monotonicMs()), () => this.look());
  }

  async #get(file: MediaFile, needed: ReadonlySet<string>, address: string): Promise<void> {
    const { log } = this.parts;
    const waiting = this.#waitingFor(file.sha256);
    try {
      await this.#makeRoom(file, needed);
      await this.#fetch(file, `${address}/${file.sha256}`);
      this.#here.set(file.sha256, file.bytes);
      this.#waiting.delete(file.sha256);
      log.info({ sha256: file.sha256, bytes: file.bytes }, 'a file of a campaign has come');
      for (const listener of this.#listeners) listener(file.sha256);
    } catch (error) {
      if (this.#stopped) return;
      const trouble = troubleOf(error);
      waiting.trouble = trouble;
      const pauseMs = waiting.pause.next();
      waiting.notBefore = this.parts.clock.monotonicMs() + pauseMs;
      const words = { sha256: file.sha256, bytes: file.bytes, trouble, reason: String(error), pauseMs };
      log.warn(words, 'a file of a campaign has not come; it is tried again');
    }
  }

  #waitingFor(sha256: string): Waiting {
    const known = this.#waiting.get(sha256);
    if (known) return known;
    const waiting = { pause: new GrowingPause(this.parts.random, PAUSES), notBefore: 0, trouble: undefined };
    this.#waiting.set(sha256, waiting);
    return waiting;
  }

  /** @throws MediaError noRoom */
  async #makeRoom(file: MediaFile, needed: ReadonlySet<string>): Promise<void> {
    const { disk, quotaBytes, leftFreeBytes = LEFT_FREE_BYTES } = this.parts;
    const kept = (await disk.list()).sort((a, b) => a.neededTs - b.neededTs);
    const begun = kept.find(({ sha256, partial }) => partial && sha256 === file.sha256)?.bytes ?? 0;
    const more = Math.max(0, file.bytes - begun);
    let used = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    let free = await disk.freeBytes();
    const fits = () => used + more <= quotaBytes && free - more >= leftFreeBytes;
    for (const { sha256, bytes } of kept) {
      if (fits()) return;
      if (needed.has(sha256)) continue;
      await disk.remove(sha256);
      this.#here.delete(sha256);
      used -= bytes;
      free += bytes;
    }
    if (!fits()) throw new MediaError('noRoom', `${more} bytes have no room`);
  }

  async #fetch(file: MediaFile, address: string): Promise<void> {
    const { disk, source, clock } = this.parts;
    const ending = (this.#ending = new AbortController());
    let stalled = false;
    const stall = () =>
      clock.after(STALL_MS, () => {
        stalled = true;
        ending.abort();
      });
    const part = await disk.part(file.sha256);
    let open = true;
    let timer = stall();
    const alive = () => {
      timer.cancel();
      timer = stall();
    };
    try {
      if (part.bytes > file.bytes) await part.restart(undefined);
      if (part.bytes < file.bytes) {
        const answer = await source.fetch(address, part.bytes, part.tag, ending.signal);
        if (answer.from === 0) await part.restart(answer.tag);
        for await (const chunk of answer.body) {
          alive();
          if (part.bytes + chunk.length > file.bytes) {
            await part.restart(undefined);
            throw new MediaError('otherBytes', 'more came than the file has');
          }
          await part.write(chunk);
        }
      }
      if (part.bytes < file.bytes) throw new MediaError('unreachable', 'the line ended before the file did');
      open = false;
      if (!(await part.finish())) throw new MediaError('otherBytes', 'its SHA-256 is another');
    } catch (error) {
      throw stalled ? new MediaError('stalled', `nothing came for ${STALL_MS} ms`) : error;
    } finally {
      timer.cancel();
      if (open) await part.close().catch(() => undefined);
      ending.abort();
    }
  }
}

const troubleOf = (error: unknown): MediaTrouble =>
  error instanceof MediaError ? error.code : isDiskFull(error) ? 'noRoom' : 'unreachable';
