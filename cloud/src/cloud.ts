import path from 'node:path';
import type { UpChannel } from '@aisle/contracts';
import type { Logger } from 'pino';
import type { FastifyInstance } from 'fastify';
import { AgentAccounts } from './access/agent-accounts.js';
import { Access } from './access/access.js';
import { People } from './access/people.js';
import { Campaigns } from './campaigns/campaigns.js';
import { Lifts } from './campaigns/lift.js';
import { ScreenOrders } from './campaigns/orders.js';
import { Replays } from './campaigns/replay.js';
import { Priors } from './campaigns/priors.js';
import { Proposals } from './planograms/proposals.js';
import { Drafts } from './planograms/drafts.js';
import { WhatIfs } from './planograms/what-if.js';
import { Effects } from './planograms/effects.js';
import { Planograms } from './planograms/planograms.js';
import { Scans } from './campaigns/scans.js';
import { Library } from './content/library.js';
import { Previews } from './content/previews.js';
import { LoginLimiter } from './access/login-limiter.js';
import { SharedLoginLimiter } from './access/shared-login-limiter.js';
import { applyProvisioning } from './access/provision.js';
import { isLoopback, portProblem, servedUrl } from './config/addresses.js';
import type { CloudConfig, Provision } from './config/cloud-config.js';
import type { ServerTls } from './config/tls-files.js';
import { Configurations } from './enrolment/configurations.js';
import { IncidentBook } from './alerts/incident-book.js';
import { Enrolment } from './enrolment/enrolment.js';
import { WalkTests } from './enrolment/walk-tests.js';
import { hasRoom } from './adapters/room.js';
import { CertificateWatch } from './http/certificate-watch.js';
import { Metrics } from './http/metrics.js';
import { buildServer } from './http/server.js';
import { DueVersions } from './inbox/due-versions.js';
import { Inbox } from './inbox/inbox.js';
import { AgentLink } from './ingest/agent-link.js';
import { Committer } from './ingest/committer.js';
import { SimulatedPasts } from './ingest/simulated-past.js';
import type { Insight } from './insight/index.js';
import { LiveGateway } from './live/live-gateway.js';
import { LiveHub } from './live/live-hub.js';
import { AgentPresence } from './live/presence.js';
import type { AgentBroker } from './ports/agent-broker.js';
import type { Catalog, Clock, MediaEye, MediaStore, Random, SeriesRow, SeriesStore } from './ports/index.js';
import { Duties } from './replicas/duties.js';
import { Hearing } from './replicas/hearing.js';
import { alone, type Replicas } from './replicas/replicas.js';
import { telling } from './replicas/telling.js';
import { whatOthersTell } from './replicas/what-others-tell.js';
import { openAll } from './stores/opening.js';
import { Retention } from './stores/retention.js';
import { StatusBoard } from './stores/status-board.js';
import { takeStoreFile, takeStoreFolder } from './stores/store-files.js';
import { StoreIntake } from './stores/store-intake.js';
import { Stores } from './stores/stores.js';
import { Upkeep } from './stores/upkeep.js';
import { Versions } from './versions/versions.js';

export interface CloudParts {
  config: CloudConfig;
  provision: Provision | undefined;
  catalog: Catalog;
  series: SeriesStore;
  insight: Insight;
  broker: AgentBroker;
  clock: Clock;
  random: Random;
  log: Logger;
  /** where the bytes of content lie */
  media: MediaStore;
  eye: MediaEye;
  /** the other processes of this cloud; left out: it is one process */
  replicas?: Replicas;
  /** facts that are gone are to be done without: a person has said so */
  acceptEmptyHistory?: boolean;
  /** for tests: whether there is room on the disk */
  hasRoom?(): Promise<boolean>;
  /** for the HTTP side; the broker has it from whoever made it */
  tls?: ServerTls | undefined;
  /** folder of the ready configurations that come with Aisle */
  firmwareDir?: string;
}

/** largest file of the library unless the configuration says otherwise */
const MAX_MEGABYTES = 500;
const DAY_MS = 24 * 60 * 60_000;
const ROLLUPS_EVERY_MS = 60_000;
const FIRST_ROLLUPS_MS = 10_000;
/** of several processes one does the scheduled work; another takes it over when that one has been silent for so long */
const WORK_LEASE_MS = 15_000;
const WORK_BEAT_MS = 5_000;

