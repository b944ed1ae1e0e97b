import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { AgentStatus } from '@aisle/contracts';
import type { IngestMetrics } from '../ingest/ingest-metrics.js';

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What one shop shows at `/metrics`. */
export interface ShopMetrics {
  storeId: string;
  online: boolean;
  status: AgentStatus | undefined;
}

/** Prometheus: the process, what ingest counts, and what the agents have told. */
export class Metrics implements IngestMetrics {
  readonly #registry = new Registry();
  readonly #batches = new Counter({
    name: 'aisle_ingest_batches_total',
    help: 'Batches of facts by outcome',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly #facts = new Counter({
    name: 'aisle_ingest_facts_total',
    help: 'Facts by outcome',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly #knownReceipts = new Counter({
    name: 'aisle_ingest_known_receipts_total',
    help: 'Receipts told again by a newer journal of their shop: with the same content, or with another (conflict). They stay as they were',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly #batchSeconds = new Histogram({
    name: 'aisle_ingest_batch_seconds',
    help: 'From the arrival of a batch to its acknowledgement',
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #commitSeconds = new Histogram({
    name: 'aisle_ingest_commit_seconds',
    help: 'One commit of the series store',
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #commitBatches = new Counter({
    name: 'aisle_ingest_committed_batches_total',
    help: 'Batches that commits held; divided by the number of commits: how many share one',
    registers: [this.#registry],
  });
  readonly #lastCommit = new Gauge({
    name: 'aisle_ingest_last_commit_timestamp_seconds',
    help: 'When facts last reached the disk; 0: not since the start',
    registers: [this.#registry],
  });
  readonly #waiting = new Gauge({
    name: 'aisle_ingest_waiting_batches',
    help: 'Batches that wait for a commit',
    registers: [this.#registry],
  });
  readonly #refusedMqtt = new Counter({
    name: 'aisle_agents_refused_total',
    help: 'Log-ins, publications and subscriptions refused by the broker for agents',
    labelNames: ['what'],
    registers: [this.#registry],
  });

  /** sales by REST that were refused, by store, since the start */
  readonly #receiptConflicts = new Map<string, number>();

  /** `sockets`: how many browsers are connected now. Also begins to observe the process. */
  start(sockets: () => number, certificateExpiresTs?: number): void {
    collectDefaultMetrics({ register: this.#registry });
    if (certificateExpiresTs !== undefined)
      new Gauge({
        name: 'aisle_certificate_expires_timestamp_seconds',
        help: 'When the certificate of what listens here ends',
        registers: [this.#registry],
      }).set(certificateExpiresTs / 1000);
    new Gauge({
      name: 'aisle_live_sockets',
      help: 'Browsers connected to /live',
      registers: [this.#registry],
      collect() {
        this.set(sockets());
      },
    });
  }

  batch(outcome: 'committed' | 'refused' | 'unreadable'): void {
    this.#batches.inc({ outcome });
  }
  facts(outcome: 'committed' | 'refused', count: number): void {
    if (count > 0) this.#facts.inc({ outcome }, count);
  }
  knownReceipts(outcome: 'same' | 'conflict', count: number): void {
    if (count > 0) this.#knownReceipts.inc({ outcome }, count);
  }
  batchSeconds(seconds: number): void {
    this.#batchSeconds.observe(seconds);
  }
  commit(seconds: number, batches: number): void {
    this.#commitSeconds.observe(seconds);
    this.#commitBatches.inc(batches);
    this.#lastCommit.setToCurrentTime();
  }
  waiting(batches: number): void {
    this.#waiting.set(batches);
  }
  agentRefused(what: 'login' | 'publish' | 'subscribe'): void {
    this.#refusedMqtt.inc({ what });
  }

  receiptConflict(storeId: string): void {
    this.#receiptConflicts.set(storeId, (this.#receiptConflicts.get(storeId) ?? 0) + 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The process, and these shops: nobody sees the shops of others. */
  async text(shops: readonly ShopMetrics[]): Promise<string> {
    const own = new Registry();
    const refused = new Counter({
      name: 'aisle_messages_refused_total',
      help: 'Messages of devices that changed nothing, by device and reason',
      // this order: whoever searches the text by device and reason finds them at its start
      labelNames: ['device', 'reason', 'store'],
      registers: [own],
    });
    const epochs = new Counter({
      name: 'aisle_device_clock_epochs_total',
      help: 'Times that the clock of a device was set back for good',
      labelNames: ['device', 'store'],
      registers: [own],
    });
    const online = new Gauge({
      name: 'aisle_agent_online',
      help: '1 while the agent is connected',
      labelNames: ['store'],
      registers: [own],
    });
    const outbox = new Gauge({
      name: 'aisle_agent_outbox_facts',
      help: 'Facts that wait in the shop',
      labelNames: ['store'],
      registers: [own],
    });
    const oldest = new Gauge({
      name: 'aisle_agent_outbox_oldest_timestamp_seconds',
      help: 'The time that the oldest fact which waits in the shop is about; left out while none waits',
      labelNames: ['store'],
      registers: [own],
    });
    const discarded = new Gauge({
      name: 'aisle_agent_outbox_discarded',
      help: 'Facts lost to a full disk in the shop',
      labelNames: ['store'],
      registers: [own],
    });
    for (const { storeId: store, online: isOnline, status } of shops) {
      online.set({ store }, isOnline ? 1 : 0);
      // by REST there is no device: it shares the name of those that the store file does not know
      const receipts = this.#receiptConflicts.get(store) ?? 0;
      if (receipts > 0) refused.inc({ device: 'unknown', reason: 'conflict', store }, receipts);
      if (!status) continue;
      for (const { deviceId: device, count } of status.clockEpochs ?? []) epochs.inc({ device, store }, count);
      outbox.set({ store }, status.outbox.waiting);
      if (status.outbox.oldestTs !== null) oldest.set({ store }, status.outbox.oldestTs / 1000);
      discarded.set({ store }, status.outbox.discarded);
      for (const { deviceId: device, reason, count } of status.refused)
        refused.inc({ device, reason, store }, Math.max(0, count));
    }
    return `${await this.#registry.metrics()}\n${await own.metrics()}`;
  }
}
