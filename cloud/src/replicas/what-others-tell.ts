import type { IncidentBook } from '../alerts/incident-book.js';
import type { DueVersions } from '../inbox/due-versions.js';
import type { Inbox } from '../inbox/inbox.js';
import type { LiveGateway } from '../live/live-gateway.js';
import type { LiveHub } from '../live/live-hub.js';
import type { AgentPresence } from '../live/presence.js';
import type { Notice, Notices } from '../ports/index.js';
import type { StatusBoard } from '../stores/status-board.js';
import type { Stores } from '../stores/stores.js';

export interface Listening {
  notices: Notices;
  stores: Pick<Stores, 'stale' | 'allStale'>;
  statuses: Pick<StatusBoard, 'elsewhere' | 'allElsewhere'>;
  presence: Pick<AgentPresence, 'heardElsewhere'>;
  inbox: Pick<Inbox, 'lookAgain' | 'lookEverywhere' | 'givenAway'>;
  incidents: Pick<IncidentBook, 'stale'>;
  hub: Pick<LiveHub, 'agentReady' | 'alertsStale' | 'allAlertsStale'>;
  gateway: Pick<LiveGateway, 'checkAll'>;
  due: Pick<DueVersions, 'look'>;
  /** All planned versions are looked at, where that is this process's. */
  replan(): Promise<void>;
  log: { error(details: object, message: string): void };
}

/** What each notice of another process means here: what was kept at hand is let go, and what waits is done. */
export function whatOthersTell(parts: Listening): void {
  const { notices, stores, statuses, presence, inbox, incidents, hub, gateway, due, log } = parts;
  const tried = (task: Promise<void>): void =>
    void task.catch((error: unknown) => log.error({ err: error }, 'what another process told could not be done'));
  const meanings: { readonly [K in Notice['kind']]: (storeId: string, ts: number) => void } = {
    store: (storeId) => stores.stale(storeId),
    alerts: (storeId) => {
      incidents.stale(storeId);
      hub.alertsStale(storeId);
    },
    inbox: (storeId) => tried(inbox.lookAgain(storeId)),
    due: (storeId) => due.look(storeId),
    ready: (storeId) => {
      inbox.givenAway(storeId);
      hub.agentReady(storeId);
    },
    holds: (storeId) => inbox.givenAway(storeId),
    heard: (storeId, ts) => {
      presence.heardElsewhere(storeId, ts);
      statuses.elsewhere(storeId);
    },
    access: () => undefined,
  };
  notices.hear(({ kind, storeIds, ts }) => {
    if (kind === 'access') tried(gateway.checkAll());
    for (const storeId of storeIds) meanings[kind](storeId, ts);
  });
  notices.missed(() => {
    stores.allStale();
    statuses.allElsewhere();
    incidents.stale();
    hub.allAlertsStale();
    tried(gateway.checkAll());
    tried(inbox.lookEverywhere());
    tried(parts.replan());
  });
}
