import {
  InboxCommand,
  SPEAKS,
  keptStoreFile,
  compile,
  understands,
  type CommandRefusal,
  type DomainEvent,
  type InboxCommand as Command,
  type RefusedCommand,
  type SaleEvent,
  type StoreFile,
} from '@aisle/contracts';
import type { MemberHash, StoreIndex } from '../devices/decode.js';
import { digestOf } from '../devices/registry.js';
import { saleOf } from '../devices/till/aisle.js';
import type { Journal } from '../journal/journal.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { RefusedCommands } from './refused-commands.js';

const schema = compile(InboxCommand);
/** The device that sales by REST count for: no till of the store file. */
export const REST_DEVICE = 'rest';

export interface InboxParts {
  storeId: string;
  journal: Pick<Journal, 'append' | 'barrier'>;
  config(): StoreIndex | undefined;
  memberHash: MemberHash;
  /** highest sequence that is durable */
  durableSeq(): number;
  /** the generation of the next time that facts are stated anew */
  nextGeneration(): number;
  /** a sale that was kept apart, as it counts when it was made at `ts` */
  heldSale(heldId: string, ts: number, now: number): SaleEvent | undefined;
  acknowledge(seq: number, refused: readonly RefusedCommand[]): void;
  refused: RefusedCommands;
  clock: Clock;
  log: Logger;
}

interface Waiting {
  seq: number;
  value: object;
}

type Read = { ok: true; event: DomainEvent } | { ok: false; code: CommandRefusal; field: string; problem: string };

const no = (code: CommandRefusal, field: string, problem: string): Read => ({ ok: false, code, field, problem });

/**
 * The way down: commands in rising sequence, each journaled as an event before it is acknowledged. A command whose sequence is in
 * the journal is acknowledged again and changes nothing. What this agent cannot use is refused by name, and stays with the cloud.
 */
export class Inbox {
  /** Highest sequence taken, durable or not. */
  #taken = 0;
  /** In the order in which they came: one that waits keeps its place, or a later one would be taken for the last in the journal. */
  readonly #queue: Waiting[] = [];
  #waiting = false;
  /** the command that has waited for what was journaled before it */
  #waited = 0;

  constructor(private readonly parts: InboxParts) {}

