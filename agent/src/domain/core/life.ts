import { DAY_MS, MINUTE_MS, type DomainEvent } from '@aisle/contracts';

/** A device senses from each of its messages until the next, if that comes within this. */
export const SENSES_FOR_MS = 30_000;
/** Or within three times its own usual interval, where that is longer, but never within more than this. */
const USUAL_TIMES = 3;
export const SENSES_AT_MOST_MS = 5 * MINUTE_MS;
/** One that speaks only on events senses while it is connected; a silence is looked back on for at most so long. */
const CONNECTED_AT_MOST_MS = DAY_MS;
/** The usual interval is the middle one of so many; with fewer than `ENOUGH` nobody knows it. */
const GAPS_KEPT = 5;
const ENOUGH = 3;
/** Silences of which it is not yet known whether they are usual. */
const MOST_WAITING = 8;

type DeviceEvent = Extract<DomainEvent, { deviceId: string; ts: number }>;
type Silence = [from: number, to: number];

/** Told in rising time whatever happens, not only when something does. */
const PERIODIC: ReadonlySet<DomainEvent['kind']> = new Set([
  'positions',
  'detections',
  'weight',
  'reads',
  'advert',
  'heard',
]);

interface Rhythm {
  last: number;
  gaps: number[];
}

export interface SavedLife {
  last: number | null;
  lastState: number | null;
  connected?: boolean;
  events?: boolean;
  periodic?: boolean;
  gaps: [channel: string, last: number, gaps: number[]][];
  waiting: Silence[];
}

/**
 * When a device has spoken, and which of its silences it was sensing through (SEMANTICS §21). It follows from the device's own
 * messages alone. Presence messages may carry the wall clock while measurements replay the past: a row of their own.
 */
export class Life {
  private last = -Infinity;
  private lastState = -Infinity;
  /** by its newest presence message */
  private connected = false;
  /** whether it has told events, and whether it has measured */
  private events = false;
  private periodic = false;
  private readonly rhythms = new Map<string, Rhythm>();
  private waiting: Silence[] = [];

  /** The event time of the oldest silence that the message may turn out to have been sensed through. */
  reachesBackTo(event: DeviceEvent): number {
    let oldest = event.ts;
    for (const [from] of this.waiting) oldest = Math.min(oldest, from);
    const previous = this.previous(event.ts);
    if (previous < event.ts) oldest = Math.min(oldest, Math.max(previous, event.ts - CONNECTED_AT_MOST_MS));
    return oldest;
  }

  /** @returns times in which it is now known to have sensed */
  hear(event: DeviceEvent): Silence[] {
    const { ts } = event;
    const isState = event.kind === 'deviceState';
    const before = isState ? Math.max(this.last, this.lastState) : this.last;
    if (ts <= before) return [];
    const previous = this.previous(ts);
    const wasConnected = this.connected && this.lastState <= previous;
    if (isState) {
      this.lastState = ts;
      this.connected = event.state === 'online';
    } else {
      this.last = ts;
      if (PERIODIC.has(event.kind)) this.periodic = true;
      else this.events = true;
      this.beat(event);
    }
    if (previous === -Infinity || ts <= previous) return [];
    // Nearly always.
    if (this.waiting.length === 0 && ts - previous <= SENSES_FOR_MS) return [[previous, ts]];
    this.waiting.push([Math.max(previous, ts - CONNECTED_AT_MOST_MS), ts]);
    return this.settle(wasConnected);
  }

  private previous(ts: number): number {
    return Math.max(this.last, this.lastState <= ts ? this.lastState : -Infinity);
  }

  /** Each thing that it tells of has an interval of its own: a shelf may tell of all its slots at once, or in turn. */
  private beat(event: DeviceEvent): void {
    const channel = channelOf(event);
    const rhythm = this.rhythms.get(channel);
    if (!rhythm) {
      this.rhythms.set(channel, { last: event.ts, gaps: [] });
      return;
    }
    const gap = event.ts - rhythm.last;
    rhythm.last = event.ts;
    if (gap <= 0 || gap > SENSES_AT_MOST_MS) return;
    rhythm.gaps.push(gap);
    if (rhythm.gaps.length > GAPS_KEPT) rhythm.gaps.shift();
  }

  private usualMs(): number | undefined {
    let usual: number | undefined;
    for (const { gaps } of this.rhythms.values()) {
      if (gaps.length < ENOUGH) continue;
      const middle = [...gaps].sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)] as number;
      usual = Math.min(usual ?? Infinity, middle);
    }
    return usual;
  }

  private settle(wasConnected: boolean): Silence[] {
    const onEvents = this.events && !this.periodic && wasConnected;
    const needed = this.waiting.some(([from, to]) => to - from > SENSES_FOR_MS);
    const usual = needed ? this.usualMs() : undefined;
    const sensed: Silence[] = [];
    this.waiting = this.waiting.filter(([from, to]) => {
      const ms = to - from;
      if (ms <= SENSES_FOR_MS || onEvents || ms <= Math.min(SENSES_AT_MOST_MS, (usual ?? 0) * USUAL_TIMES)) {
        sensed.push([from, to]);
        return false;
      }
      // What was silent for longer, and is known to measure, was dead.
      return usual === undefined && (ms <= SENSES_AT_MOST_MS || (wasConnected && !this.periodic));
    });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    return sensed;
  }

  save(): SavedLife {
    const finite = (ts: number) => (Number.isFinite(ts) ? ts : null);
    return {
      last: finite(this.last),
      lastState: finite(this.lastState),
      connected: this.connected,
      events: this.events,
      periodic: this.periodic,
      gaps: [...this.rhythms].map(([channel, { last, gaps }]) => [channel, last, [...gaps]]),
      waiting: structuredClone(this.waiting),
    };
  }

  static restore(saved: SavedLife): Life {
    const life = new Life();
    life.last = saved.last ?? -Infinity;
    life.lastState = saved.lastState ?? -Infinity;
    life.connected = saved.connected ?? false;
    life.events = saved.events ?? false;
    life.periodic = saved.periodic ?? false;
    for (const [channel, last, gaps] of saved.gaps) life.rhythms.set(channel, { last, gaps: [...gaps] });
    life.waiting = structuredClone(saved.waiting);
    return life;
  }
}

function channelOf(event: DeviceEvent): string {
  switch (event.kind) {
    case 'weight':
      return `weight/${event.slotId}`;
    case 'crossing':
      return `crossing/${event.entranceId}`;
    case 'counted':
    case 'noticed':
      return `${event.kind}/${event.rule}`;
    default:
      return event.kind;
  }
}
