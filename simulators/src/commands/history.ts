import { parseArgs } from 'node:util';
import { DAY_MS, MINUTE_MS, type Fact, type SimulatedPastAnswer, type StoreFileView } from '@aisle/contracts';
import { UsageError, readAccess, readBehaviour, shopFile } from '../adapters/files.js';
import { RestError, restGet, restPost } from '../adapters/rest.js';
import { historyOf } from '../history/history.js';
import type { Clock } from '../ports.js';
import { neededOption, timeOption, wholeOption } from './options.js';

const OPTIONS = {
  access: { type: 'string' },
  behaviour: { type: 'string' },
  seed: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const;
/** Bytes of one request, and a minute's more: raising it sorts more facts by kind, as they are read; lowering it holds less in memory. */
const PIECE_BYTES = 8 * 1024 * 1024;
/** A cloud that is started again is waited for so long. */
const RETRIES = 20;
const RETRY_MS = 1_500;

interface Surroundings {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly onStop: (stop: () => void) => void;
}

/** `history`: loads a simulated past into the store of a running cloud. Loading the same once more changes nothing. */
export async function history(args: string[], { clock, say, onStop }: Surroundings): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
  const access = readAccess(neededOption('access', values.access));
  const wholeMinute = (ts: number): number => Math.floor(ts / MINUTE_MS) * MINUTE_MS;
  const to = wholeMinute(timeOption('to', values.to, clock.nowMs()));
  const from = wholeMinute(timeOption('from', values.from, to - 28 * DAY_MS));
  if (from >= to) throw new UsageError('--from: expected a time before --to');
  const seed = wholeOption('seed', values.seed, 1);
  const { storeFile, version } = await restGet(
    access.apiUrl,
    access.apiToken,
  )<StoreFileView>(`/stores/${encodeURIComponent(access.storeId)}/file`);
  const behaviour = readBehaviour(values.behaviour ?? shopFile('behaviour.yaml'));
  const post = restPost(access.apiUrl, access.apiToken);
  const path = `/stores/${encodeURIComponent(access.storeId)}/simulated-past/lines`;
  let stopped = false;
  onStop(() => (stopped = true));

  const send = async (facts: Buffer, flags = ''): Promise<SimulatedPastAnswer> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await post<SimulatedPastAnswer>(`${path}?seed=${seed}&fromTs=${from}&toTs=${to}${flags}`, facts);
      } catch (error) {
        const isGone = error instanceof RestError && (error.status === undefined || error.status >= 500);
        if (!isGone || tries >= RETRIES || stopped) throw error;
        await clock.sleep(RETRY_MS);
      }
    }
  };
  const days = Math.max(1, Math.round((to - from) / DAY_MS));
  let under: Promise<SimulatedPastAnswer> | undefined;
  let refused = 0;
  let told = 0;
  // While one piece is committed the next is made.
  const settle = async (): Promise<void> => {
    refused += (await under)?.refused ?? 0;
    under = undefined;
  };
  const weeks = weeksOf(from, to);
  for (const [at, week] of weeks.entries()) {
    let piece = new Piece();
    const options = { storeFile, behaviour, configVersion: version, slots: 'changed' } as const;
    for (const minute of historyOf({ ...options, seed: seedOf(seed, at), from: week.from, to: week.to })) {
      piece.add(minute);
      if (piece.bytes < PIECE_BYTES) continue;
      await settle();
      if (stopped) return 1;
      under = send(piece.sorted());
      const done = to - week.to + ((minute[0] as Fact).ts - week.from);
      const share = Math.floor((done / (to - from)) * 10) * 10;
      if (share > told) say(`history ${(told = share)} % of ${days} days`);
      piece = new Piece();
    }
    await settle();
    if (stopped) return 1;
    // what is there can be read fast before the rest has come
    under = send(piece.sorted(), at === weeks.length - 1 ? '&complete=true' : '&roll=true');
    await settle();
  }
  say(`history done, ${days} days${refused > 0 ? `, ${refused} facts refused` : ''}`);
  return 0;
}

/** Facts as lines, to be sent together: by kind, in each of which they come in the order of time. A fact that is text costs no memory to be kept. */
class Piece {
  private readonly kinds = new Map<string, Buffer[]>();
  bytes = 0;

  add(minute: readonly Fact[]): void {
    const texts = new Map<string, string>();
    for (const fact of minute) texts.set(fact.kind, `${texts.get(fact.kind) ?? ''}${JSON.stringify(fact)}\n`);
    for (const [kind, text] of texts) {
      const lines = Buffer.from(text);
      const known = this.kinds.get(kind);
      if (known) known.push(lines);
      else this.kinds.set(kind, [lines]);
      this.bytes += lines.length;
    }
  }

  sorted(): Buffer {
    return Buffer.concat([...this.kinds].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, lines]) => lines));
  }
}

/** The newest week first, so that today and the last days show something while the rest still comes. */
export function weeksOf(from: number, to: number): { from: number; to: number }[] {
  const weeks: { from: number; to: number }[] = [];
  for (let end = to; end > from; end -= 7 * DAY_MS) weeks.push({ from: Math.max(from, end - 7 * DAY_MS), to: end });
  return weeks;
}

/** Each week has a seed of its own: the same one would give every week the same days. */
const seedOf = (seed: number, week: number): number => (seed + week * 1_000_003) % 4_294_967_296;
