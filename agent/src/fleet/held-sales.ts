import { createHash } from 'node:crypto';
import { RECEIPT_DIGEST, receiptContent, type HeldSale, type RefusalReason, type SaleEvent } from '@aisle/contracts';
import type { Outcome } from '../domain/engine/engine-api.js';
import type { JournalEntry } from '../journal/record.js';
import type { StatePart } from '../journal/state-part.js';

/** A sale is not counted for these, though it was made: its time cannot be right. */
const IMPOSSIBLE: ReadonlySet<RefusalReason> = new Set(['future', 'tooOld']);
/** More than a shop looks through; what comes beyond is refused and counted as any other message. */
const MOST_HELD = 5_000;
/** So many are told at a time, the oldest first. */
const MOST_TOLD = 200;

interface Held {
  event: SaleEvent;
  reason: RefusalReason;
}

/**
 * Sales of tills whose time is impossible (a clock that was never set, or set to another year), kept apart until a person says when they
 * were made, or that they were none. A plain consequence of the journal.
 */
export class HeldSales implements StatePart {
  readonly name = 'heldSales';
  /** by id, in the order in which they came */
  #held = new Map<string, Held>();

  apply({ event }: JournalEntry, outcome?: Outcome): void {
    if (event.kind === 'heldDropped') this.#held.delete(event.heldId);
    if (event.kind !== 'sale') return;
    // A person has said when it was made: from now on it is a sale like others, and what is wrong with it is told like theirs.
    if (event.heldOf !== undefined) this.#held.delete(event.heldOf);
    if (event.source !== 'till' || !outcome || outcome.accepted || !IMPOSSIBLE.has(outcome.reason)) return;
    const id = idOf(event);
    if (this.#held.has(id) || this.#held.size >= MOST_HELD) return;
    this.#held.set(id, { event, reason: outcome.reason });
  }

  get size(): number {
    return this.#held.size;
  }

  list(): HeldSale[] {
    return [...this.#held].slice(0, MOST_TOLD).map(([heldId, { event, reason }]) => ({
      ...{ heldId, reason, deviceId: event.deviceId, receipt: event.receipt },
      ...{ ts: event.ts, receivedTs: event.receivedTs },
      lines: event.lines.length,
      netMinor: event.lines.reduce((sum, { netMinor }) => sum + netMinor, 0),
    }));
  }

  /** The sale as it counts when it was made at `ts`; undefined where it is not held any more. @param now wall clock, epoch ms */
  made(heldId: string, ts: number, now: number): SaleEvent | undefined {
    const held = this.#held.get(heldId);
    if (!held) return undefined;
    const { formerDigest: _former, businessDay: _day, ...event } = held.event;
    const contentDigest = createHash(RECEIPT_DIGEST.algorithm)
      .update(receiptContent(ts, event.lines))
      .digest('hex')
      .slice(0, RECEIPT_DIGEST.hexDigits);
    return { ...event, ts, receivedTs: now, digest: `${event.digest}@${ts}`, contentDigest, heldOf: heldId };
  }

  save(): unknown {
    return [...this.#held];
  }
  restore(data: unknown): void {
    this.#held = new Map(data as [string, Held][]);
  }
}

const idOf = ({ deviceId, digest }: SaleEvent): string => `${deviceId}.${digest.replaceAll(/[^0-9a-zA-Z]/g, '-')}`;
