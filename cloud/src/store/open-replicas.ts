import type { CloudConfig } from '../config/cloud-config.js';
import type { Clock, Random } from '../ports/index.js';
import { ReplicaClock } from '../replicas/replica-clock.js';
import type { Replicas } from '../replicas/replicas.js';
import { HERE, SharedLeases } from '../replicas/shared-leases.js';
import type { PostgresOptions } from './postgres/postgres-address.js';
import { PostgresNotices } from './postgres/postgres-notices.js';
import { PostgresShared } from './postgres/postgres-shared.js';

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** a process that dies keeps its work from the others for so long */
const LEASE_MS = 15_000;

/** What the processes of a cloud share, in the PostgreSQL that has their catalog; not yet opened. `clock`: the one that they agree on. */
export function postgresReplicas(
  postgres: PostgresOptions,
  parts: { clock: Clock; random: Random; log: Log; leaseMs?: number },
): { replicas: Replicas; clock: Clock } {
  const { log, leaseMs = LEASE_MS } = parts;
  const clock = new ReplicaClock(parts.clock);
  const self = Buffer.from(parts.random.secretBytes(6)).toString('hex');
  const shared = new PostgresShared({ postgres, self, clock });
  const notices = new PostgresNotices({
    ...{ self, clock, log },
    client: () => shared.client(),
    time: (sharedTs, askedMs, answeredMs) => clock.heard(sharedTs, askedMs, answeredMs),
  });
  const leases = new SharedLeases({ table: shared, self, clock, log, leaseMs, beatMs: leaseMs / 5 });
  const replicas: Replicas = {
    ...{ isShared: true, notices, leases, table: shared, attempts: shared },
    open: async () => {
      await shared.open();
      await notices.start();
      leases.start();
      const offMs = Math.round(clock.offsetMs);
      log.info({ self, offMs }, 'one of several processes of this cloud');
      if (Math.abs(offMs) > 30_000)
        log.warn({ offMs }, 'the clock of this machine is off from that of the database; the database’s is used');
    },
    close: async () => {
      await leases.stop();
      await notices.stop();
      await shared.close();
    },
    check: async () => void (await shared.hold(HERE + self, leaseMs)),
  };
  return { replicas, clock };
}

/** As `replicas` in cloud.json says. Without: the machine's own clock, and nobody else. */
export function chooseReplicas(
  { replicas, catalog }: CloudConfig,
  parts: { clock: Clock; random: Random; log: Log },
): { clock: Clock; replicas?: Replicas } {
  return replicas === true && catalog.engine === 'postgres' ? postgresReplicas(catalog, parts) : { clock: parts.clock };
}
