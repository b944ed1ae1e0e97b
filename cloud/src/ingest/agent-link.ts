import {
  AgentStatus,
  Hello,
  PROTOCOL,
  SPEAKS,
  SPEAKS_0_1,
  InboxAck,
  LiveUpdate,
  compile,
  type Ack,
  type Checker,
  type DownChannel,
  type ScanKey,
  type UpChannel,
  type Welcome,
} from '@aisle/contracts';
import type { Taken } from '../ports/agent-broker.js';
import { StoreError, type AgentRecords, type Clock, type StoreVersions } from '../ports/index.js';
import { readBatch } from './batch-reader.js';
import type { Committer } from './committer.js';
import type { IngestMetrics } from './ingest-metrics.js';

export interface AgentLinkParts {
  agents: AgentRecords;
  versions: Pick<StoreVersions, 'currentVersion'>;
  clock: Clock;
  committer: Committer;
  metrics: IngestMetrics;
  send(storeId: string, channel: DownChannel, message: unknown): boolean;
  /** where agents fetch files */
  files?(): string | undefined;
  /** where short links of its plays lead */
  scans?(storeId: string): Promise<ScanKey | undefined>;
  /** The agent has said hello: epoch known, ready for what waits. */
  ready(storeId: string, hello: Hello): Promise<void>;
  inboxAcknowledged(storeId: string, ack: InboxAck): Promise<void>;
  live(storeId: string, update: LiveUpdate): void;
  status(storeId: string, status: AgentStatus): void;
  log: Log;
}
interface Arrived {
  storeId: string;
  payload: Buffer;
  /** monotonic, ms */
  arrivedMs: number;
  taken: Taken | undefined;
}
interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** batches of one agent that may wait here; an honest one has four under way */
const BATCHES_PER_AGENT = 8;
/** batches of all agents that may be unpacked or wait for their commit; beyond it agents are held back */
const BATCHES_IN_ALL = 256;

/**
 * Bytes of batches, as they came, that are unpacked and not committed yet; unpacked and read they take forty times as much. Others wait
 * packed. After an outage every agent sends at once: lowering this keeps that small, raising it commits more of them together.
 */
const PACKED_BYTES_AT_ONCE = 512 * 1024;

/** a hello that no database could take in is answered later: agents whose hello was answered do not say it again */
const HELLO_AGAIN_MS = 2_000;

const helloChecker = compile(Hello);
const inboxAckChecker = compile(InboxAck);
const liveChecker = compile(LiveUpdate);
const statusChecker = compile(AgentStatus);

/** What agents say, in the order in which each said it. */
export class AgentLink {
  /** by store id: batches that have arrived and are not acknowledged yet */
  readonly #open = new Map<string, number>();
  #openInAll = 0;
  readonly #held: { storeId: string; release: () => void }[] = [];
  /** those that wait to be unpacked, in the order of their arrival */
  readonly #packed: Arrived[] = [];
  #bytesOpen = 0;
  /** by store id: the end of what came before, so that one agent's messages stay in order */
  readonly #chains = new Map<string, Promise<void>>();
  /** by store id: the journal of an agent that is connected, and its epoch, which never changes once it is given */
  readonly #epochs = new Map<string, { journalId: string; epoch: number }>();
  /** by store id: takes back that the last hello is handled once more */
  readonly #helloAgain = new Map<string, () => void>();

  constructor(private readonly parts: AgentLinkParts) {}

  /** Messages whose agents wait until others are on disk. */
  get heldBack(): number {
    return this.#held.length;
  }