/** The whole process but for its signals: everything is put together here, started in order, stopped in reverse. */
export class Cloud {
  readonly #stores: Stores;
  readonly #statuses: StatusBoard;
  readonly #presence: AgentPresence;
  readonly #metrics = new Metrics();
  readonly #inbox: Inbox;
  readonly #due: DueVersions;
  readonly #hub: LiveHub;
  readonly #committer: Committer;
  readonly #link: AgentLink;
  readonly #access: Access;
  readonly #gateway: LiveGateway;
  readonly #library: Library;
  readonly #proposals: Proposals;
  readonly #campaigns: Campaigns;
  readonly #scans: Scans;
  readonly #priors: Priors;
  readonly #http: FastifyInstance;
  readonly #upkeep: Upkeep;
  readonly #certificate: CertificateWatch | undefined;
  readonly #replicas: Replicas;
  readonly #hearing: Hearing;
  readonly #duties: Duties;
  readonly #timers: (() => void)[] = [];
  /** where shops and phones reach it, without a slash at its end, once that is known */
  #servedAt: string | undefined;

  constructor(private readonly parts: CloudParts) {
    const { config, catalog, series, insight, broker, clock, random, log } = parts;
    const metrics = this.#metrics;
    const replicas = (this.#replicas = parts.replicas ?? alone(clock));
    const { notices } = replicas;
    const shared = replicas.isShared && { others: notices };
    this.#hearing = new Hearing({ notices, clock });
    this.#stores = new Stores({ stores: catalog.stores, versions: catalog.versions, clock, ...shared });
    this.#statuses = new StatusBoard({ agents: catalog.agents, clock, log, ...shared });
    this.#presence = new AgentPresence(clock);
    this.#inbox = new Inbox({
      agents: catalog.agents,
      commands: catalog.inbox,
      versions: catalog.versions,
      clock,
      log,
      send: (storeId, command) => broker.send(storeId, 'inbox', command),
      held: (storeId) => {
        if (!replicas.isShared || this.#duties.isOurs) this.#due.look(storeId);
        else void notices.tell('due', [storeId]);
      },
      ...shared,
    });
    // durable already: a send that fails now is made up for when the agent says hello again
    const notify = (storeId: string) =>
      void this.#inbox
        .notify(storeId)
        .catch((error: unknown) => log.error({ err: error }, 'the inbox could not be sent'));
    this.#due = new DueVersions({ commands: catalog.inbox, versions: catalog.versions, clock, notify, log });
    const incidents = new IncidentBook({ series, agents: catalog.agents, clock, ...shared });
    this.#hub = new LiveHub({
      incidents: (storeId) => incidents.current(storeId),
      loadIncidents: (storeId) => incidents.load(storeId),
      clock,
      presence: this.#presence,
      send: (storeId, watch) => broker.send(storeId, 'watch', watch),
      tellAsked: (storeId, asked) => broker.send(storeId, 'asked', asked),
      storeFile: async (storeId) => (await this.#stores.current(storeId))?.storeFile,
      unread: (storeId, error) => log.error({ store: storeId, err: error }, 'the store file could not be read'),
      openMs: (storeId, from, to) => this.#stores.calendar(storeId)?.hours.openMs(from, to) ?? to - from,
    });
    const committed = (rows: readonly SeriesRow[]): void => {
      const changed = incidents.committed(rows);
      for (const storeId of changed) this.#hub.alertsChanged(storeId);
      if (changed.size > 0) void notices.tell('alerts', [...changed]);
    };
    this.#committer = new Committer({
      series,
      receipts: catalog.receipts,
      clock,
      metrics,
      log,
      committed,
    });
    this.#link = new AgentLink({
      agents: catalog.agents,
      versions: catalog.versions,
      clock,
      metrics,
      log,
      committer: this.#committer,
      send: (storeId, channel, message) => broker.send(storeId, channel, message),
      scans: (storeId) => this.#scans.keyFor(storeId),
      files: () => this.#servedAt && `${this.#servedAt}/api/v1/agent-files`,
      ready: async (storeId, hello) => {
        this.#hub.agentReady(storeId);
        await this.#inbox.agentReady(storeId, hello);
      },
      inboxAcknowledged: (storeId, ack) => this.#inbox.acknowledged(storeId, ack),
      live: (storeId, update) => this.#hub.receive(storeId, update),
      status: (storeId, status) => {
        this.#statuses.put(storeId, status);
        this.#inbox
          .configured(storeId, status.configVersion)
          .catch((error: unknown) => log.error({ err: error }, 'the inbox could not be sent'));
      },
    });
    this.#certificate = parts.tls && new CertificateWatch(parts.tls.expiresTs, clock, log);
    const retention = new Retention({ records: catalog.stores, series, stores: this.#stores, clock, log });
    this.#upkeep = new Upkeep({ records: catalog.stores, stores: this.#stores, retention, insight, clock, log });
    // whoever loses a right or a session by it loses also the sockets that are open
    const lost = (): void => {
      void this.#gateway.checkAll();
      void notices.tell('access');
    };
    const sessions = telling(catalog.sessions, ['deleteSession', 'deleteSessionsOf'], lost);
    const users = telling(catalog.users, ['changeUser', 'deleteUser'], lost);
    const tokens = telling(catalog.tokens, ['putApiToken', 'deleteApiToken'], lost);
    this.#access = new Access({
      ...{ users: catalog.users, sessions, tokens: catalog.tokens },
      agents: catalog.agents,
      clock,
      random,
      limiter: replicas.attempts ? new SharedLoginLimiter(replicas.attempts) : new LoginLimiter(clock),
      sessionMs: (config.sessionDays ?? 30) * DAY_MS,
    });
    this.#gateway = new LiveGateway({ access: this.#access, stores: this.#stores, hub: this.#hub, clock, log });
    this.#library = new Library({
      records: catalog.content,
      media: parts.media,
      eye: parts.eye,
      clock,
      maxBytes: (config.content?.maxMegabytes ?? MAX_MEGABYTES) * 1e6,
    });
    this.#scans = new Scans({
      records: catalog.scans,
      campaigns: catalog.campaigns,
      stores: this.#stores,
      inbox: this.#inbox,
      at: () => this.#servedAt,
      ...{ clock, random },
    });
    this.#priors = new Priors({
      ...{ stores: catalog.stores, campaigns: catalog.campaigns, agents: catalog.agents },
      ...{ series, inbox: this.#inbox, clock },
    });
    this.#proposals = new Proposals({ insight, clock, log });
    this.#campaigns = new Campaigns({
      campaigns: catalog.campaigns,
      content: catalog.content,
      stores: this.#stores,
      clock,
      random,
      notify,
    });
    const accounts = new AgentAccounts({ agents: catalog.agents, broker, clock, random });
    const versions = new Versions({ records: catalog.versions, stores: this.#stores, clock, notify });
    this.#http = buildServer(
      {
        access: this.#access,
        people: new People({
          ...{ users, sessions, tokens },
          stores: catalog.stores,
          clock,
          random,
        }),
        agents: catalog.agents,
        devices: catalog.devices,
        receipts: catalog.receipts,
        series,
        clock,
        stores: this.#stores,
        accounts,
        intake: new StoreIntake({ stores: this.#stores, records: catalog.stores, agents: catalog.agents, accounts }),
        insight,
        inbox: this.#inbox,
        hub: this.#hub,
        incidents,
        presence: this.#presence,
        statuses: this.#statuses,
        metrics,
        enrolment: new Enrolment({
          records: catalog.devices,
          versions: catalog.versions,
          stores: this.#stores,
          statuses: this.#statuses,
          clock,
          random,
          notify,
        }),
        versions,
        planograms: new Planograms({
          ...{ versions, records: catalog.versions, planograms: catalog.planograms, media: parts.media, clock },
          incomingDir: path.join(config.dataDir, 'incoming'),
        }),
        drafts: new Drafts({
          ...{ records: catalog.drafts, versions: catalog.versions, stores: this.#stores, clock, random },
        }),
        effects: new Effects({
          ...{ versions, records: catalog.versions, campaigns: catalog.campaigns },
          ...{ stores: this.#stores, insight, clock },
        }),
        proposals: this.#proposals,
        whatIfs: new WhatIfs({ insight, clock }),
        hasRoom: parts.hasRoom ?? (() => hasRoom(config.dataDir)),
        shared: () => replicas.check(),
        configurations: new Configurations(parts.firmwareDir, log),
        pasts: new SimulatedPasts({
          stores: catalog.stores,
          series,
          clock,
          commit: (batch) => this.#committer.add(batch),
          loaded: async ({ receipts, incidents: rows }) => {
            if (receipts.length > 0) await catalog.receipts.noteReceipts(receipts);
            committed(rows);
          },
          loading: (storeId) => this.#upkeep.loading(storeId),
          roll: (storeId) => this.#upkeep.roll(storeId),
        }),
        retention,
        library: this.#library,
        media: parts.media,
        previews: new Previews({ media: parts.media, eye: parts.eye, folder: path.join(config.dataDir, 'previews') }),
        campaigns: this.#campaigns,
        replays: new Replays({ campaigns: this.#campaigns, series, stores: this.#stores, clock }),
        lifts: new Lifts({ campaigns: this.#campaigns, series, stores: this.#stores, clock, insight }),
        scans: this.#scans,
        orders: new ScreenOrders({
          content: catalog.content,
          campaigns: catalog.campaigns,
          agents: catalog.agents,
          inbox: this.#inbox,
          clock,
        }),
        incomingDir: path.join(config.dataDir, 'incoming'),
        walkTests: new WalkTests({ records: catalog.devices, insight, clock, random }),
      },
      { dashboardDir: config.dashboardDir, trustProxy: config.trustProxy, tls: parts.tls, logger: log },
    );
    this.#duties = new Duties(
      {
        ...{ leases: replicas.table, clock, log, everyMs: ROLLUPS_EVERY_MS },
        ...(replicas.isShared
          ? { leaseMs: WORK_LEASE_MS, beatMs: WORK_BEAT_MS, firstMs: 0 }
          : { leaseMs: Infinity, beatMs: ROLLUPS_EVERY_MS, firstMs: FIRST_ROLLUPS_MS }),
      },
      [
        {
          run: async () => undefined,
          ...(replicas.isShared && { gained: () => this.#lookAtPlans(), lost: () => void this.#due.stop() }),
        },
        { run: (still) => this.maintain(still) },
      ],
    );
    whatOthersTell({
      ...{ notices, log, incidents },
      ...{ stores: this.#stores, statuses: this.#statuses, presence: this.#presence, inbox: this.#inbox },
      ...{ hub: this.#hub, gateway: this.#gateway, due: this.#due },
      replan: async () => {
        if (this.#duties.isOurs) await this.#lookAtPlans();
      },
    });
  }

  /** Resolves when agents and browsers are served. @throws StartError when it cannot work */
  async start(): Promise<{ httpPort: number; mqttPort: number }> {
    const { config, catalog, broker, log } = this.parts;
    if (!isLoopback(config.host) && !config.trustProxy && !this.parts.tls) {
      log.warn(
        { host: config.host },
        'listens beyond this machine without TLS: give it a certificate (tls), or put a proxy that ends TLS before it',
      );
    }
    await openAll(this.parts);
    await this.#provision();
    for (const { storeId } of await catalog.stores.stores()) {
      await this.#statuses.remember(storeId);
      this.#presence.remember(storeId, (await catalog.agents.agent(storeId))?.lastSeenTs ?? null);
    }
    if (!this.#replicas.isShared) await this.#lookAtPlans();
    this.#metrics.start(() => this.#gateway.sockets, this.parts.tls?.expiresTs);
    this.#certificate?.look();
    const hasTls = this.parts.tls !== undefined;
    if (config.publicUrl !== undefined || config.httpPort > 0)
      this.#servedAt = servedUrl(config, config.httpPort, hasTls);
    const mqttPort = await broker
      .start({
        authenticate: (username, password) => this.#access.authenticateAgent(username, password),
        connected: (storeId) => this.#presence.connected(storeId),
        disconnected: (storeId) => this.#agentGone(storeId),
        message: (storeId, channel, payload, taken) => {
          this.#presence.heard(storeId);
          if (this.#replicas.isShared && channel !== 'live') this.#heardHere(storeId, channel);
          return this.#link.message(storeId, channel, payload, taken);
        },
        revokedKeys: () => catalog.agents.revokedKeys(),
        refused: (what, detail) => {
          this.#metrics.agentRefused(what);
          log.warn({ what, detail: detail.slice(0, 200) }, 'refused to an agent');
        },
      })
      .catch((error: unknown) => portProblem(error, config.mqttPort, '--cloud-mqtt-port'));
    await this.#http.ready();
    this.#gateway.attach(this.#http.server);
    await this.#http
      .listen({ host: config.host, port: config.httpPort })
      .catch((error: unknown) => portProblem(error, config.httpPort, '--port'));
    const address = this.#http.server.address();
    const httpPort = typeof address === 'object' && address ? address.port : config.httpPort;
    this.#servedAt = servedUrl(config, httpPort, hasTls);
    const { clock } = this.parts;
    this.#timers.push(clock.every(ROLLUPS_EVERY_MS, () => this.#certificate?.look()));
    this.#duties.start();
    if (this.#replicas.isShared) this.#hearing.start();
    log.info({ httpPort, mqttPort }, 'the cloud serves');
    return { httpPort, mqttPort };
  }

  /** Finishes what is under way; what was not acknowledged, agents send again. */
  async stop(): Promise<void> {
    const { broker, series, catalog } = this.parts;
    this.#upkeep.stop();
    for (const cancel of this.#timers) cancel();
    this.#hearing.stop();
    await this.#due.stop();
    await this.#gateway.stop();
    this.#hub.stop();
    await broker.stop();
    await this.#link.settle();
    await this.#committer.stop();
    await broker.close?.();
    await this.#http.close();
    await this.#proposals.close();
    await this.#upkeep.settle();
    await this.#duties.stop();
    await this.#statuses.stop();
    await this.#replicas.close();
    await series.close();
    await catalog.close();
  }

  async #provision(): Promise<void> {
    const { provision, catalog, clock, random, log } = this.parts;
    if (!provision) return;
    const { users, tokens, stores, agents } = catalog;
    await applyProvisioning(provision, { users, tokens, stores, agents, clock, random });
    const take = (file: string) => takeStoreFile(file, provision.organisation, { stores, imports: this.#stores, log });
    if (provision.storeFile !== undefined) await take(provision.storeFile);
    if (provision.storeFolder !== undefined) await takeStoreFolder(provision.storeFolder, take, log);
  }

  #agentGone(storeId: string): void {
    this.#presence.disconnected(storeId);
    this.#inbox.agentGone(storeId);
    this.#link.gone(storeId);
    this.#hub.agentGone(storeId);
    this.parts.log.info({ store: storeId }, 'agent disconnected');
  }

  /** What is to be sent at its time is looked for in all shops. */
  async #lookAtPlans(): Promise<void> {
    await this.#due.start((await this.parts.catalog.stores.stores()).map(({ storeId }) => storeId));
  }

  /** An agent has said something that came to no other process. */
  #heardHere(storeId: string, channel: UpChannel): void {
    this.#hearing.heard(storeId);
    if (channel !== 'status') return;
    this.#inbox
      .adopt(storeId)
      .catch((error: unknown) => this.parts.log.error({ store: storeId, err: error }, 'the inbox could not be sent'));
  }

  /** What is done each minute, by one process. `still`: whether it is this one's to do. */
  async maintain(still: () => boolean = () => true): Promise<void> {
    await this.#replicas.attempts?.forget();
    const forgotten = this.#scans
      .forget()
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'old scans could not be forgotten'));
    const pooled = () =>
      this.#priors
        .look()
        .catch((error: unknown) => this.parts.log.error({ err: error }, 'what shops have learnt could not be pooled'));
    await forgotten;
    if (still()) await pooled();
    if (still()) await this.#upkeep.run(still);
  }
}
