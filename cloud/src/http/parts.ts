import type { Right } from '@aisle/contracts';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { IncidentBook } from '../alerts/incident-book.js';
import type { AgentAccounts } from '../access/agent-accounts.js';
import type { Access, Principal } from '../access/access.js';
import type { People } from '../access/people.js';
import type { Campaigns } from '../campaigns/campaigns.js';
import type { Lifts } from '../campaigns/lift.js';
import type { Replays } from '../campaigns/replay.js';
import type { Scans } from '../campaigns/scans.js';
import type { ScreenOrders } from '../campaigns/orders.js';
import type { Library } from '../content/library.js';
import type { Previews } from '../content/previews.js';
import type { Configurations } from '../enrolment/configurations.js';
import type { Enrolment } from '../enrolment/enrolment.js';
import type { WalkTests } from '../enrolment/walk-tests.js';
import type { SimulatedPasts } from '../ingest/simulated-past.js';
import type { Drafts } from '../planograms/drafts.js';
import type { Effects } from '../planograms/effects.js';
import type { Proposals } from '../planograms/proposals.js';
import type { WhatIfs } from '../planograms/what-if.js';
import type { Planograms } from '../planograms/planograms.js';
import type { Inbox } from '../inbox/inbox.js';
import type { Insight } from '../insight/index.js';
import type { LiveHub } from '../live/live-hub.js';
import type { AgentPresence } from '../live/presence.js';
import type { Retention } from '../stores/retention.js';
import type { AgentRecords, Clock, DeviceRecords, MediaStore, ReceiptRecords, SeriesStore } from '../ports/index.js';
import type { StatusBoard } from '../stores/status-board.js';
import type { StoreIntake } from '../stores/store-intake.js';
import type { Stores } from '../stores/stores.js';
import type { Versions } from '../versions/versions.js';
import type { ServerTls } from '../config/tls-files.js';
import type { Metrics } from './metrics.js';

/** What the routes call. They hold no rules of their own. */
export interface HttpParts {
  access: Access;
  people: People;
  agents: AgentRecords;
  devices: DeviceRecords;
  receipts: ReceiptRecords;
  series: Pick<SeriesStore, 'lookup'>;
  clock: Clock;
  stores: Stores;
  accounts: AgentAccounts;
  intake: StoreIntake;
  insight: Insight;
  inbox: Inbox;
  hub: LiveHub;
  incidents: IncidentBook;
  presence: AgentPresence;
  statuses: StatusBoard;
  metrics: Metrics;
  enrolment: Enrolment;
  configurations: Configurations;
  walkTests: WalkTests;
  versions: Versions;
  /** false: the disk is as good as full */
  hasRoom(): Promise<boolean>;
  /** Whether what the processes of a cloud share can be read and written; at once where there is one. @throws StoreError */
  shared(): Promise<void>;
  pasts: SimulatedPasts;
  retention: Retention;
  library: Library;
  media: MediaStore;
  previews: Previews;
  campaigns: Campaigns;
  planograms: Planograms;
  drafts: Drafts;
  effects: Effects;
  proposals: Proposals;
  whatIfs: WhatIfs;
  lifts: Lifts;
  replays: Replays;
  orders: ScreenOrders;
  scans: Scans;
  /** where files that are being sent lie until they are looked at */
  incomingDir: string;
}

export interface HttpOptions {
  /** the built dashboard; left out: API only */
  dashboardDir?: string | undefined;
  /** proxies in a row before us; true: one */
  trustProxy?: boolean | number | undefined;
  /** certificate and key, PEM; left out: not encrypted */
  tls?: ServerTls | undefined;
  logger?: FastifyBaseLogger | undefined;
}

/** `read` is the default: whatever says nothing needs a credential. `page`: open, but no API path. */
export type Need = 'public' | 'page' | Right;

declare module 'fastify' {
  interface FastifyContextConfig {
    needs?: Need;
    /** the right is needed in some part of the organisation; which, the call looks at itself */
    somewhere?: boolean;
    /** files come here: they may take long */
    slowBody?: boolean;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** Who asks; the authentication hook has made sure that there is somebody. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error('this route has no principal: it needs a right');
  return request.principal;
}
