import type { CredentialEvent, DomainEvent, RefusalReason } from '@aisle/contracts';
import type { Journal } from '../journal/journal.js';
import type { JournalEntry } from '../journal/record.js';
import type { Clock } from '../ports/clock.js';
import { Listeners } from '../ports/listeners.js';
import type { Logger } from '../ports/logger.js';
import type { ScreenDirector } from '../screens/director.js';
import type { LiveFeed } from '../uplink/live-feed.js';
import type { EngineHost } from './engine-host.js';
import type { Housekeeper } from './housekeeper.js';
import type { Refusals } from '../fleet/refusals.js';

/** After these, people or what is known of them have moved, or something may be shown no longer. */
const LOOKED_AT = new Set([
  ...['positions', 'detections', 'tracked', 'judged'],
  // what may be shown is another
  ...['campaign', 'ordered', 'weight', 'advert', 'reads', 'configured'],
]);

/** The order of things behind the journal: engine, then screens, then the live view, then the outbox. */
export class Pipeline {
  /** A store file or a calibration has come into force. */
  readonly stores: Listeners;
  /** A device's password has changed or was revoked. */
  readonly credentials: Listeners<[CredentialEvent]>;
  /** An event has replaced what an earlier one of the same receipt said; its sender is told afterwards. */
  readonly replaced: Listeners<[DomainEvent]>;
  /** The engine has refused an event; its sender is told afterwards. */
  readonly refused: Listeners<[DomainEvent, RefusalReason]>;

  constructor(
    private readonly host: EngineHost,
    private readonly journal: Journal,
    private readonly screens: ScreenDirector,
    private readonly live: LiveFeed,
    private readonly keeper: Housekeeper,
    private readonly refusals: Refusals,
    private readonly clock: Clock,
    log: Logger,
  ) {
    const failed = (error: unknown) =>
      log.error({ err: (error as Error).stack ?? String(error) }, 'something behind the engine failed');
    this.stores = new Listeners(failed);
    this.credentials = new Listeners(failed);
    this.refused = new Listeners(failed);
    this.replaced = new Listeners(failed);
  }

  start(): void {
    this.journal.consume((entry) => this.#apply(entry));
    this.journal.groups.add(() => this.live.changed());
    this.journal.groups.add(() => this.keeper.changed());
    this.journal.whenFull(() => this.keeper.makeRoom());
  }

  #apply(entry: JournalEntry): boolean {
    const { event } = entry;
    const outcome = this.host.apply(entry);
    if (!outcome.accepted) {
      if ('deviceId' in event)
        this.refusals.add(event.deviceId, outcome.reason, outcome.wrong, this.clock.now(), {
          at: event.deviceId,
          counted: false,
        });
      this.refused.tell(event, outcome.reason);
      return false;
    }
    if (outcome.replaced) this.replaced.tell(event);
    if (event.kind === 'configured' || event.kind === 'calibrated') this.stores.tell();
    if (event.kind === 'credential') this.credentials.tell(event);
    if (LOOKED_AT.has(event.kind)) this.screens.look();
    return true;
  }
}
