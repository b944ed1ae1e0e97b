import { gzipSync } from 'node:zlib';
import mqtt, { type MqttClient } from 'mqtt';
import {
  FACT_KINDS,
  MAX_BATCH_FACTS,
  SPEAKS,
  downTopic,
  factKey,
  gridOf,
  upTopic,
  CELL_METRES,
  type Ack,
  type Fact,
  type InboxCommand,
  type StoreFile,
  type Watch,
  type Welcome,
} from '@aisle/contracts';
import { ShopLife } from './shop-life.js';
import type { Tally } from './tally.js';

/** As agents have it: minute facts so often, records each second, statuses when they changed; event time. */
const STEP_MS = 1000;
const STEPS_A_ROUND = 10;
const STEPS_A_STATUS = 2;
const STEPS_A_SETTLING = 60;
const IN_FLIGHT = 4;
const ANSWER_MS = 30_000;
const AGAIN_MS = { first: 500, longest: 15_000 };

export interface Line {
  url: string;
  username: string;
  password: string;
  /** certificates to trust, PEM */
  ca?: string | undefined;
}
export interface LoadAgentParts {
  file: StoreFile;
  line: Line;
  seed: number;
  /** event time at which it begins, a whole minute */
  from: number;
  journalId: string;
  receiptPrefix: string;
  /** of this agent alone: which of ten seconds its round begins in, and how it spreads its tries */
  phase: number;
  tally: Tally;
  /** a batch is acknowledged: ms since it was sent, and its facts */
  answered(ms: number, facts: number): void;
}
interface InFlight {
  facts: Fact[];
  sentMs: number;
}
export interface LoadCounts {
  connections: number;
  batches: number;
  statements: number;
  bytes: number;
  resent: number;
  refusedBatches: number;
  refusedFacts: number;
  statuses: number;
  live: number;
  commands: number;
}

/** One shop on its line: says hello, takes its commands, sends what happens, and again what was not acknowledged. */
export class LoadAgent {
  readonly counts: LoadCounts = {
    ...{ connections: 0, batches: 0, statements: 0, bytes: 0, resent: 0, refusedBatches: 0, refusedFacts: 0 },
    ...{ statuses: 0, live: 0, commands: 0 },
  };
  /** why something was refused: the first few */
  readonly refusals: string[] = [];
  readonly storeId: string;
  #life: ShopLife | undefined;
  #client: MqttClient | undefined;
  #again: NodeJS.Timeout | undefined;
  #pauseMs = AGAIN_MS.first;
  #stopped = false;
  #epoch = 0;
  #kinds: ReadonlySet<string> = new Set(FACT_KINDS);
  #configVersion = 0;
  #inboxSeq = 0;
  #now: number;
  #statusSeq = -1;
  #batchCount = 0;
  #watchedUntilMs = 0;
  #liveNumber = 0;
  #lastLiveMs = 0;
  /** the newest statement of each key that is on no line */
  readonly #waiting = new Map<string, Fact>();
  readonly #inFlight = new Map<string, InFlight>();
  readonly #inFlightKeys = new Set<string>();

  constructor(private readonly parts: LoadAgentParts) {
    this.storeId = parts.file.store.id;
    this.#now = parts.from;
  }

  /** event time that it has lived to */
  get now(): number {
    return this.#now;
  }
  /** It has been welcomed at least once, and knows its version. */
  get lives(): boolean {
    return this.#life !== undefined;
  }
  get unacknowledged(): number {
    return this.#waiting.size + this.#inFlightKeys.size;
  }
  /** Room for another batch on the line. */
  get hasRoom(): boolean {
    return this.#epoch > 0 && this.#inFlight.size < IN_FLIGHT && this.#waiting.size < MAX_BATCH_FACTS;
  }

