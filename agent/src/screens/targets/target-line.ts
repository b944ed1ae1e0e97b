import type { Device, DeviceProblem, DeviceStateEvent } from '@aisle/contracts';
import type { Clock, Timer } from '../../ports/clock.js';
import { GrowingPause } from '../../ports/growing-pause.js';
import type { Logger } from '../../ports/logger.js';
import type { Random } from '../../ports/random.js';
import { TargetError, type ScreenInterface, type TargetAsset } from '../../ports/screen-target.js';

export interface TargetLineParts {
  append(event: DeviceStateEvent): void;
  heard(deviceId: string, now: number): void;
  clock: Clock;
  random: Random;
  log: Logger;
}

const PAUSES = { firstPauseMs: 1_000, longestPauseMs: 60_000 };
/** So often it is asked whether it is there and shows what it shall, ms; a device is silent after 30 s. */
const LOOK_MS = 20_000;
/** What was sent ends there by itself so long after the agent was last heard, ms; shorter hurts where the screen's clock is off. */
const LEASE_MS = 3_600_000;

type Wanted = Omit<TargetAsset, 'untilTs'>;

/** One screen of another maker: the newest of what it shall show, one try after the other. */
export class TargetLine {
  /** undefined until something is chosen, or nothing for a while: what an earlier life had sent stays as long */
  #wanted: Wanted | null | undefined;
  #problem: DeviceProblem | undefined;
  #online: boolean | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #next: Timer | undefined;
  #expiry: Timer | undefined;
  #started: Timer | undefined;
  readonly #pause: GrowingPause;
  readonly #ending = new AbortController();

  constructor(
    readonly screen: Device,
    private readonly screenInterface: ScreenInterface,
    private readonly parts: TargetLineParts,
  ) {
    this.#pause = new GrowingPause(parts.random, PAUSES);
    this.#look();
  }

  /** undefined: the last try went well */
  get problem(): DeviceProblem | undefined {
    return this.#problem;
  }

  /** @param expiresTs nothing of ours from then on, unless it is said again; epoch ms */
  show(asset: Wanted | null, expiresTs: number): void {
    const isSame = JSON.stringify(asset) === JSON.stringify(this.#wanted);
    this.#wanted = asset;
    this.#expiry?.cancel();
    const leftMs = Math.max(0, expiresTs - this.parts.clock.now());
    if (asset && Number.isFinite(leftMs)) this.#expiry = this.parts.clock.after(leftMs, () => this.#expired());
    // While it cannot be reached, the pause holds for whatever it shall show.
    if (!isSame && !this.#problem) this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#next?.cancel();
    this.#expiry?.cancel();
    this.#started?.cancel();
    this.#ending.abort();
    await this.#working;
  }

  #expired(): void {
    this.#wanted = null;
    if (!this.#problem) this.#look();
  }

  #look(): void {
    if (this.#stopped) return;
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#next?.cancel();
    this.#working = this.#try().then((waitMs) => {
      this.#working = undefined;
      const isDue = this.#again && !this.#problem;
      this.#again = false;
      if (isDue) this.#look();
      else if (!this.#stopped) this.#next = this.parts.clock.after(waitMs, () => this.#look());
    });
  }

  /** @returns ms until the next one */
  async #try(): Promise<number> {
    const { clock, log } = this.parts;
    const { id, target } = this.screen;
    try {
      const asset = this.#wanted && { ...this.#wanted, untilTs: clock.now() + LEASE_MS };
      if (target) await this.screenInterface.show(target, asset, this.#ending.signal);
      else return LOOK_MS;
      this.#problem = undefined;
      this.#pause.reset();
      this.#tell(true);
      this.parts.heard(id, clock.now());
      if (this.#wanted === undefined) this.#silentStart();
      return LOOK_MS;
    } catch (error) {
      if (this.#stopped) return LOOK_MS;
      // Only what is known to hold no secret: neither the address nor what was answered.
      const { code, status } = error instanceof TargetError ? error : new TargetError('targetRefused', 0);
      const now = clock.now();
      const before = this.#problem?.code === code ? this.#problem : undefined;
      const times = Number(before?.values['times'] ?? 0) + 1;
      this.#problem = { code, values: { times, status }, sinceTs: before?.sinceTs ?? now, lastTs: now };
      this.#tell(code !== 'targetUnreachable');
      const pauseMs = this.#pause.next();
      log.warn(
        { device: id, trouble: code, status, pauseMs },
        'a screen of another maker was not told, and is tried again',
      );
      return pauseMs;
    }
  }

  /** The next look finds what an earlier life left there, and ends it, unless something is chosen first. */
  #silentStart(): void {
    this.#started ||= this.parts.clock.after(LOOK_MS / 2, () => {
      this.#wanted ??= null;
    });
  }

  /** Into the journal, like a device's own word. */
  #tell(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    const now = this.parts.clock.now();
    const base = { deviceId: this.screen.id, ts: now, receivedTs: now, digest: `target@${now}/${online ? 1 : 0}` };
    this.parts.append({ kind: 'deviceState', ...base, state: online ? 'online' : 'offline' });
  }
}
