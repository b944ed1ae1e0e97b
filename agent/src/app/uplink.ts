import { SPEAKS, type AgentStatus, type Hello, type ScanKey } from '@aisle/contracts';
import { readCaFile } from '../adapters/tls-files.js';
import { MqttLink } from '../adapters/mqtt-link.js';
import type { MemberHash } from '../devices/decode.js';
import type { AgentConfig } from '../config/agent-config.js';
import { AGENT_VERSION } from '../config/version.js';
import { startOfDay } from '../domain/core/store-day.js';
import type { Journal } from '../journal/journal.js';
import type { EngineHost } from '../pipeline/engine-host.js';
import type { AgentStore } from '../ports/agent-store.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import { Inbox, type InboxParts } from '../uplink/inbox.js';
import { LiveFeed, type LiveSources } from '../uplink/live-feed.js';
import { RefusedCommands } from '../uplink/refused-commands.js';
import { FactSender } from '../uplink/sender.js';
import { StatusFeed } from '../uplink/status-feed.js';
import { Uplink } from '../uplink/uplink.js';

export interface UplinkWiring {
  config: AgentConfig;
  store: AgentStore;
  journal: Journal;
  host: EngineHost;
  live: Omit<LiveSources, 'engine' | 'config'>;
  /** what the status says beside the versions */
  status(): Omit<AgentStatus, 'ts' | 'agentVersion' | 'configVersion' | 'journalSeq'>;
  nextGeneration(): number;
  files(address: string | undefined): void;
  scans(key: ScanKey): void;
  memberHash: MemberHash;
  heldSale: InboxParts['heldSale'];
  clock: Clock;
  random: Random;
  log: Logger;
}

export interface CloudLine {
  link: MqttLink;
  live: LiveFeed;
  sender: FactSender;
  uplink: Uplink;
  refused: RefusedCommands;
}

/** Puts the line to the cloud together; it does not connect yet. */
export function createUplink(wiring: UplinkWiring): CloudLine {
  const { config, store, journal, host, nextGeneration, heldSale, clock, random, log } = wiring;
  const { storeId } = config;
  const { caFile } = config.cloud;
  const link = new MqttLink(
    { ...config.cloud, ca: caFile === undefined ? undefined : readCaFile(caFile) },
    clock,
    random,
    log,
  );
  const sources = { ...wiring.live, engine: () => host.engine.live(), config: () => host.config };
  const live = new LiveFeed(storeId, sources, link, clock);
  const dayStart = () => startOfDay(clock.now(), host.config?.file.store.timezone ?? 'UTC');
  const sender = new FactSender(storeId, store, link, clock, random, log, dayStart);
  const refused = new RefusedCommands(store);
  const inbox = new Inbox({
    ...{ storeId, journal, nextGeneration, heldSale, refused, clock, log, memberHash: wiring.memberHash },
    config: () => host.config,
    durableSeq: () => host.inboxSeq,
    acknowledge: (seq, refusals) => uplink.acknowledgeInbox(seq, refusals),
  });
  const versions = () => ({ agentVersion: AGENT_VERSION, configVersion: host.config?.version ?? 0 });
  const hello = (): Hello => ({
    journalId: journal.id,
    ...versions(),
    inboxSeq: host.inboxSeq,
    speaks: SPEAKS,
    refused: [...refused.list()],
  });
  const said = () => ({ ...versions(), ...wiring.status(), journalSeq: journal.lastSeq });
  const status = new StatusFeed(storeId, said, link, clock);
  const uplink: Uplink = new Uplink(storeId, journal.id, hello, {
    ...{ link, store, sender, inbox, live, status, clock, log, files: wiring.files, scans: wiring.scans },
  });
  return { link, live, sender, uplink, refused };
}