  start(): void {
    if (this.#stopped) return;
    const { url, username, password, ca } = this.parts.line;
    const client = mqtt.connect(url, {
      ...{ username, password, protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: 30_000 },
      ...{ keepalive: 20, queueQoSZero: false, resubscribe: false, ...(ca !== undefined && { ca }) },
    });
    this.#client = client;
    client.on('error', () => undefined);
    client.on('message', (topic, payload) => this.#heard(topic, payload));
    client.on('connect', () => {
      this.counts.connections += 1;
      client
        .subscribeAsync(downTopic(this.storeId, '+'), { qos: 1 })
        .then(() => this.#hello())
        .catch(() => client.end(true));
    });
    client.once('close', () => {
      client.end(true);
      this.#lineLost();
      this.#again = setTimeout(() => this.start(), this.#pauseMs * (0.5 + (this.parts.phase % 10) / 10));
      this.#pauseMs = Math.min(this.#pauseMs * 2, AGAIN_MS.longest);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#again);
    await this.#client?.endAsync(true);
    clearTimeout(this.#again);
  }

  /** Lives until `ts` (event time), second by second, and says what there is to say. */
  liveTo(ts: number): void {
    while (this.#now + STEP_MS <= ts) this.step();
    this.#resend();
    this.#showLive();
  }

  /** One second of event time. */
  step(): void {
    const life = this.#life;
    if (!life) return;
    this.#now += STEP_MS;
    life.live(this.#now);
    const step = Math.round((this.#now - this.parts.from) / STEP_MS);
    if (step % STEPS_A_ROUND === this.parts.phase % STEPS_A_ROUND) this.#take('all');
    else if (life.hasRecords) this.#take('records');
    if (step % STEPS_A_STATUS === 0 && life.seq !== this.#statusSeq) this.#status(life.seq);
    if (step % STEPS_A_SETTLING === 0)
      this.parts.tally.settle(this.#now, (key) => this.#waiting.has(key) || this.#inFlightKeys.has(key));
  }

  /** The last minute is over: all that has not been said is said. */
  finish(): void {
    // rounds begin in a second of their own: what happened since the last of them waits
    this.#life?.live(this.#now + 1);
    this.#take('all');
    this.#resend();
  }

  #take(which: 'records' | 'all'): void {
    for (const fact of this.#life?.take(which) ?? []) {
      const key = factKey(fact);
      this.#waiting.delete(key);
      this.#waiting.set(key, fact);
    }
    this.#send();
  }

  #send(): void {
    while (this.#epoch > 0 && this.#inFlight.size < IN_FLIGHT) {
      const facts: Fact[] = [];
      for (const [key, fact] of this.#waiting) {
        if (this.#inFlightKeys.has(key) || !this.#kinds.has(fact.kind)) continue;
        facts.push(fact);
        if (facts.length === MAX_BATCH_FACTS) break;
      }
      if (facts.length === 0) return;
      const batchId = `${this.parts.journalId.slice(0, 13)}-${(this.#batchCount += 1)}`;
      for (const fact of facts) {
        const key = factKey(fact);
        this.#waiting.delete(key);
        this.#inFlightKeys.add(key);
      }
      this.#inFlight.set(batchId, { facts, sentMs: performance.now() });
      const { journalId } = this.parts;
      const payload = gzipSync(JSON.stringify({ batchId, journalId, epoch: this.#epoch, facts }));
      this.counts.batches += 1;
      this.counts.statements += facts.length;
      this.counts.bytes += payload.length;
      this.#client?.publish(upTopic(this.storeId, 'facts'), payload, { qos: 1 }, () => undefined);
    }
  }

  /** What nobody answered goes once more, under another name. */
  #resend(): void {
    const before = performance.now() - ANSWER_MS;
    for (const [batchId, { sentMs, facts }] of this.#inFlight)
      if (sentMs < before) {
        this.counts.resent += 1;
        this.#release(batchId, facts);
      }
    this.#send();
  }

  #release(batchId: string, facts: readonly Fact[]): void {
    this.#inFlight.delete(batchId);
    for (const fact of facts) {
      const key = factKey(fact);
      this.#inFlightKeys.delete(key);
      if (!this.#waiting.has(key)) this.#waiting.set(key, fact);
    }
  }

  #lineLost(): void {
    this.#epoch = 0;
    this.#watchedUntilMs = 0;
    for (const [batchId, { facts }] of [...this.#inFlight]) this.#release(batchId, facts);
  }

  #hello(): void {
    const hello = {
      ...{ journalId: this.parts.journalId, agentVersion: 'load generator', configVersion: this.#configVersion },
      ...{ inboxSeq: this.#inboxSeq, speaks: SPEAKS },
    };
    this.#client?.publish(upTopic(this.storeId, 'hello'), JSON.stringify(hello), { qos: 1 }, () => undefined);
  }

  #heard(topic: string, payload: Buffer): void {
    let said: unknown;
    try {
      said = JSON.parse(payload.toString());
    } catch {
      return;
    }
    switch (topic.slice(topic.lastIndexOf('/') + 1)) {
      case 'welcome':
        return this.#welcome(said as Welcome);
      case 'ack':
        return this.#acknowledged(said as Ack);
      case 'inbox':
        return this.#command(said as InboxCommand);
      case 'watch':
        return this.#watched(said as Watch);
    }
  }

  #welcome({ journalId, epoch, configVersion, speaks }: Welcome): void {
    if (journalId !== this.parts.journalId) return;
    this.#epoch = epoch;
    this.#pauseMs = AGAIN_MS.first;
    this.#configVersion = Math.max(this.#configVersion, configVersion);
    if (speaks) this.#kinds = new Set(Object.keys(speaks.facts));
    this.#born();
    this.#send();
  }

  /** Facts are stated under a version of the store file: without one there is no shop yet. */
  #born(): void {
    if (this.#life || this.#configVersion === 0) return;
    const { file, seed, from, receiptPrefix } = this.parts;
    this.#life = new ShopLife(file, seed, from, receiptPrefix, this.#configVersion);
  }

  #command(command: InboxCommand): void {
    if (command.seq > this.#inboxSeq) {
      this.counts.commands += 1;
      this.#inboxSeq = command.seq;
      if (command.kind === 'storeFile' && !this.#life)
        this.#configVersion = Math.max(this.#configVersion, command.version);
    }
    const ack = JSON.stringify({ seq: this.#inboxSeq });
    this.#client?.publish(upTopic(this.storeId, 'inbox-ack'), ack, { qos: 1 }, () => undefined);
    this.#born();
  }

  #acknowledged({ batchId, status, reason, refused }: Ack): void {
    const batch = this.#inFlight.get(batchId);
    if (!batch) return;
    if (status === 'refused') {
      this.counts.refusedBatches += 1;
      this.#why(`${this.storeId}: a batch was refused (${reason ?? ''})`);
      // sent again when its time is up, unless the cloud asks who this is
      if (reason === 'epoch') this.#hello();
      return;
    }
    this.#inFlight.delete(batchId);
    const gone = new Set(refused.map(({ index }) => index));
    for (const fact of batch.facts) this.#inFlightKeys.delete(factKey(fact));
    this.parts.tally.acknowledged(gone.size === 0 ? batch.facts : batch.facts.filter((_, index) => !gone.has(index)));
    this.counts.refusedFacts += gone.size;
    for (const { index, field, message } of refused)
      this.#why(`${this.storeId}: a ${batch.facts[index]?.kind} was refused: ${field} ${message}`);
    this.parts.answered(performance.now() - batch.sentMs, batch.facts.length - gone.size);
    this.#send();
  }

  #why(text: string): void {
    if (this.refusals.length < 5) this.refusals.push(text);
  }

  #status(seq: number): void {
    this.#statusSeq = seq;
    const outbox = { waiting: this.#waiting.size, oldestTs: null, discarded: 0 };
    const status = {
      ...{ ts: this.#now, agentVersion: 'load generator', configVersion: this.#configVersion, refused: [] },
      ...{ outbox, journalSeq: seq },
    };
    this.counts.statuses += 1;
    if (this.#epoch > 0)
      this.#client?.publish(upTopic(this.storeId, 'status'), JSON.stringify(status), { qos: 0, retain: true });
  }

  #watched({ leaseMs, fresh }: Watch): void {
    const now = performance.now();
    if (fresh || this.#watchedUntilMs < now) {
      this.#liveNumber = 0;
      this.#lastLiveMs = 0;
    }
    this.#watchedUntilMs = now + leaseMs;
    this.#showLive();
  }

  /** Once a second while somebody watches. */
  #showLive(): void {
    const now = performance.now();
    if (!this.#life || now >= this.#watchedUntilMs || now - this.#lastLiveMs < 1000) return;
    this.#lastLiveMs = now;
    const zones = this.#life.present();
    const occupancy = zones.reduce((sum, zone) => sum + zone.occupancy, 0);
    const grid = gridOf(this.parts.file.floor);
    const heat = {
      cellMetres: CELL_METRES,
      ...grid,
      seconds: Array.from({ length: grid.columns * grid.rows }, () => 0),
    };
    const whole = { ts: this.#now, occupancy, zones, heat, presence: [], devices: [], screens: [], alerts: [] };
    const n = (this.#liveNumber += 1);
    const update =
      n === 1
        ? { n, type: 'snapshot', snapshot: whole }
        : { n, type: 'delta', ts: this.#now, occupancy, zones, presence: [] };
    this.counts.live += 1;
    if (this.#epoch > 0) this.#client?.publish(upTopic(this.storeId, 'live'), JSON.stringify(update), { qos: 0 });
  }
}
