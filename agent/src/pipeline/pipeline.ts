import type { CredentialEvent, DomainEvent, RefusalReason } from '@aisle/contracts';
import type { Journal } from '../journal/journal.js';
import type { JournalEntry } from '../journal/record.js';
import type { Clock } from '../ports/clock.js';
import type { ScreenDirector } from '../screens/director.js';
import type { LiveFeed } from '../uplink/live-feed.js';
import type { EngineHost } from './engine-host.js';
import type { Housekeeper } from './housekeeper.js';
import type { Refusals } from '../fleet/refusals.js';

/** After these, people or what is known of them have moved. */
const LOOKED_AT = new Set(['positions', 'detections', 'tracked', 'judged']);

/** The order of things behind the journal: engine, then screens, then the live view, then the outbox. */
export class Pipeline {
  /** Called when a store file or a calibration has come into force. */
  onStore: () => void = () => undefined;
  /** Called when a device's password has changed or was revoked. */
  onCredential: (event: CredentialEvent) => void = () => undefined;
  /** Called when the engine has refused an event, before its sender is told. */
  onRefused: (event: DomainEvent, reason: RefusalReason) => void = () => undefined;
  /** Called when a group of events has been applied. */
  onGroup: () => void = () => undefined;

  constructor(
    private readonly host: EngineHost,
    private readonly journal: Journal,
    private readonly screens: ScreenDirector,
    private readonly live: LiveFeed,
    private readonly keeper: Housekeeper,
    private readonly refusals: Refusals,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.journal.onCommit = (entry) => this.#apply(entry);
    this.journal.onGroup = () => {
      this.live.changed();
      this.keeper.changed();
      this.onGroup();
    };
    this.journal.onFull = () => this.keeper.makeRoom();
  }

  #apply(entry: JournalEntry): boolean {
    const { event } = entry;
    const outcome = this.host.apply(entry);
    if (!outcome.accepted) {
      if ('deviceId' in event)
        this.refusals.add(event.deviceId, outcome.reason, outcome.message, this.clock.now(), false);
      this.onRefused(event, outcome.reason);
      return false;
    }
    if (event.kind === 'configured' || event.kind === 'calibrated') this.onStore();
    if (event.kind === 'credential') this.onCredential(event);
    if (LOOKED_AT.has(event.kind)) this.screens.look();
    return true;
  }
}
