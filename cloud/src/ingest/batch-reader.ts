import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import {
  Batch as BatchSchema,
  FACT_KINDS,
  FACT_SCHEMAS,
  compile,
  type Ack,
  type Checker,
  type Fact,
} from '@aisle/contracts';

/** Largest batch after unpacking: thirty times what a full, honest batch needs, and far from what hurts. */
export const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;

/** Packed, and unpacked, up to which a batch is unpacked on the event loop: raising them saves work, and lets a batch hold up others for longer. */
const SMALL_BYTES = 16 * 1024;
const SMALL_UNPACKED_BYTES = 128 * 1024;

export type Refusal = Ack['refused'][number];
export interface ReadBatch {
  batchId: string;
  journalId: string;
  epoch: number;
  facts: Fact[];
  /** facts that are not what they should be; the rest is kept */
  refused: Refusal[];
  /** by position in `facts`: where it stood in the batch as sent */
  indexes: number[];
}
export type BatchResult =
  | { ok: true; batch: ReadBatch }
  /** `batchId` is known when so much could be read: then the agent can be told */
  | { ok: false; reason: 'unpack' | 'json' | 'shape'; message: string; batchId?: string };

const unzip = promisify(gunzip);
const batchChecker = compile(BatchSchema);
const factCheckers = Object.fromEntries(FACT_KINDS.map((kind) => [kind, compile(FACT_SCHEMAS[kind])])) as Record<
  string,
  Checker<unknown> | undefined
>;

const isTooLarge = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';

/**
 * What an agent sends every ten seconds is unpacked at once, in 40 µs: the way to a thread and back costs more than that. Whatever is,
 * or turns out to be, larger does not hold up everybody else.
 */
async function unpacked(payload: Buffer): Promise<string> {
  if (payload.length <= SMALL_BYTES)
    try {
      return gunzipSync(payload, { maxOutputLength: SMALL_UNPACKED_BYTES }).toString('utf8');
    } catch (error) {
      if (!isTooLarge(error)) throw error;
    }
  return (await unzip(payload, { maxOutputLength: MAX_UNPACKED_BYTES })).toString('utf8');
}

/** Bytes → checked facts. Nothing that an agent sends can make it throw or grow beyond the limit. */
export async function readBatch(payload: Buffer): Promise<BatchResult> {
  let text: string;
  try {
    text = await unpacked(payload);
  } catch (error) {
    const message = isTooLarge(error) ? `unpacks to more than ${MAX_UNPACKED_BYTES} bytes` : 'is not gzip';
    return { ok: false, reason: 'unpack', message };
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'json', message: 'is not JSON' };
  }
  const checked = batchChecker.check(raw);
  if (!checked.ok) {
    const id = (raw as { batchId?: unknown } | null)?.batchId;
    const message = `${checked.problem.field} ${checked.problem.message}`.trim();
    const batchId = typeof id === 'string' && id.length >= 1 && id.length <= 64 ? { batchId: id } : {};
    return { ok: false, reason: 'shape', message, ...batchId };
  }
  const { batchId, journalId, epoch, facts } = checked.value;
  return { ok: true, batch: { batchId, journalId, epoch, ...factsOf(facts) } };
}

/** Facts that are as they should be, and what is wrong with the rest. */
export function factsOf(given: readonly unknown[]): Pick<ReadBatch, 'facts' | 'refused' | 'indexes'> {
  const read: Pick<ReadBatch, 'facts' | 'refused' | 'indexes'> = { facts: [], refused: [], indexes: [] };
  given.forEach((fact, index) => {
    const problem = problemOf(fact);
    if (problem) {
      read.refused.push({ index, ...problem });
    } else {
      read.facts.push(fact as Fact);
      read.indexes.push(index);
    }
  });
  return read;
}

/** What is wrong with what should be a fact; undefined: nothing. */
export function problemOf(fact: unknown): Omit<Refusal, 'index'> | undefined {
  if (typeof fact !== 'object' || fact === null) return { field: '', message: 'expected a fact', code: 'malformed' };
  const kind = (fact as { kind?: unknown }).kind;
  const checker = typeof kind === 'string' && Object.hasOwn(factCheckers, kind) ? factCheckers[kind] : undefined;
  if (!checker) {
    const code = typeof kind === 'string' ? 'unknownKind' : 'malformed';
    return { field: 'kind', message: `expected one of ${FACT_KINDS.join(', ')}`, code };
  }
  const checked = checker.check(fact);
  return checked.ok ? undefined : { ...checked.problem, code: 'malformed' };
}
