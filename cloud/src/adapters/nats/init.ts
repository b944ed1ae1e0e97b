/** `npm run aisle -- nats init`: the keys of a NATS cluster, and its servers' configurations. See NATS_HELP. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { newKeys, readKeys } from './keys.js';
import { serverConfig, type ServerPlan } from './server-config.js';
import { givenPath, isHost, runProgram } from '../../operator/program.js';
import { UsageError } from '../../operator/whereabouts.js';

const NATS_HELP = `npm run aisle -- nats init --node HOST --node HOST --node HOST [OPTIONS]

Writes into DIR/nats: keys.json (kept when it is there; "keysFile" of "nats" in cloud.json; whoever holds it may do
anything in the cluster), and for each HOST a configuration node-N.conf for its nats-server, which holds no secret.
  --node HOST        name or address by which the servers reach one another; three, or five, or one for a try. Given as
                     127.0.0.1 all run on this machine, on ports that follow one another, and nothing is encrypted
  --data DIR         folder of the system (default: data)
  --port N           of clouds (default: 4222)
  --mqtt-port N      of agents (default: 8883; on 127.0.0.1: 1893)
  --cluster-port N   of the servers among themselves (default: 6222)
  --store DIR        where a server keeps what it holds, on its machine (default: /var/lib/nats)
  --tls DIR          where server.pem, server-key.pem and ca.pem lie on its machine (default: /etc/nats/tls)
  --megabytes N      of its disk that the streams may take (default: 4000)
`;

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${option}: expected a whole number from ${least} to ${most}, got "${text}"`);
  return value;
}

async function main(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      node: { type: 'string', multiple: true },
      data: { type: 'string', default: 'data' },
      ...{ port: text, 'mqtt-port': text, 'cluster-port': text, store: text, tls: text, megabytes: text },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || positionals.join(' ') !== 'nats init') {
    process.stdout.write(NATS_HELP);
    return values.help === true ? 0 : 2;
  }
  const hosts = values.node ?? [];
  if (![1, 3, 5].includes(hosts.length))
    throw new UsageError(`--node: expected one, three or five hosts, got ${hosts.length}`);
  const wrong = hosts.find((host) => !isHost(host));
  if (wrong !== undefined) throw new UsageError(`--node: expected a host name or an address, got "${wrong}"`);
  const isLocal = hosts.every((host) => host === '127.0.0.1');
  if (!isLocal && new Set(hosts).size < hosts.length)
    throw new UsageError('--node: every host once, or all of them 127.0.0.1');
  const ports = {
    clientPort: whole('port', values.port ?? '4222', 1, 65_500),
    mqttPort: whole('mqtt-port', values['mqtt-port'] ?? (isLocal ? '1893' : '8883'), 1, 65_500),
    clusterPort: whole('cluster-port', values['cluster-port'] ?? '6222', 1, 65_500),
  };
  const maxFileMegabytes = whole('megabytes', values.megabytes ?? '4000', 100, 10_000_000);
  const folder = givenPath(values.data, 'nats');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keysFile = path.join(folder, 'keys.json');
  if (!existsSync(keysFile)) writeFileSync(keysFile, `${JSON.stringify(newKeys(), null, 2)}\n`, { mode: 0o600 });
  const keys = readKeys(keysFile);
  const at = (port: number, index: number): number => (isLocal ? port + index : port);
  const named = (host: string): string => (host.includes(':') ? `[${host}]` : host);
  const tlsDir = values.tls ?? '/etc/nats/tls';
  const routes = hosts.map((host, index) => `nats://${named(host)}:${at(ports.clusterPort, index)}`);
  for (const [index, host] of hosts.entries()) {
    const name = `node-${index + 1}`;
    const plan: ServerPlan = {
      ...{ name, routes, maxFileMegabytes, host: isLocal ? host : '0.0.0.0' },
      clientPort: at(ports.clientPort, index),
      mqttPort: at(ports.mqttPort, index),
      clusterPort: at(ports.clusterPort, index),
      dataDir: isLocal ? path.join(path.resolve(folder, values.store ?? '.'), name) : (values.store ?? '/var/lib/nats'),
      ...(!isLocal && {
        tls: {
          certFile: path.posix.join(tlsDir, 'server.pem'),
          keyFile: path.posix.join(tlsDir, 'server-key.pem'),
          caFile: path.posix.join(tlsDir, 'ca.pem'),
        },
      }),
    };
    writeFileSync(path.join(folder, `${name}.conf`), await serverConfig(keys, plan));
  }
  const servers = hosts.map((host, index) => `nats://${named(host)}:${at(ports.clientPort, index)}`);
  const config = { broker: 'nats', nats: { servers, keysFile, ...(hosts.length < 3 && { replicas: 1 }) } };
  const mqtt = hosts.map(
    (host, index) => `${isLocal ? 'mqtt' : 'mqtts'}://${named(host)}:${at(ports.mqttPort, index)}`,
  );
  process.stdout.write(
    `${folder}: keys.json, ${hosts.map((_, index) => `node-${index + 1}.conf`).join(', ')}\n` +
      `Each server: nats-server -c node-N.conf\ncloud.json: ${JSON.stringify(config).slice(1, -1)}\n` +
      `agent.json, "url" of "cloud": one of ${mqtt.join(', ')}\n`,
  );
  return 0;
}

runProgram(main);
