import {
  Ack,
  Asked,
  PROTOCOL,
  SPEAKS_0_1,
  Watch,
  Welcome,
  compile,
  downTopic,
  upTopic,
  type Checker,
  type Hello,
  type RefusedCommand,
  type ScanKey,
} from '@aisle/contracts';
import type { AgentStore } from '../ports/agent-store.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { CloudLink } from '../ports/cloud-link.js';
import { isDiskFull } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import type { Inbox } from './inbox.js';
import type { LiveFeed } from './live-feed.js';
import type { FactSender } from './sender.js';
import type { StatusFeed } from './status-feed.js';

const welcomes = compile(Welcome);
const acks = compile(Ack);
const watches = compile(Watch);
const askeds = compile(Asked);

export interface UplinkParts {
  link: CloudLink;
  store: AgentStore;
  sender: FactSender;
  inbox: Inbox;
  live: LiveFeed;
  status: StatusFeed;
  /** where the cloud has files, as its greeting says */
  files(address: string | undefined): void;
  /** where short links lead, as its greeting says */
  scans(key: ScanKey): void;
  clock: Clock;
  log: Logger;
}

/** The conversation with the cloud: hello, welcome, then facts up and commands down, until the line breaks. */
export class Uplink {
  #helloAgain: Timer | undefined;
  #welcomed = false;

  constructor(
    private readonly storeId: string,
    private readonly journalId: string,
    private readonly hello: () => Hello,
    private readonly parts: UplinkParts,
  ) {}

  /** The cloud has answered and takes facts. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  start(): void {
    this.parts.link.start({
      connected: () => void this.#greet(),
      disconnected: () => this.#close(),
      message: (topic, payload) => this.#receive(topic, payload),
    });
  }

  async stop(): Promise<void> {
    this.#close();
    await this.parts.link.stop();
  }

  /** Tells the cloud that everything up to `seq` of the inbox is durable here, but for what was refused. */
  acknowledgeInbox(seq: number, refused: readonly RefusedCommand[]): void {
    const ack = { seq, ...(refused.length > 0 && { refused }) };
    this.parts.link.send(upTopic(this.storeId, 'inbox-ack'), JSON.stringify(ack)).catch(() => undefined);
  }

  async #greet(): Promise<void> {
    const { link, clock, log } = this.parts;
    try {
      await link.subscribe(downTopic(this.storeId, '+'));
      await link.send(upTopic(this.storeId, 'hello'), JSON.stringify(this.hello()));
      this.parts.status.start();
      this.#helloAgain?.cancel();
      this.#helloAgain = clock.after(10_000, () => {
        if (!this.#welcomed && link.connected) void this.#greet();
      });
    } catch (error) {
      log.debug({ reason: String(error) }, 'the cloud was not greeted');
    }
  }

  #close(): void {
    this.#welcomed = false;
    this.#helloAgain?.cancel();
    this.parts.sender.close();
    this.parts.live.stop();
    this.parts.status.stop();
  }

  #receive(topic: string, payload: Buffer): void {
    const { sender, inbox, live } = this.parts;
    if (topic === downTopic(this.storeId, 'inbox')) return inbox.receive(payload);
    if (topic === downTopic(this.storeId, 'welcome'))
      return this.#read(welcomes, payload, (welcome) => this.#welcome(welcome));
    if (topic === downTopic(this.storeId, 'watch'))
      return this.#read(watches, payload, ({ leaseMs, fresh }) => {
        live.watch(leaseMs, fresh);
        // Figures stand beside the live view.
        sender.asked(leaseMs);
      });
    if (topic === downTopic(this.storeId, 'asked'))
      return this.#read(askeds, payload, ({ leaseMs }) => sender.asked(leaseMs));
    if (topic === downTopic(this.storeId, 'ack')) {
      this.#read(acks, payload, (ack) => {
        if (!sender.answer(ack)) return;
        this.#welcomed = false;
        sender.close();
        void this.#greet();
      });
    }
  }

  #welcome({ journalId, epoch, files, scans, speaks = SPEAKS_0_1 }: Welcome): void {
    const { store, sender, log } = this.parts;
    if (journalId !== this.journalId) return;
    if (speaks.protocol !== PROTOCOL)
      return log.error(
        { cloud: speaks.protocol, agent: PROTOCOL },
        'the cloud speaks another protocol: facts wait here until both are of one age',
      );
    try {
      if (store.epoch(journalId) !== epoch) store.setEpoch(journalId, epoch);
    } catch (error) {
      // Only another life of this agent needs it, and the cloud says it again then.
      if (!isDiskFull(error)) throw error;
    }
    this.#welcomed = true;
    const epochs = new Map([[journalId, epoch]]);
    // Rows of a journal that is gone still go, under the epoch that they were made in.
    for (const other of store.journalsWaiting()) {
      const known = store.epoch(other);
      if (known !== undefined) epochs.set(other, known);
    }
    this.parts.files(files);
    if (scans) this.parts.scans(scans);
    log.info({ epoch }, 'the cloud takes facts');
    sender.open(epochs, speaks.facts);
  }

  #read<T>(checker: Checker<T>, payload: Buffer, use: (value: T) => void): void {
    let value: unknown;
    try {
      value = JSON.parse(payload.toString('utf8'));
    } catch {
      value = undefined;
    }
    const checked = checker.check(value);
    if (checked.ok) use(checked.value);
    else
      this.parts.log.warn(
        { field: checked.problem.field, problem: checked.problem.message },
        'the cloud said something that is not in the contract',
      );
  }
}
