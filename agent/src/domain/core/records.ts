import { createHash } from 'node:crypto';
import {
  minuteOf,
  playText,
  type DecidedEvent,
  type DomainEvent,
  type FactValue,
  type PlayEvent,
} from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';
import type { InForce } from './versions.js';
import type { WindowKind, WindowStore } from './window-store.js';

interface Saved {
  presences: [deviceId: string, ts: number, digest: string][];
  made: [decisionId: string, Made][];
  last: { n: number; hash: string };
}

/** Plays of older decisions say nothing of their campaign. */
const DECISIONS_KEPT = 5_000;
type Made = Pick<FactValue<'play'>, 'campaignId' | 'arm' | 'probabilityMicro'>;

function moreOf({ campaignId, policy, arm, blockTs, wouldShow, inputs }: DecidedEvent): Partial<FactValue<'decision'>> {
  return {
    ...(campaignId !== undefined && { campaignId }),
    ...(policy !== undefined && { policy }),
    ...(arm !== undefined && { arm }),
    ...(blockTs !== undefined && { blockTs }),
    ...(wouldShow !== undefined && { wouldShow }),
    ...(inputs && { inputs: { ...inputs } }),
  };
}

/** Plays and decisions, and which records of a device have been seen: those count however late, but once. */
export class Records implements EnginePart {
  readonly name = 'records';
  readonly version = 2;
  private readonly seen: WindowKind<Set<string>>;
  private readonly plays: WindowKind<{ value: FactValue<'play'> | null }>;
  private readonly decisions: WindowKind<{ value: FactValue<'decision'> | null }>;

  /** what plays belong to: newest decisions, in the order in which they were made */
  private readonly made = new Map<string, Made>();
  /** the end of the chain of the shop's plays */
  private last = { n: 0, hash: '' };

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
    const { deviceId, decisionId, contentId, startedTs, endedTs, completed, outcome, trouble } = event;
    const made = this.made.get(decisionId);
    const said: FactValue<'play'> = {
      ...{ screenId: deviceId, decisionId, contentId, startedTs, endedTs, completed },
      outcome: outcome ?? (completed ? 'completed' : 'cut'),
      ...(trouble !== undefined && { trouble }),
      ...made,
    };
    const known = this.plays.peek(startedTs, playSubject(event))?.data.value;
    // Said again it keeps its place in the chain; what is another statement of it is another link.
    const { link, ...before } = known ?? {};
    if (link && JSON.stringify(before) === JSON.stringify(said)) return;
    const value = { ...said, link: this.linked(said) };
    this.record(this.plays, startedTs, playSubject(event), value, this.versions.at(startedTs)?.version);
  }

  private linked(play: FactValue<'play'>): NonNullable<FactValue<'play'>['link']> {
    const n = this.last.n + 1;
    const previous = this.last.hash;
    const hash = createHash('sha256')
      .update(playText(n, previous, play))
      .digest('hex');
    this.last = { n, hash };
    return { n, previous, hash };
  }

  decision(event: DecidedEvent): void {
    this.made.set(event.decisionId, {
      campaignId: event.campaignId ?? null,
      arm: event.arm ?? null,
      probabilityMicro: event.probabilityMicro,
    });
    for (const oldest of this.made.keys()) {
      if (this.made.size <= DECISIONS_KEPT) break;
      this.made.delete(oldest);
    }
    const { screenId, contentId, category, reason, why, probabilityMicro, heldOut } = event;
    const candidates = event.candidates.map((candidate) => ({ ...candidate }));
    const value = {
      ...{ screenId, contentId, category, reason, ...(why && { why: structuredClone(why) }) },
      ...{ probabilityMicro, heldOut, candidates, ...moreOf(event) },
    };
    this.record(this.decisions, event.ts, event.decisionId, value, undefined);
  }

  save(): unknown {
    return {
      presences: [...this.presences].map(([deviceId, { ts, digest }]) => [deviceId, ts, digest]),
      made: structuredClone([...this.made]),
      last: { ...this.last },
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const { presences, made, last } = json as Saved;
    for (const [deviceId, ts, digest] of presences) this.presences.set(deviceId, { ts, digest });
    for (const [decisionId, of] of made) this.made.set(decisionId, { ...of });
    this.last = { ...last };
  }

  /** Agents up to 0.2 knew presences only. */
  migrate(presences: unknown): Saved {
    return { presences: presences as Saved['presences'], made: [], last: { n: 0, hash: '' } };
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
