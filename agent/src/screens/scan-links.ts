import { createHash, createHmac } from 'node:crypto';
import { MINUTE_MS, SCAN_LINK_MS, SCAN_TOKEN, scanBytes, type DecidedEvent, type ScanKey } from '@aisle/contracts';
import type { JournalEntry } from '../journal/record.js';
import type { StatePart } from '../journal/state-part.js';

/** What a short link needs to know of a decision. */
type Chosen = Pick<DecidedEvent, 'decisionId' | 'ts' | 'campaignId'>;

/** Short links of plays: made and signed in the shop, so that they need no line to the cloud; it is the cloud that they lead to. */
export class ScanLinks implements StatePart {
  readonly name = 'scanLinks';
  #said: ScanKey | undefined;

  apply({ event }: JournalEntry): void {
    if (event.kind === 'scanKey') this.#said = event.scanKey;
  }

  /** Whether links lead elsewhere from now on. */
  isNews({ at, key }: ScanKey): boolean {
    return this.#said?.at !== at || this.#said.key !== key;
  }

  /** @param gtin of the product that the scan is about @returns null: the cloud has not said where links lead */
  linkOf({ decisionId, ts, campaignId }: Chosen, gtin: string | undefined): string | null {
    const bytes = this.#said && scanBytes(linkFor(decisionId, ts, campaignId ?? null, gtin));
    if (!this.#said || !bytes) return null;
    const mac = createHmac('sha256', Buffer.from(this.#said.key, 'hex')).update(bytes).digest();
    return this.#said.at + Buffer.concat([bytes, mac.subarray(0, SCAN_TOKEN.macBytes)]).toString('base64url');
  }

  save(): ScanKey | null {
    return this.#said ?? null;
  }
  restore(saved: unknown): void {
    this.#said = (saved as ScanKey | null) ?? undefined;
  }
}

function linkFor(decisionId: string, ts: number, campaignId: string | null, gtin: string | undefined) {
  return {
    decisionId,
    untilTs: Math.ceil((ts + SCAN_LINK_MS) / MINUTE_MS) * MINUTE_MS,
    campaign: campaignId === null ? null : createHash('sha256').update(campaignId).digest('hex').slice(0, 8),
    gtin: gtin !== undefined && /^\d{1,14}$/.test(gtin) ? gtin : null,
  };
}
