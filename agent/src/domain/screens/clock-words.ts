/** Clocks that are further apart do not agree (SEMANTICS §25), ms. */
const AGREE_WITHIN_MS = 1_000;
/** What lies further back than this, or ahead of it, is a replay: its devices are taken at their word. */
const REPLAY_MS = 3_600_000;
/** A clock that is behind looks like a slow line: only so many messages that are all late alike are a clock. */
const ALIKE_MS = 500;
const MESSAGES = { camera: 8, screen: 3 } as const;

/**
 * What the messages of devices say of their clocks: arrival − time is how far a clock is behind, and a delay that is never negative.
 * A consequence of journaled events; of each device the newest few are kept.
 */
export class ClockWords {
  readonly #offsets = new Map<string, number[]>();

  heard(deviceId: string, family: keyof typeof MESSAGES, ts: number, receivedTs: number): void {
    const known = this.#offsets.get(deviceId) ?? [];
    if (known.length === 0) this.#offsets.set(deviceId, known);
    known.push(receivedTs - ts);
    if (known.length > MESSAGES[family]) known.shift();
  }

  /** Whether nothing says that two clocks are more than a second apart. */
  agree(cameraId: string, screenId: string): boolean {
    return Math.abs(this.#behind(cameraId, 'camera') - this.#behind(screenId, 'screen')) <= AGREE_WITHIN_MS;
  }

  /** How far a clock is shown to be behind, ms; negative: ahead. 0 while nothing shows it. */
  #behind(deviceId: string, family: keyof typeof MESSAGES): number {
    const offsets = this.#offsets.get(deviceId) ?? [];
    const newest = offsets.at(-1);
    if (newest === undefined || Math.abs(newest) > REPLAY_MS) return 0;
    const least = Math.min(...offsets);
    // earlier than its own time nothing arrives
    if (least < -AGREE_WITHIN_MS) return least;
    return offsets.length >= MESSAGES[family] && Math.max(...offsets) - least <= ALIKE_MS ? least : 0;
  }

  save(): [string, number[]][] {
    return structuredClone([...this.#offsets]);
  }

  restore(saved: [string, number[]][]): void {
    for (const [deviceId, offsets] of saved) this.#offsets.set(deviceId, [...offsets]);
  }
}
