import type { About } from '../world/screens.js';
import { message, type Message } from './message.js';

/** What an order is about, as far as it says. */
export function aboutOf(order: unknown): About | undefined {
  const about = (order as { about?: unknown } | null)?.about as { category?: unknown; gtins?: unknown } | undefined;
  if (typeof about !== 'object' || about === null) return undefined;
  const { category, gtins } = about;
  return {
    category: typeof category === 'string' ? category : null,
    gtins: Array.isArray(gtins) ? gtins.filter((gtin) => typeof gtin === 'string') : [],
  };
}

/** A screen without a picture: takes what it is told to show, and tells when the next thing replaced it. */
export class Screen {
  private showing: { decisionId: string; contentId: string; startedTs: number } | null = null;

  constructor(readonly deviceId: string) {}

  /** What it is told to show at `ts`; the receipt of what was shown until now. Anything but a proper order is left aside. */
  show(order: unknown, ts: number): Message | undefined {
    const { decisionId, contentId } = (order ?? {}) as { decisionId?: unknown; contentId?: unknown };
    if (typeof decisionId !== 'string' || typeof contentId !== 'string') return undefined;
    if (this.showing?.decisionId === decisionId) return undefined;
    const receipt = this.receipt(ts);
    this.showing = { decisionId, contentId, startedTs: ts };
    return receipt;
  }

  /** Switches the screen off: the receipt of the last play. */
  stop(ts: number): Message | undefined {
    const receipt = this.receipt(ts);
    this.showing = null;
    return receipt;
  }

  private receipt(ts: number): Message | undefined {
    if (!this.showing) return undefined;
    const { decisionId, contentId, startedTs } = this.showing;
    return message(this.deviceId, 'screen/play', {
      ts,
      decisionId,
      contentId,
      startedTs,
      endedTs: ts,
      completed: true,
    });
  }
}
