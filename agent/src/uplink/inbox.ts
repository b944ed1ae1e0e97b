import {
  InboxCommand,
  checkStoreFile,
  compile,
  type DomainEvent,
  type InboxCommand as Command,
} from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import { digestOf } from '../devices/registry.js';
import { saleOf } from '../devices/till/aisle.js';
import type { Journal } from '../journal/journal.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

const schema = compile(InboxCommand);
/** The device that sales by REST count for: no till of the store file. */
export const REST_DEVICE = 'rest';

/**
 * The way down: commands in rising sequence, each journaled as an event before it is acknowledged. A command whose
 * sequence is in the journal is acknowledged again and changes nothing.
 */
export class Inbox {
  /** Highest sequence taken, durable or not. */
  #taken = 0;

  constructor(
    private readonly storeId: string,
    private readonly journal: Journal,
    private readonly config: () => StoreIndex | undefined,
    /** highest sequence that is durable */
    private readonly durableSeq: () => number,
    private readonly acknowledge: (seq: number) => void,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  receive(payload: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(payload.toString('utf8'));
    } catch {
      return this.log.warn({}, 'an inbox command is not JSON');
    }
    const seq = (value as { seq?: unknown } | null)?.seq;
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1)
      return this.log.warn({}, 'an inbox command has no sequence');
    if (seq <= this.durableSeq()) return this.acknowledge(this.durableSeq());
    // Taken on an earlier connection: acknowledged once it is durable, or has been refused.
    if (seq <= this.#taken) return this.journal.barrier(() => this.acknowledge(seq));
    this.#taken = seq;
    const event = this.#eventOf(value);
    // What cannot be used is acknowledged too: sending it again would not make it better, and others wait behind it.
    if (!event) return this.journal.barrier(() => this.acknowledge(seq));
    this.journal.append(event, () => this.acknowledge(seq), seq);
  }

  #eventOf(value: unknown): DomainEvent | undefined {
    const checked = schema.check(value);
    if (!checked.ok) {
      this.log.error(
        { field: checked.problem.field, problem: checked.problem.message },
        'an inbox command was refused',
      );
      return undefined;
    }
    const command = checked.value;
    switch (command.kind) {
      case 'storeFile':
        return this.#configured(command);
      case 'sale':
        return this.#sale(command);
      case 'credential':
        return {
          kind: 'credential',
          ts: this.clock.now(),
          deviceId: command.deviceId,
          sha256: command.sha256,
          ...(command.replaced === true && { replaced: true }),
        };
      case 'tare':
        return {
          kind: 'tared',
          ts: this.clock.now(),
          slotId: command.slotId,
          knownDecigrams: Math.round(command.knownGrams * 10),
        };
      default:
        this.log.error({ kind: command.kind }, 'an inbox command was refused');
        return undefined;
    }
  }

  #configured({ version, storeFile }: Extract<Command, { kind: 'storeFile' }>): DomainEvent | undefined {
    try {
      const file = checkStoreFile(storeFile, `store file version ${version}`);
      if (file.store.id !== this.storeId) throw new Error(`store.id is "${file.store.id}", expected "${this.storeId}"`);
      return { kind: 'configured', ts: this.clock.now(), version, storeFile: file };
    } catch (error) {
      this.log.error(
        { version, problem: (error as Error).message },
        'a store file was refused: the last good one stays in force',
      );
      return undefined;
    }
  }

  #sale({ sale }: Extract<Command, { kind: 'sale' }>): DomainEvent | undefined {
    const store = this.config();
    if (!store) {
      this.log.error({}, 'a sale came before the first store file');
      return undefined;
    }
    const digest = digestOf('rest/sale', Buffer.from(JSON.stringify(sale)));
    const event = saleOf(sale, {
      deviceId: REST_DEVICE,
      source: 'rest',
      receivedTs: this.clock.now(),
      digest,
      digits: store.digits,
    });
    if (event.ok) return event.value;
    this.log.error({ receipt: sale.receipt, problem: event.problem }, 'a sale by REST was refused');
    return undefined;
  }
}
