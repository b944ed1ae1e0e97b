import type pg from 'pg';
import { NOTICE_KINDS, type Clock, type Notice, type NoticeKind, type Notices } from '../../ports/index.js';

const CHANNEL = 'aisle_notices';
/** PostgreSQL takes 8000 bytes */
const MOST_BYTES = 7000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 2_000;
/** a line that is dead without saying so is noticed within this and the time of an answer */
const BEAT_MS = 5_000;

export interface PostgresNoticesParts {
  self: string;
  /** a connection of its own; it is released when it breaks */
  client(): Promise<pg.PoolClient>;
  clock: Clock;
  /** what the database's clock said between two moments of this machine's monotonic clock, each beat */
  time(sharedTs: number, askedMs: number, answeredMs: number): void;
  log: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

/** What is to be told, by kind and moment, until the line takes it. */
interface Waiting {
  kind: NoticeKind;
  ts: number;
  storeIds: Set<string>;
}

/** Notices by LISTEN and NOTIFY, told and heard over one connection that is made again whenever it breaks. */
export class PostgresNotices implements Notices {
  readonly #listeners = new Set<(notice: Notice) => void>();
  readonly #missed = new Set<() => void>();
  #client: pg.PoolClient | undefined;
  #waiting: Waiting[] = [];
  #telling: Promise<void> | undefined;
  #stopped = true;
  #cancels: (() => void)[] = [];

  constructor(private readonly parts: PostgresNoticesParts) {}

  get self(): string {
    return this.parts.self;
  }
  get hears(): boolean {
    return this.#client !== undefined;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.#listen();
    this.#cancels.push(this.parts.clock.every(BEAT_MS, () => void this.#beat()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
    await this.#telling;
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }

  async tell(kind: NoticeKind, storeIds: readonly string[] = [], ts = this.parts.clock.now()): Promise<void> {
    const last = this.#waiting.find((one) => one.kind === kind && (one.ts === ts || !this.hears));
    if (last) for (const storeId of storeIds) last.storeIds.add(storeId);
    else this.#waiting.push({ kind, ts, storeIds: new Set(storeIds) });
    this.#telling ??= this.#tell().finally(() => (this.#telling = undefined));
    await this.#telling;
  }

  hear(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  missed(listener: () => void): () => void {
    this.#missed.add(listener);
    return () => void this.#missed.delete(listener);
  }

  /** As long as there is something and the line is there. What the line did not take waits for the next one. */
  async #tell(): Promise<void> {
    // what is told in one turn of the event loop goes together
    await Promise.resolve();
    while (this.#waiting.length > 0 && this.#client) {
      const [client, told] = [this.#client, this.#waiting.splice(0)];
      try {
        const payloads = told.flatMap((one) => this.#payloads(one));
        await client.query(`SELECT pg_notify('${CHANNEL}', said) FROM unnest($1::text[]) AS said`, [payloads]);
      } catch (error) {
        this.#waiting.unshift(...told);
        this.#broken(client, error);
      }
    }
  }

  #payloads({ kind, ts, storeIds }: Waiting): string[] {
    const all: string[] = [];
    const text = (ids: readonly string[]): string => JSON.stringify({ k: kind, f: this.self, t: ts, s: ids });
    const piece: string[] = [];
    for (const storeId of storeIds) {
      if (piece.length > 0 && Buffer.byteLength(text([...piece, storeId])) > MOST_BYTES)
        all.push(text(piece.splice(0)));
      piece.push(storeId);
    }
    return [...all, text(piece)];
  }

  async #listen(): Promise<void> {
    const client = await this.parts.client();
    const broken = (error: unknown) => this.#broken(client, error);
    client.on('notification', ({ payload }) => this.#heard(payload));
    client.on('error', broken);
    client.on('end', () => broken(new Error('the connection ended')));
    try {
      await client.query(`LISTEN ${CHANNEL}`);
      await this.#time(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (this.#stopped) return client.release(true);
    // before anything is said to be heard: what is kept at hand may be older than this line
    for (const listener of this.#missed) this.#safely(listener);
    this.#client = client;
    if (this.#waiting.length > 0) this.#telling ??= this.#tell().finally(() => (this.#telling = undefined));
  }

  async #time(client: pg.PoolClient): Promise<void> {
    const { clock, time } = this.parts;
    const askedMs = clock.monotonicMs();
    const { rows } = await client.query<{ ts: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS ts',
    );
    if (rows[0]) time(rows[0].ts, askedMs, clock.monotonicMs());
  }

  async #beat(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    try {
      await this.#time(client);
    } catch (error) {
      this.#broken(client, error);
    }
  }

  #broken(client: pg.PoolClient, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    client.release(true);
    if (this.#stopped) return;
    this.parts.log.warn(
      { err: error },
      'the other processes of this cloud cannot be heard; nothing is taken from memory until they can',
    );
    this.#again(FIRST_RETRY_MS);
  }

  #again(waitMs: number): void {
    const cancel = this.parts.clock.after(waitMs, () => {
      this.#cancels = this.#cancels.filter((one) => one !== cancel);
      if (this.#stopped) return;
      this.#listen().then(
        () => this.parts.log.info({}, 'the other processes of this cloud are heard again'),
        () => this.#again(Math.min(waitMs * 2, LONGEST_RETRY_MS)),
      );
    });
    this.#cancels.push(cancel);
  }

  #heard(payload: string | undefined): void {
    const notice = payload === undefined ? undefined : readNotice(payload);
    if (!notice || notice.from === this.self) return;
    for (const listener of this.#listeners) this.#safely(() => listener(notice));
  }

  #safely(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.parts.log.warn({ err: error }, 'what another process told could not be used');
    }
  }
}

/** undefined: of a newer Aisle, or of somebody who is no Aisle */
export function readNotice(payload: string): Notice | undefined {
  let said: unknown;
  try {
    said = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { k, f, t, s } = said as Record<string, unknown>;
  const kind = NOTICE_KINDS.find((known) => known === k);
  const isFull = typeof f === 'string' && typeof t === 'number' && Number.isFinite(t) && Array.isArray(s);
  if (kind === undefined || !isFull || !s.every((id) => typeof id === 'string')) return undefined;
  return { kind, from: f, ts: t, storeIds: s };
}
