import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { isOwnServer } from '../config/broker-config.js';
import { StartError, type CloudConfig } from '../config/cloud-config.js';
import type { AgentBroker } from '../ports/agent-broker.js';
import type { Clock } from '../ports/clock.js';
import { soleLeases, type Leases } from '../ports/leases.js';
import { AedesBroker } from './aedes-broker.js';
import { readKeys } from './nats/keys.js';
import { NatsBroker, type NatsBrokerOptions } from './nats/nats-broker.js';

export interface BrokerParts {
  tls?: TlsOptions | undefined;
  clock: Clock;
  log: NatsBrokerOptions['log'];
  leases?: Leases;
  /** how long a start waits for NATS, ms */
  startMs?: number;
}
const REPLICAS = 3;
const MAX_MEGABYTES = 1000;

/** The broker that the configuration names. @throws StartError that names the field, where its files cannot be read */
export function chooseBroker(
  { host, mqttPort, nats }: Pick<CloudConfig, 'host' | 'mqttPort' | 'nats'>,
  { tls, clock, log, leases = soleLeases, startMs }: BrokerParts,
): AgentBroker {
  if (!nats) return new AedesBroker({ host, port: mqttPort, tls });
  return new NatsBroker({
    ...{ clock, log, leases, servers: nats.servers, keys: readKeys(nats.keysFile) },
    tls: nats.tls ?? !nats.servers.every(isOwnServer),
    ca: nats.caFile === undefined ? undefined : certificates(nats.caFile),
    replicas: nats.replicas ?? REPLICAS,
    maxBytes: (nats.maxMegabytes ?? MAX_MEGABYTES) * 1_000_000,
    ...(startMs !== undefined && { startMs }),
  });
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError('config', `nats.caFile: ${file} cannot be read (${code ?? 'error'})`);
  }
}