  receive(payload: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(payload.toString('utf8'));
    } catch {
      return this.parts.log.warn({}, 'an inbox command is not JSON');
    }
    const seq = (value as { seq?: unknown } | null)?.seq;
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1)
      return this.parts.log.warn({}, 'an inbox command has no sequence');
    this.#queue.push({ seq, value: value as object });
    this.#next();
  }

  #next(): void {
    const { journal, config } = this.parts;
    while (!this.#waiting) {
      const first = this.#queue[0];
      if (!first) return;
      // The store file may be on its way through the journal.
      if (kindOf(first.value) === 'sale' && !config() && this.#waited !== first.seq) {
        this.#waiting = true;
        this.#waited = first.seq;
        journal.barrier(() => {
          this.#waiting = false;
          this.#next();
        });
        return;
      }
      this.#queue.shift();
      this.#take(first);
    }
  }

  #take({ seq, value }: Waiting): void {
    const { journal, refused, acknowledge, durableSeq, log } = this.parts;
    // One that was refused and comes again is looked at anew: what it waited for may be there now.
    if (!refused.has(seq)) {
      if (seq <= durableSeq()) return acknowledge(durableSeq(), []);
      // Taken on an earlier connection: acknowledged once it is durable.
      if (seq <= this.#taken) return journal.barrier(() => acknowledge(seq, []));
    }
    this.#taken = Math.max(this.#taken, seq);
    const read = this.#eventOf(value);
    if (read.ok) {
      refused.remove(seq);
      journal.append(read.event, () => acknowledge(seq, []), seq);
      return;
    }
    const refusal = { seq, code: read.code };
    refused.add(refusal);
    log.error(
      { seq, kind: kindOf(value), code: read.code, field: read.field, problem: read.problem },
      'a command of the cloud was refused, and stays with it',
    );
    journal.barrier(() => acknowledge(seq, [refusal]));
  }

  #eventOf(value: object): Read {
    const kind = kindOf(value);
    if (!understands(SPEAKS.commands, kind)) return no('unknownCommand', 'kind', 'is of no kind that this agent knows');
    const checked = schema.check(value);
    if (!checked.ok) return no('malformed', checked.problem.field, checked.problem.message);
    const command = checked.value;
    const ts = this.parts.clock.now();
    switch (command.kind) {
      case 'storeFile': {
        const { version } = command;
        return this.#withFile(command, (storeFile) => ({ kind: 'configured', ts, version, storeFile }));
      }
      case 'planned': {
        const { version, validFrom } = command;
        return this.#withFile(command, (storeFile) => ({ kind: 'planned', ts, version, validFrom, storeFile }));
      }
      case 'recompute': {
        const { fromTs } = command;
        return { ok: true, event: { kind: 'recomputed', ts, fromTs, generation: this.parts.nextGeneration() } };
      }
      case 'sale':
        return this.#sale(command, ts);
      case 'credential': {
        const { deviceId, sha256, replaced } = command;
        return {
          ok: true,
          event: { kind: 'credential', ts, deviceId, sha256, ...(replaced === true && { replaced }) },
        };
      }
      case 'heldSale':
        return this.#heldSale(command, ts);
      case 'tare': {
        const knownDecigrams = Math.round(command.knownGrams * 10);
        return { ok: true, event: { kind: 'tared', ts, slotId: command.slotId, knownDecigrams } };
      }
      case 'campaign':
        return { ok: true, event: { kind: 'campaign', ts, campaign: command.campaign } };
      case 'screenOrder':
        return { ok: true, event: { kind: 'ordered', ts, order: command.order } };
      case 'prior':
        return { ok: true, event: { kind: 'prior', ts, prior: command.prior } };
      case 'scan':
        return { ok: true, event: { kind: 'scanned', ts, scan: command.scan } };
    }
  }

  /** The last good store file stays in force where this one cannot be used. */
  #withFile(
    { version, storeFile }: { version: number; storeFile: unknown },
    event: (file: StoreFile) => DomainEvent,
  ): Read {
    const { storeId } = this.parts;
    try {
      const file = keptStoreFile(storeFile, `store file version ${version}`);
      if (file.store.id !== storeId)
        return no('malformed', 'storeFile.store.id', `is "${file.store.id}", expected "${storeId}"`);
      return { ok: true, event: event(file) };
    } catch (error) {
      return no('malformed', 'storeFile', (error as Error).message);
    }
  }

  /** One that is not held any more has been decided already, and changes nothing. */
  #heldSale({ heldId, action, ts }: Extract<Command, { kind: 'heldSale' }>, now: number): Read {
    const made = action === 'accept' ? this.parts.heldSale(heldId, ts ?? now, now) : undefined;
    return { ok: true, event: made ?? { kind: 'heldDropped', ts: now, heldId } };
  }

  #sale({ sale, till }: Extract<Command, { kind: 'sale' }>, receivedTs: number): Read {
    const store = this.parts.config();
    if (!store) return no('noStoreFile', 'sale', 'came before the first store file');
    const digest = digestOf('rest/sale', Buffer.from(JSON.stringify(sale)));
    const deviceId = till ?? REST_DEVICE;
    const read = saleOf(sale, {
      deviceId,
      source: 'rest',
      receivedTs,
      digest,
      digitsAt: (ts) => store.digitsAt(ts),
      memberHash: this.parts.memberHash,
    });
    return read.ok ? { ok: true, event: read.value } : no('malformed', read.problem.field, read.problem.message);
  }
}

const kindOf = (value: object): string => String((value as { kind?: unknown }).kind);