  /** The broker's message handler. A promise means: hold this agent back until it resolves. */
  message(storeId: string, channel: UpChannel, payload: Buffer, taken?: Taken): void | Promise<void> {
    if (channel === 'live') {
      const update = this.#parse(storeId, channel, payload, liveChecker);
      if (update) this.parts.live(storeId, update);
      return taken?.('done');
    }
    if (channel === 'status') {
      const status = this.#parse(storeId, channel, payload, statusChecker);
      if (status) this.parts.status(storeId, status);
      return taken?.('done');
    }
    if (channel === 'facts') return this.#facts(storeId, payload, taken);
    this.#inOrder(storeId, () =>
      channel === 'hello' ? this.#helloUntilTaken(storeId, payload, taken) : this.#inboxAck(storeId, payload, taken),
    );
  }

  /** The agent has hung up: nobody waits for an answer. */
  gone(storeId: string): void {
    this.#helloAgain.get(storeId)?.();
    this.#helloAgain.delete(storeId);
    this.#epochs.delete(storeId);
  }

  /** Waits for what is being handled, and begins nothing new by itself. */
  async settle(): Promise<void> {
    for (const storeId of this.#helloAgain.keys()) this.gone(storeId);
    await Promise.all(this.#chains.values());
  }

  #inOrder(storeId: string, task: () => Promise<void>): void {
    const next = (this.#chains.get(storeId) ?? Promise.resolve()).then(task).catch((error: unknown) => {
      this.parts.log.error({ store: storeId, err: error }, 'a message of an agent could not be handled');
    });
    this.#chains.set(storeId, next);
    void next.then(() => {
      if (this.#chains.get(storeId) === next) this.#chains.delete(storeId);
    });
  }

  async #helloUntilTaken(storeId: string, payload: Buffer, taken?: Taken): Promise<void> {
    this.gone(storeId);
    try {
      await this.#hello(storeId, payload);
      taken?.('done');
    } catch (error) {
      const isLater = error instanceof StoreError && error.remedy === 'retry';
      // a broker that keeps it brings it once more
      if (taken) taken(isLater ? 'again' : 'done');
      else if (isLater) {
        const again = () => this.#inOrder(storeId, () => this.#helloUntilTaken(storeId, payload));
        this.#helloAgain.set(storeId, this.parts.clock.after(HELLO_AGAIN_MS, again));
      }
      throw error;
    }
  }

  async #hello(storeId: string, payload: Buffer): Promise<void> {
    const said = this.#parse(storeId, 'hello', payload, helloChecker);
    if (!said) return;
    const hello = { ...said, agentVersion: said.agentVersion.slice(0, 100) };
    const { agents, versions, clock, log } = this.parts;
    const epoch = await agents.epochOf(storeId, hello.journalId);
    this.#epochs.set(storeId, { journalId: hello.journalId, epoch });
    const current = await versions.currentVersion(storeId, clock.now());
    await agents.noteAgent(storeId, { lastSeenTs: clock.now(), configVersion: hello.configVersion });
    const { journalId, inboxSeq, agentVersion, speaks } = hello;
    log.info({ store: storeId, journal: journalId, epoch, inboxSeq, agentVersion }, 'agent connected');
    const files = this.parts.files?.();
    const scans = await this.parts.scans?.(storeId);
    const welcome: Welcome = {
      ...{ journalId, epoch, configVersion: current?.version ?? 0, speaks: SPEAKS },
      ...(files !== undefined && { files }),
      ...(scans !== undefined && { scans }),
    };
    this.parts.send(storeId, 'welcome', welcome);
    const protocol = (speaks ?? SPEAKS_0_1).protocol;
    if (protocol === PROTOCOL) await this.parts.ready(storeId, hello);
    else
      log.error(
        { store: storeId, agent: protocol, cloud: PROTOCOL },
        'the agent speaks another protocol: nothing goes down until both are of one age',
      );
    // Behind what goes by the version that was here before.
    await agents.noteAgent(storeId, { agentVersion, speaks: speaks ? JSON.stringify(speaks) : null });
  }

  async #inboxAck(storeId: string, payload: Buffer, taken?: Taken): Promise<void> {
    const ack = this.#parse(storeId, 'inbox-ack', payload, inboxAckChecker);
    try {
      if (ack) await this.parts.inboxAcknowledged(storeId, ack);
      taken?.('done');
    } catch (error) {
      taken?.(error instanceof StoreError && error.remedy === 'retry' ? 'again' : 'done');
      throw error;
    }
  }

  #facts(storeId: string, payload: Buffer, taken?: Taken): void | Promise<void> {
    const arrivedMs = this.parts.clock.monotonicMs();
    this.#opened(storeId);
    const waits = this.#packed.length > 0 || !this.#hasRoom(payload);
    // a part of what the connection read would keep all of that in memory
    this.#packed.push({ storeId, payload: waits ? Buffer.from(payload) : payload, arrivedMs, taken });
    this.#unpackNext();
    if (this.#isFull(storeId)) return new Promise((release) => this.#held.push({ storeId, release }));
  }

  #hasRoom({ length }: Buffer): boolean {
    return this.#bytesOpen === 0 || this.#bytesOpen + length <= PACKED_BYTES_AT_ONCE;
  }

  /** Unpacked side by side; only the order of the commits is kept, and even that matters to nobody. */
  #unpackNext(): void {
    for (let next = this.#packed[0]; next && this.#hasRoom(next.payload); next = this.#packed[0]) {
      this.#packed.shift();
      const { storeId, payload, taken } = next;
      const { length } = payload;
      this.#bytesOpen += length;
      const closed: Taken = (outcome) => {
        this.#bytesOpen -= length;
        this.#closed(storeId);
        this.#unpackNext();
        taken?.(outcome);
      };
      this.#readFacts(next, closed).catch((error: unknown) => {
        closed('again');
        this.parts.log.error({ store: storeId, err: error }, 'a batch could not be handled');
      });
    }
  }

  async #readFacts({ storeId, payload, arrivedMs }: Arrived, closed: Taken): Promise<void> {
    const { metrics, committer, log } = this.parts;
    const result = await readBatch(payload);
    if (!result.ok) {
      metrics.batch('unreadable');
      log.warn(
        { store: storeId, reason: result.reason, bytes: payload.length },
        `a batch was refused: it ${result.message}`,
      );
      if (result.batchId !== undefined) this.#refuse(storeId, result.batchId, 'malformed');
      return closed('done');
    }
    const { batch } = result;
    if ((await this.#epochOf(storeId, batch.journalId)) !== batch.epoch) {
      metrics.batch('refused');
      log.warn(
        { store: storeId, journal: batch.journalId, epoch: batch.epoch },
        'a batch of an unknown epoch was refused',
      );
      this.#refuse(storeId, batch.batchId, 'epoch');
      return closed('done');
    }
    committer.add({
      storeId,
      batch,
      arrivedMs,
      done: (ack) => {
        this.parts.send(storeId, 'ack', ack);
        closed('done');
      },
    });
  }

  /** Of the journal that the agent has told in its hello nobody is asked: a thousand agents send 170 batches a second. */
  async #epochOf(storeId: string, journalId: string): Promise<number | undefined> {
    const told = this.#epochs.get(storeId);
    return told?.journalId === journalId ? told.epoch : this.parts.agents.knownEpoch(storeId, journalId);
  }

  #refuse(storeId: string, batchId: string, reason: string): void {
    const ack: Ack = { batchId, status: 'refused', reason, refused: [] };
    this.parts.send(storeId, 'ack', ack);
  }

  #isFull(storeId: string): boolean {
    return (this.#open.get(storeId) ?? 0) >= BATCHES_PER_AGENT || this.#openInAll >= BATCHES_IN_ALL;
  }

  #opened(storeId: string): void {
    this.#open.set(storeId, (this.#open.get(storeId) ?? 0) + 1);
    this.#openInAll += 1;
  }

  #closed(storeId: string): void {
    const left = (this.#open.get(storeId) ?? 1) - 1;
    if (left === 0) this.#open.delete(storeId);
    else this.#open.set(storeId, left);
    this.#openInAll -= 1;
    // of a thousand that are held nobody can go on yet
    if (this.#openInAll >= BATCHES_IN_ALL) return;
    for (let at = this.#held.length - 1; at >= 0; at -= 1) {
      const held = this.#held[at]!;
      if (this.#isFull(held.storeId)) continue;
      this.#held.splice(at, 1);
      held.release();
    }
  }

  #parse<T>(storeId: string, channel: UpChannel, payload: Buffer, checker: Checker<T>): T | undefined {
    let raw: unknown;
    try {
      raw = JSON.parse(payload.toString('utf8'));
    } catch {
      this.parts.log.warn({ store: storeId, channel }, 'a message of an agent is not JSON');
      return undefined;
    }
    const checked = checker.check(raw);
    if (checked.ok) return checked.value;
    const { field, message } = checked.problem;
    this.parts.log.warn({ store: storeId, channel, field }, `a message of an agent was refused: ${field} ${message}`);
    return undefined;
  }
}
