import {
  AisleError,
  MINUTE_MS,
  type WalkTestBody,
  type WalkTestRow,
  problem,
  sentenceOf,
  type Problem,
  HOUR_MS,
} from '@aisle/contracts';
import type { Insight, StoreContext } from '../insight/index.js';
import type { Clock, DeviceRecords, Random } from '../ports/index.js';

/** A test that names nothing of the store, or makes no sense. */
export class WalkTestError extends AisleError {
  readonly code = 'invalid';
  override readonly name = 'WalkTestError';
  constructor(readonly problem: Problem) {
    super(sentenceOf(problem));
  }
}

/** longest test; a walk that takes longer is a shift */
const LONGEST_MS = 4 * 60 * MINUTE_MS;
/** what the shop counted may still come in for so long after the end: cameras are merged behind a watermark, facts travel */
const SETTLES_AFTER_MS = MINUTE_MS;
const LISTED = 200;

type Counts = WalkTestRow['counted'];

/** Somebody taps when going in and out; what was tapped is compared with what the system counted. */
export class WalkTests {
  constructor(
    private readonly parts: {
      records: Pick<DeviceRecords, 'putWalkTest' | 'walkTests'>;
      insight: Insight;
      clock: Clock;
      random: Random;
    },
  ) {}

  /** Compares and keeps. @throws WalkTestError */
  async add(store: StoreContext, body: WalkTestBody): Promise<WalkTestRow> {
    const place = placeOf(store, body);
    const { startedTs, endedTs } = body;
    const now = this.parts.clock.now();
    if (endedTs <= startedTs) throw new WalkTestError(problem('endedTs', 'laterThan', { other: 'startedTs' }));
    if (endedTs - startedTs > LONGEST_MS)
      throw new WalkTestError(problem('endedTs', 'walkTooLong', { hours: LONGEST_MS / HOUR_MS, other: 'startedTs' }));
    // clocks of phones differ a little from the cloud's
    if (endedTs > now + 5 * MINUTE_MS) throw new WalkTestError(problem('endedTs', 'inFuture'));
    body.taps.forEach(({ ts }, index) => {
      if (ts < startedTs || ts > endedTs) throw new WalkTestError(problem(`taps[${index}].ts`, 'outsideTest'));
    });
    const fromTs = Math.floor(startedTs / MINUTE_MS) * MINUTE_MS;
    const toTs = (Math.floor(endedTs / MINUTE_MS) + 1) * MINUTE_MS;
    const minutes: WalkTestRow['minutes'] = [];
    for (let at = fromTs; at < toTs; at += MINUTE_MS) {
      const taps = body.taps.filter(({ ts }) => ts >= at && ts < at + MINUTE_MS);
      minutes.push({ fromTs: at, tapped: tally(taps), counted: { in: null, out: null } });
    }
    const row = await this.#compared(store, {
      walkTestId: Buffer.from(this.parts.random.secretBytes(9)).toString('base64url'),
      ...place,
      startedTs,
      endedTs,
      by: body.by ?? null,
      fromTs,
      toTs,
      tapped: tally(body.taps),
      counted: { in: null, out: null },
      minutes,
      agreement: null,
      settled: false,
    });
    await this.parts.records.putWalkTest(store.storeId, row);
    return row;
  }

  /** The newest first; young ones are compared anew. */
  async list(store: StoreContext): Promise<WalkTestRow[]> {
    const rows = await this.parts.records.walkTests(store.storeId, LISTED);
    return Promise.all(
      rows.map(async (row) => {
        if (row.settled) return row;
        const compared = await this.#compared(store, row);
        await this.parts.records.putWalkTest(store.storeId, compared);
        return compared;
      }),
    );
  }

  async #compared(store: StoreContext, row: WalkTestRow): Promise<WalkTestRow> {
    const settled = this.parts.clock.now() >= row.toTs + SETTLES_AFTER_MS;
    const counts = await this.#counts(store, row);
    const minutes = row.minutes.map((minute) => ({ ...minute, counted: counts.at(minute.fromTs) }));
    const counted = counts.all;
    return { ...row, minutes, counted, agreement: agreement(row.tapped, counted), settled };
  }

  async #counts(store: StoreContext, row: WalkTestRow): Promise<{ all: Counts; at(fromTs: number): Counts }> {
    const asked = (bucket: string) => ({ from: iso(row.fromTs), to: iso(row.toTs), bucket });
    const { insight } = this.parts;
    const none: Counts = { in: null, out: null };
    const byMinute = new Map<number, Counts>();
    let all = none;
    if (row.entranceId !== null) {
      const own = (rows: Awaited<ReturnType<Insight['footfall']>>) =>
        rows.filter(({ entranceId }) => entranceId === row.entranceId);
      for (const { in: entered, out } of own(await insight.footfall(store, asked('all')))) all = { in: entered, out };
      for (const minute of own(await insight.footfall(store, asked('minute'))))
        byMinute.set(Date.parse(minute.from), { in: minute.in, out: minute.out });
    } else {
      const own = (rows: Awaited<ReturnType<Insight['zoneMetrics']>>) =>
        rows.filter(({ zoneId }) => zoneId === row.zoneId);
      for (const { visits } of own(await insight.zoneMetrics(store, asked('all')))) all = { in: visits, out: null };
      for (const minute of own(await insight.zoneMetrics(store, asked('minute'))))
        byMinute.set(Date.parse(minute.from), { in: minute.visits, out: null });
    }
    // A minute without a row is one in which nothing was counted, where anything is sensed at all.
    const nothing: Counts = { in: all.in === null ? null : 0, out: all.out === null ? null : 0 };
    return { all, at: (fromTs) => byMinute.get(fromTs) ?? nothing };
  }
}

/** Of what both have said, the share that they agree on: 2 × common ÷ (tapped + counted). Directions that were not sensed are left out. */
export function agreement(tapped: { in: number; out: number }, counted: Counts): number | null {
  const pairs = (['in', 'out'] as const).flatMap((way) => {
    const seen = counted[way];
    return seen === null ? [] : [[tapped[way], seen] as const];
  });
  const sum = pairs.reduce((all, [a, b]) => all + a + b, 0);
  if (pairs.length === 0 || sum === 0) return null;
  const common = pairs.reduce((all, [a, b]) => all + Math.min(a, b), 0);
  return Math.round(((2 * common) / sum) * 1e6) / 1e6;
}

const iso = (ts: number): string => new Date(ts).toISOString();

function tally(taps: WalkTestBody['taps']): { in: number; out: number } {
  const entered = taps.filter(({ what }) => what === 'in').length;
  return { in: entered, out: taps.length - entered };
}

function placeOf(
  { storeFile }: StoreContext,
  { zoneId, entranceId }: WalkTestBody,
): { zoneId: string | null; entranceId: string | null } {
  if ((zoneId === undefined) === (entranceId === undefined))
    throw new WalkTestError(problem('zoneId', 'zoneOrEntrance'));
  if (zoneId !== undefined && !(storeFile.zones ?? []).some(({ id }) => id === zoneId))
    throw new WalkTestError(problem('zoneId', 'namesNo', { what: 'zone', id: zoneId }));
  if (entranceId !== undefined && !(storeFile.entrances ?? []).some(({ id }) => id === entranceId))
    throw new WalkTestError(problem('entranceId', 'namesNo', { what: 'entrance', id: entranceId }));
  return { zoneId: zoneId ?? null, entranceId: entranceId ?? null };
}
