import { parseArgs } from 'node:util';
import { DAY_MS, MINUTE_MS, type Fact, type SimulatedPastAnswer, type StoreFileView } from '@aisle/contracts';
import { UsageError, readAccess, readBehaviour, shopFile } from '../adapters/files.js';
import { RestError, restGet, restPost } from '../adapters/rest.js';
import { historyOf } from '../history/history.js';
import { Piece } from '../history/piece.js';
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
  let refused = 0;
  let told = 0;
  const counted = async (sent: Promise<SimulatedPastAnswer>): Promise<void> => void (refused += (await sent).refused);
  // While one piece is committed the next is made; and while what has come is made ready to be read, the next span begins.
  let under: Promise<void> = Promise.resolve();
  let rolling: Promise<void> = Promise.resolve();
  const spans = spansOf(from, to);
  for (const [at, span] of spans.entries()) {
    let piece = new Piece();
    const options = { storeFile, behaviour, configVersion: version, slots: 'changed' } as const;
    for (const minute of historyOf({ ...options, seed: seedOf(seed, at), from: span.from, to: span.to })) {
      piece.add(minute);
      if (piece.bytes < PIECE_BYTES) continue;
      await under;
      if (stopped) return 1;
      under = counted(send(piece.sorted()));
      const done = to - span.to + ((minute[0] as Fact).ts - span.from);
      const share = Math.floor((done / (to - from)) * 10) * 10;
      if (share > told) say(`history ${(told = share)} % of ${days} days`);
      piece = new Piece();
    }
    await under;
    await rolling;
    if (stopped) return 1;
    rolling = counted(
      send(piece.sorted(), at === spans.length - 1 ? '&complete=true' : `&roll=true&readyFromTs=${span.from}`),
    );
    // it fails where it is waited for, not before
    rolling.catch(() => undefined);
  }
  await rolling;
  say(`history done, ${days} days${refused > 0 ? `, ${refused} facts refused` : ''}`);
  return 0;
}

/** The last day first, then the rest of its week, then week by week: today is full while the rest still comes. */
export function spansOf(from: number, to: number): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  let week = to - 7 * DAY_MS;
  for (let end = to; end > from;) {
    const begin = Math.max(from, end === to ? to - DAY_MS : week);
    spans.push({ from: begin, to: end });
    end = begin;
    if (end <= week) week -= 7 * DAY_MS;
  }
  return spans;
}

/** Each span has a seed of its own: the same one would give every week the same days. */
const seedOf = (seed: number, span: number): number => (seed + span * 1_000_003) % 4_294_967_296;
