import { agentsAccountJwt, operatorJwt, systemAccountJwt, type NatsKeys } from './keys.js';

export interface ServerFiles {
  certFile: string;
  keyFile: string;
  /** by which the servers know one another */
  caFile: string;
}
export interface ServerPlan {
  name: string;
  /** where it listens: clients, agents' MQTT, the other servers */
  host: string;
  clientPort: number;
  mqttPort: number;
  clusterPort: number;
  /** every server of the cluster, this one too: where the others reach it */
  routes: readonly string[];
  /** its folder; what it keeps lies there */
  dataDir: string;
  maxFileMegabytes: number;
  /** left out only where all is on one machine */
  tls?: ServerFiles | undefined;
}

/** An agent's packet may have 8 MiB: `maxPacketBytes` of the embedded broker. */
const MAX_PAYLOAD = 8 * 1024 * 1024;

/** The configuration of one `nats-server`, 2.9 or newer. It holds no secret. */
export async function serverConfig(keys: NatsKeys, plan: ServerPlan): Promise<string> {
  const { name, host, dataDir, tls } = plan;
  const [operator, system, agents] = await Promise.all([
    operatorJwt(keys),
    systemAccountJwt(keys),
    agentsAccountJwt(keys, []),
  ]);
  const quoted = (text: string): string => JSON.stringify(text);
  const listens = (port: number): string => `  listen: ${quoted(`${host}:${port}`)}`;
  const files = tls && `cert_file: ${quoted(tls.certFile)}, key_file: ${quoted(tls.keyFile)}`;
  const encrypted = files ? [`  tls { ${files} }`] : [];
  return [
    `server_name: ${quoted(name)}`,
    listens(plan.clientPort).trim(),
    ...encrypted.map((line) => line.trim()),
    `max_payload: ${MAX_PAYLOAD}`,
    `operator: ${operator}`,
    `system_account: ${keys.system.getPublicKey()}`,
    // accounts as the cloud last told them; these are for the first start
    `resolver { type: full, dir: ${quoted(`${dataDir}/accounts`)}, allow_delete: false, interval: "2m" }`,
    'resolver_preload {',
    `  ${keys.system.getPublicKey()}: ${system}`,
    `  ${keys.agents.getPublicKey()}: ${agents}`,
    '}',
    `jetstream { store_dir: ${quoted(`${dataDir}/jetstream`)}, max_memory_store: 256MB, max_file_store: ${plan.maxFileMegabytes}MB }`,
    'cluster {',
    '  name: aisle',
    listens(plan.clusterPort),
    `  routes: [${plan.routes.map(quoted).join(', ')}]`,
    ...(tls && files ? [`  tls { ${files}, ca_file: ${quoted(tls.caFile)}, verify: true }`] : []),
    '}',
    'mqtt {',
    listens(plan.mqttPort),
    ...encrypted,
    '}',
    '',
  ].join('\n');
}
