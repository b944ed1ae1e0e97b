import { minuteOf, RECORD_KINDS, HOUR_MS, type ConfiguredEvent, type Fact, type FactValue } from '@aisle/contracts';
import type { Engine, StoredWindow } from '../domain/engine/engine-api.js';
import { emptied } from './emptied.js';
import type { JournalEntry } from './record.js';

/**
 * What is counted rests on at most so much before it: joins and visits reach back no further. Where the journal's beginning is gone,
 * only what lies behind this can be recomputed.
 */
export const RECOMPUTE_MARGIN_MS = 2 * HOUR_MS;
/** Facts are taken out of the engine once in so many events. */
const TAKE_EVERY = 5_000;

export interface Recomputation {
  create(): Engine;
  /** gives the journal's entries in order, as far as it reaches */
  replay(handle: (entry: JournalEntry) => void): Promise<void>;
  /** sequence of the journal's oldest entry */
  firstSeq: number;
  /** The store file that was in force at an event time: where the journal's beginning is gone, nothing in it may say so. */
  inForce(ts: number): ConfiguredEvent | undefined;
  /** Facts as they are stated so far, from an event time on. */
  stated(fromTs: number): Iterable<Fact>;
  /** of the entry that asked for it: later ones are not looked at */
  seq: number;
  generation: number;
  /** event time, epoch ms */
  fromTs: number;
}

export interface Recomputed {
  /** from when on they could be recomputed: `fromTs`, or later where the journal does not reach back so far */
  reachedTs: number;
  facts: Fact[];
}

/**
 * States facts anew by replaying the journal in a fresh engine. What was stated and is not found any more is stated as nothing:
 * minutes as zeros. Records stay as they were; of a play that was stated only who saw it is found anew, since what was shown and its
 * place in the chain is history.
 */
export async function recompute(parts: Recomputation): Promise<Recomputed> {
  const engine = parts.create();
  const { seq: asked, generation, fromTs } = parts;
  engine.apply(0, { kind: 'recomputed', ts: fromTs, fromTs, generation });
  const table = new Map<string, StoredWindow>();
  const facts = new Map<string, Fact>();
  let firstTs: number | undefined;
  const take = () => {
    for (const fact of engine.takeFacts()) facts.set(keyOf(fact), fact);
    for (const window of engine.takeEvictions()) table.set(window.key, structuredClone(window));
  };
  const begin = (ts: number) => {
    firstTs = ts;
    const before = parts.firstSeq > 1 ? parts.inForce(ts) : undefined;
    if (before) engine.apply(0, before);
  };
  await parts.replay(({ seq, event }) => {
    if (seq >= asked) return;
    if (firstTs === undefined && 'receivedTs' in event) begin(event.ts);
    const missing = engine.requires(event);
    if (missing.length > 0) engine.load(missing.flatMap((key) => table.get(key) ?? []));
    engine.apply(seq, event);
    if (seq % TAKE_EVERY === 0) take();
  });
  take();
  const reach = parts.firstSeq > 1 ? minuteOf(firstTs ?? Infinity) + RECOMPUTE_MARGIN_MS : -Infinity;
  const reachedTs = Math.max(fromTs, reach);
  const found: Fact[] = [...facts.values()].filter(({ ts, kind }) => ts >= reachedTs && kind !== 'play');
  for (const fact of parts.stated(reachedTs))
    if (fact.kind === 'play') {
      const anew = facts.get(keyOf(fact));
      if (anew?.kind === 'play') found.push({ ...anew, value: seenAnew(fact.value, anew.value) });
    } else if (!facts.has(keyOf(fact)) && !RECORD_KINDS.has(fact.kind))
      found.push({ ...emptied(fact), seq: asked, generation });
  return { reachedTs, facts: found };
}

type Play = FactValue<'play'>;
function seenAnew(stated: Play, { opportunities, watchers, verifiedImpressions }: Play): Play {
  const { opportunities: _o, watchers: _w, verifiedImpressions: _v, ...shown } = stated;
  return {
    ...shown,
    ...(opportunities !== undefined && { opportunities }),
    ...(watchers !== undefined && { watchers }),
    ...(verifiedImpressions !== undefined && { verifiedImpressions }),
  };
}

const keyOf = ({ kind, ts, configVersion, subject }: Fact): string => `${kind}|${ts}|${configVersion}|${subject}`;
