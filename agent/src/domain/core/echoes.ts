import { minuteOf, type DomainEvent } from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';
import type { WindowKind, WindowStore } from './window-store.js';

/**
 * One message in so many is remembered for good. A buffer that is sent again comes in its old order, so of the ten messages
 * in a row that would begin a clock epoch at least two are known; remembering all would cost four times the room.
 */
const ONE_IN = 4;

/** Measurements accepted long ago: a buffer sent again is a duplicate (SEMANTICS §7), not a clock that was set back (§8). */
export class Echoes implements EnginePart {
  readonly name = 'echoes';
  readonly version = 1;
  /** digests of a minute, by their first 32 bits */
  private readonly windows: WindowKind<Set<number>>;
  private readonly accepted = new Map<string, number>();

  /** @param channelOf the channel whose messages an event is in order with; undefined for what is no measurement */
  constructor(
    private readonly store: WindowStore,
    private readonly channelOf: (event: DomainEvent) => string | undefined,
  ) {
    this.windows = store.kind<Set<number>>({
      name: 'echoes',
      create: () => new Set(),
      save: (digests) => [...digests],
      restore: (json) => new Set(json as number[]),
    });
  }

  require(keys: string[], event: DomainEvent): void {
    const channel = this.channelOf(event);
    if (channel !== undefined && 'deviceId' in event)
      this.store.need(keys, this.windows, minuteOf(event.ts), `${event.deviceId}/${channel}`);
  }

  remember(deviceId: string, channel: string, ts: number, digest: string): void {
    const subject = `${deviceId}/${channel}`;
    const accepted = this.accepted.get(subject) ?? 0;
    this.accepted.set(subject, (accepted + 1) % ONE_IN);
    if (accepted > 0) return;
    const window = this.windows.get(minuteOf(ts), subject);
    window.data.add(short(digest));
    this.store.changed(window);
  }

  knows(deviceId: string, channel: string, ts: number, digest: string): boolean {
    return this.windows.peek(minuteOf(ts), `${deviceId}/${channel}`)?.data.has(short(digest)) ?? false;
  }

  save(): unknown {
    return [...this.accepted];
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    for (const [subject, accepted] of json as [string, number][]) this.accepted.set(subject, accepted);
  }
}

const short = (digest: string): number => Number.parseInt(digest.slice(0, 8), 16);
