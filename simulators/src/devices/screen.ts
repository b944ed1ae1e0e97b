import { message, type Message } from './message.js';

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
