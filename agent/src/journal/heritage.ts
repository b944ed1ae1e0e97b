import type { DomainEvent } from '@aisle/contracts';
import type { JournalEntry } from './record.js';
import type { SavedState } from './saved-state.js';

export interface Heritage {
  events: DomainEvent[];
  /** highest inbox command that had been taken */
  inboxSeq: number;
}

/**
 * What a new journal takes over from one that cannot be continued: not what was measured, which stays stated as it was, but what
 * the shop's people and the cloud have said once and would not say again. So the agent works on without the cloud.
 */
export class HeritageReader {
  private readonly latest = new Map<string, DomainEvent>();
  private inboxSeq = 0;

  /** @param saved the state that could not be used, as far as it could be read */
  constructor(saved: Partial<SavedState> | undefined, ts: number) {
    if (saved?.config) this.latest.set('configured', { kind: 'configured', ts, ...saved.config });
    if (typeof saved?.inboxSeq === 'number') this.inboxSeq = saved.inboxSeq;
  }

  read({ event, inboxSeq }: JournalEntry): void {
    this.inboxSeq = Math.max(this.inboxSeq, inboxSeq);
    const key = keyOf(event);
    if (key === undefined) return;
    // The newest word comes last, whatever else was said in between.
    this.latest.delete(key);
    this.latest.set(key, event);
  }

  heritage(): Heritage {
    return { events: [...this.latest.values()], inboxSeq: this.inboxSeq };
  }
}

function keyOf(event: DomainEvent): string | undefined {
  switch (event.kind) {
    case 'configured':
      return 'configured';
    case 'planned':
      return `planned ${event.version}`;
    case 'credential':
      return `credential ${event.deviceId}`;
    case 'calibrated':
      return `calibrated ${event.cameraId}`;
    case 'campaign':
      return `campaign ${event.campaign.campaignId} ${event.campaign.revision}`;
    case 'scanKey':
      return 'scanKey';
    case 'prior':
      return `prior ${event.prior.goal}`;
    case 'ordered':
      return `ordered ${event.order.screenId}`;
    default:
      return undefined;
  }
}
