import { minuteOf, type DecidedEvent, type DomainEvent, type FactValue, type PlayEvent } from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';
import type { InForce } from './versions.js';
import type { WindowKind, WindowStore } from './window-store.js';

/** Plays and decisions, and which records of a device have been seen: those count however late, but once. */
export class Records implements EnginePart {
  readonly name = 'records';
  readonly version = 1;
  private readonly seen: WindowKind<Set<string>>;
  private readonly plays: WindowKind<{ value: FactValue<'play'> | null }>;
  private readonly decisions: WindowKind<{ value: FactValue<'decision'> | null }>;

  /** newest presence message per device */
  private readonly presences = new Map<string, { ts: number; digest: string }>();

  constructor(
    private readonly store: WindowStore,
    private readonly versions: Pick<InForce, 'at'>,
  ) {
    this.seen = store.kind<Set<string>>({
      name: 'records',
      create: () => new Set(),
      save: (digests) => [...digests],
      restore: (json) => new Set(json as string[]),
    });
    this.plays = store.kind(recordRules<'play'>('play', false));
    // A decision is made once, by the agent itself.
    this.decisions = store.kind(recordRules<'decision'>('decision', true));
  }

  require(keys: string[], event: DomainEvent): void {
    if (event.kind !== 'crossing' && event.kind !== 'play') return;
    this.store.need(keys, this.seen, minuteOf(event.ts), event.deviceId);
    if (event.kind === 'play') this.store.need(keys, this.plays, event.startedTs, playSubject(event));
  }

  isKnown(deviceId: string, ts: number, digest: string): boolean {
    return this.seen.peek(minuteOf(ts), deviceId)?.data.has(digest) ?? false;
  }

  remember(deviceId: string, ts: number, digest: string): void {
    const window = this.seen.get(minuteOf(ts), deviceId);
    window.data.add(digest);
    this.store.changed(window);
  }

  presence(deviceId: string): { ts: number; digest: string } | undefined {
    return this.presences.get(deviceId);
  }

  present(deviceId: string, ts: number, digest: string): void {
    this.presences.set(deviceId, { ts, digest });
  }

  play(event: PlayEvent): void {
    const { deviceId, decisionId, contentId, startedTs, endedTs, completed } = event;
    const value = { screenId: deviceId, decisionId, contentId, startedTs, endedTs, completed };
    this.record(this.plays, startedTs, playSubject(event), value, this.versions.at(startedTs)?.version);
  }

  decision(event: DecidedEvent): void {
    const { screenId, contentId, category, reason, why, probabilityMicro, heldOut } = event;
    const candidates = event.candidates.map((candidate) => ({ ...candidate }));
    const value = {
      ...{ screenId, contentId, category, reason, ...(why && { why: structuredClone(why) }) },
      ...{ probabilityMicro, heldOut, candidates },
    };
    this.record(this.decisions, event.ts, event.decisionId, value, undefined);
  }

  save(): unknown {
    return [...this.presences].map(([deviceId, { ts, digest }]) => [deviceId, ts, digest]);
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    for (const [deviceId, ts, digest] of json as [string, number, string][])
      this.presences.set(deviceId, { ts, digest });
  }

  /** @param version of the store file that it belongs to, the one in force when left out */
  private record<V>(
    kind: WindowKind<{ value: V | null }>,
    ts: number,
    subject: string,
    value: V,
    version: number | undefined,
  ): void {
    const window = kind.get(ts, subject, version);
    if (JSON.stringify(window.data.value) === JSON.stringify(value)) return;
    window.data.value = value;
    this.store.changed(window);
  }
}

const playSubject = (event: PlayEvent): string => `${event.decisionId}@${event.startedTs}`;

function recordRules<K extends 'play' | 'decision'>(kind: K, dropped: boolean) {
  type Data = { value: FactValue<K> | null };
  return {
    name: kind,
    dropped,
    create: (): Data => ({ value: null }),
    save: (data: Data) => structuredClone(data.value),
    restore: (json: unknown): Data => ({ value: structuredClone(json as FactValue<K>) }),
    fact: { kind, value: (window: { data: Data }) => structuredClone(window.data.value) },
  };
}
