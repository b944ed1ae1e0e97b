import { createHash } from 'node:crypto';
import {
  minuteOf,
  playText,
  type DecidedEvent,
  type DomainEvent,
  type FactValue,
  type PlayEvent,
} from '@aisle/contracts';
import type { PlayCounts } from '../screens/viewings.js';
import type { EnginePart } from './engine-part.js';
import type { InForce } from './versions.js';
import { WINDOW_KEPT_MS, type Window, type WindowKind, type WindowStore } from './window-store.js';

interface Saved {
  presences: [deviceId: string, ts: number, digest: string][];
  made: [decisionId: string, Made][];
  last: { n: number; hash: string };
  /** left out by agents that drew no codes */
  coded?: [decisionId: string, Coded][];
}

/** Plays of older decisions say nothing of their campaign. */
const DECISIONS_KEPT = 5_000;
/** How many could see what a screen showed from one moment until another. */
export type CountsOf = (screenId: string, from: number, to: number) => PlayCounts;
type Play = FactValue<'play'>;
type Made = Pick<FactValue<'play'>, 'campaignId' | 'arm' | 'probabilityMicro'>;
/** A choice that something came of. */
export interface Chosen {
  campaignId: string | null;
  screenId: string;
  contentId: string;
  ts: number;
}
/** A choice with a code that phones can follow. */
interface Coded {
  of: Chosen;
  scans: number;
  /** beginning of its newest play; null: the player has not told of one */
  startedTs: number | null;
}

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
  private readonly plays: WindowKind<{ value: Play | null }>;
  /** plays of the last two hours by screen, the oldest first: what is seen late still belongs to them */
  private readonly recent = new Map<string, Window<{ value: Play | null }>[]>();
  private readonly decisions: WindowKind<{ value: FactValue<'decision'> | null }>;
  /** no play of those was longer */
  private longestMs = 0;

  /** what plays belong to: newest decisions, in the order in which they were made */
  private readonly made = new Map<string, Made>();
  /** those of them that bear a code */
  private readonly coded = new Map<string, Coded>();
  /** the end of the chain of the shop's plays */
  private last = { n: 0, hash: '' };

  /** newest presence message per device */
  private readonly presences = new Map<string, { ts: number; digest: string }>();

  constructor(
    private readonly store: WindowStore,
    private readonly versions: Pick<InForce, 'at'>,
    private readonly countsOf: CountsOf = () => ({}),
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
    if (event.kind === 'scanned') {
      const { decisionId } = event.scan;
      const startedTs = this.coded.get(decisionId)?.startedTs ?? null;
      if (startedTs !== null) this.store.need(keys, this.plays, startedTs, playSubject({ decisionId, startedTs }));
      return;
    }
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
    const coded = this.coded.get(decisionId);
    if (coded) coded.startedTs = Math.max(coded.startedTs ?? 0, startedTs);
    const said: Play = {
      ...{ screenId: deviceId, decisionId, contentId, startedTs, endedTs, completed },
      outcome: outcome ?? (completed ? 'completed' : 'cut'),
      ...(trouble !== undefined && { trouble }),
      ...made,
    };
    const known = this.plays.peek(startedTs, playSubject(event))?.data.value;
    // Said again it keeps its place in the chain; what is another statement of it is another link.
    if (known?.link && isSame(known, said)) return;
    // Its beginning, told behind its end: whichever comes first, the end counts.
    if (known && known.endedTs > endedTs) return;
    const scans = coded?.scans ?? known?.scans;
    const value: Play = {
      ...said,
      ...(said.outcome !== 'failed' && this.countsOf(deviceId, startedTs, endedTs)),
      ...(scans !== undefined && { scans }),
      link: this.linked(said, known?.link),
    };
    const window = this.record(this.plays, startedTs, playSubject(event), value, this.versions.at(startedTs)?.version);
    this.keep(window);
  }

  /**
   * A phone has followed the code of a choice's play, whether or not the player has told of that yet.
   * @returns what was chosen; undefined where it is not known any more, or bore no code
   */
  scanned(decisionId: string): Chosen | undefined {
    const coded = this.coded.get(decisionId);
    if (!coded) return undefined;
    coded.scans += 1;
    const { startedTs } = coded;
    const window = startedTs === null ? undefined : this.plays.peek(startedTs, playSubject({ decisionId, startedTs }));
    if (window?.data.value) {
      const { link, ...said } = window.data.value;
      window.data.value = { ...said, scans: coded.scans, ...(link && { link }) };
      this.store.changed(window);
    }
    return coded.of;
  }

  /** What stands at the end of the chain now says what it takes the place of: whoever checks it misses no number. */
  private linked(play: Play, before: Play['link']): NonNullable<Play['link']> {
    const n = this.last.n + 1;
    const previous = this.last.hash;
    const replaces = before && [...(before.replaces ?? []), { n: before.n, hash: before.hash }];
    const hash = createHash('sha256')
      .update(playText(n, previous, play, replaces))
      .digest('hex');
    this.last = { n, hash };
    return { n, previous, hash, ...(replaces && { replaces }) };
  }

  private keep(window: Window<{ value: Play | null }>): void {
    const { screenId, startedTs, endedTs } = window.data.value as Play;
    this.longestMs = Math.max(this.longestMs, endedTs - startedTs);
    const plays = this.recent.get(screenId) ?? [];
    if (plays.length === 0) this.recent.set(screenId, plays);
    if (plays.includes(window)) return;
    const at = plays.findLastIndex(({ ts }) => ts <= window.ts) + 1;
    plays.splice(at, 0, window);
    while (plays.length > 0 && !this.isRecent(plays[0] as Window<unknown>)) plays.shift();
  }

  private isRecent = ({ ts }: Window<unknown>): boolean => ts >= this.store.newest - WINDOW_KEPT_MS;

  /** More is known of who was before a screen between two moments: its plays are counted anew. */
  watched(screenId: string, from: number, to: number): void {
    const plays = this.recent.get(screenId) ?? [];
    for (let at = plays.length - 1; at >= 0; at -= 1) {
      const window = plays[at] as (typeof plays)[number];
      const { value } = window.data;
      if (!value || !this.isRecent(window) || !window.here) return;
      if (value.startedTs >= to) continue;
      // of a screen one play follows the other; a clock that was set may tell of two at once
      if (value.startedTs < from - this.longestMs) return;
      if (value.endedTs <= from) continue;
      if (value.outcome === 'failed') continue;
      const { opportunities, watchers, verifiedImpressions, scans, link, ...said } = value;
      this.store.inMemory(() => {
        const counts = this.countsOf(screenId, value.startedTs, value.endedTs);
        const before = { opportunities, watchers, verifiedImpressions };
        if ((Object.keys(before) as (keyof typeof before)[]).every((key) => before[key] === counts[key])) return;
        // the same text as if it had been known when the play was told
        const behind = { ...(scans !== undefined && { scans }), ...(link && { link }) };
        window.data.value = { ...said, ...counts, ...behind };
        this.store.changed(window);
      });
    }
  }

  decision(event: DecidedEvent): void {
    this.made.set(event.decisionId, {
      campaignId: event.campaignId ?? null,
      arm: event.arm ?? null,
      probabilityMicro: event.probabilityMicro,
    });
    const { campaignId = null, screenId: on, contentId: what, ts } = event;
    if (event.scannable === true)
      this.coded.set(event.decisionId, {
        of: { campaignId, screenId: on, contentId: what, ts },
        ...{ scans: 0, startedTs: null },
      });
    for (const oldest of this.made.keys()) {
      if (this.made.size <= DECISIONS_KEPT) break;
      this.made.delete(oldest);
      this.coded.delete(oldest);
    }
    const { screenId, contentId, category, reason, why, probabilityMicro, heldOut } = event;
    const candidates = event.candidates.map((candidate) => ({ ...candidate }));
    const value = {
      ...{ screenId, contentId, category, reason, ...(why && { why: structuredClone(why) }) },
      ...{ probabilityMicro, heldOut, candidates, ...moreOf(event) },
    };
    this.record(this.decisions, event.ts, event.decisionId, value, undefined);
  }

  /** What came of a choice is known: it says so from now on. One that was paged out is left as it was. */
  settled(decisionId: string, ts: number, rewarded: boolean): void {
    this.store.inMemory(() => {
      const window = this.decisions.peek(ts, decisionId);
      if (!window?.data.value || window.data.value.rewarded === rewarded) return;
      window.data.value = { ...window.data.value, rewarded };
      this.store.changed(window);
    });
  }

  save(): unknown {
    return {
      presences: [...this.presences].map(([deviceId, { ts, digest }]) => [deviceId, ts, digest]),
      made: structuredClone([...this.made]),
      last: { ...this.last },
      coded: structuredClone([...this.coded]),
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const { presences, made, last, coded = [] } = json as Saved;
    for (const [deviceId, ts, digest] of presences) this.presences.set(deviceId, { ts, digest });
    for (const [decisionId, of] of made) this.made.set(decisionId, { ...of });
    for (const [decisionId, its] of structuredClone(coded)) this.coded.set(decisionId, its);
    this.last = { ...last };
    for (const window of this.plays.all()) if (window.data.value && this.isRecent(window)) this.keep(window);
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
  ): Window<{ value: V | null }> {
    const window = kind.get(ts, subject, version);
    if (JSON.stringify(window.data.value) === JSON.stringify(value)) return window;
    window.data.value = value;
    this.store.changed(window);
    return window;
  }
}

/** Whether two statements of a play say the same of it, whoever saw it. */
function isSame(known: Play, said: Play): boolean {
  const told = (play: Play): string => {
    const { link: _l, opportunities: _o, watchers: _w, verifiedImpressions: _v, scans: _s, ...rest } = play;
    return JSON.stringify(rest);
  };
  return told(known) === told(said);
}

const playSubject = ({ decisionId, startedTs }: Pick<PlayEvent, 'decisionId' | 'startedTs'>): string =>
  `${decisionId}@${startedTs}`;

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
