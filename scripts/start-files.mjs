/** The files that a start writes: secrets, the configuration of each process, and who runs. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { keepEdits } from './kept-edits.mjs';
import { readPrivate, writePrivate } from './private-file.mjs';

const secret = () => randomBytes(24).toString('base64url');
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const say = (line) => process.stderr.write(`${line}\n`);

/** What the options of a start decide; all else in these files an operator may change. */
const OWN = {
  agent: [
    'storeId',
    'dataDir',
    'detectorsDir',
    'host',
    'mqttPort',
    'httpPort',
    'credentialsFile',
    'clock',
    'tls',
    'cloud.url',
    'cloud.caFile',
  ],
  cloud: ['dataDir', 'host', 'httpPort', 'mqttPort', 'dashboardDir', 'provision', 'tls'],
};

/**
 * One agent is one shop's: another shop's journal, clocks and receipts would be taken for its own. Its folder is put
 * aside under the shop's name when another shop is started in the same place, and taken up again with that shop.
 */
function agentFolderOf(dataDir, storeId) {
  const folder = path.join(dataDir, 'agent');
  const last = readPrivate(path.join(folder, 'agent.json'), say)?.storeId;
  if (last === undefined || last === storeId) return;
  const aside = (id) => path.join(dataDir, `agent.${id}`);
  renameSync(folder, aside(last));
  if (existsSync(aside(storeId))) renameSync(aside(storeId), folder);
}

/** Only what the starter needs; the processes check the whole file. */
function readStore(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`--store: ${file} cannot be read (${error.code ?? error.message})`);
  }
  let raw;
  try {
    raw = parseYaml(text);
  } catch (error) {
    throw new Error(`--store: ${file} is not YAML: ${error.message.split('\n')[0]}`);
  }
  const storeId = raw?.store?.id;
  if (typeof storeId !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/.test(storeId)) {
    throw new Error(`--store: ${file}: store.id: expected an id of letters, digits, "-", "_", "." or ":"`);
  }
  const devices = Array.isArray(raw.devices) ? raw.devices.filter((device) => typeof device?.id === 'string') : [];
  return { storeId, devices };
}

/**
 * Writes everything that the processes read, keeping secrets made earlier.
 * @returns paths of the configurations, what the access file holds, the store file's devices, and whether the secrets are new
 */
export function writeStartFiles(options, root) {
  const { dataDir, host, ports, storeFile } = options;
  const store = readStore(storeFile);
  const accessFile = path.join(dataDir, 'demo-access.json');
  const secretsFile = path.join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  agentFolderOf(dataDir, store.storeId);
  const before = readPrivate(accessFile, say);
  // A shop that is known to somebody does not begin anew because its access file is gone.
  const isFirst = before === undefined && !existsSync(path.join(dataDir, 'secrets.json'));
  if (before === undefined && !isFirst)
    say(`${accessFile} is missing: it is made anew, with another password and token`);
  const known = before ?? {};
  const inner = { agentPassword: secret(), localSecret: secret(), ...readPrivate(secretsFile, say) };
  writePrivate(secretsFile, inner);
  // What the last start wrote, to tell what an operator changed since; of the agent's files the last start of this shop.
  const writtenFile = path.join(dataDir, 'written.json');
  const written = readPrivate(writtenFile, say) ?? {};
  const writeKept = (name, file, wanted, own) => {
    writePrivate(file, keepEdits(wanted, readPrivate(file, say), written[name], own));
    written[name] = wanted;
  };

  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const s = options.tls ? 's' : '';
  const tls = options.tls && { certFile: options.tls.certFile, keyFile: options.tls.keyFile };
  const dashboardUrl = `http${s}://${shown}:${ports.port}`;
  const agentUrl = `http${s}://${shown}:${ports['agent-port']}`;
  const devices = Object.fromEntries(
    store.devices.map(({ id }) => [id, { username: id, password: known.devices?.[id]?.password ?? secret() }]),
  );
  const access = {
    storeId: store.storeId,
    dashboardUrl,
    email: known.email ?? 'owner@demo.aisle',
    password: known.password ?? secret(),
    apiUrl: `${dashboardUrl}/api/v1`,
    apiToken: known.apiToken ?? secret(),
    storeMqttUrl: `mqtt${s}://${shown}:${ports['store-mqtt-port']}`,
    storeMqttUsername: known.storeMqttUsername ?? 'integrator',
    storeMqttPassword: known.storeMqttPassword ?? secret(),
    ...(options.line && { trial: { clock: true, cloudLineCutFile: options.line.cutFile } }),
    agentUrl,
    ...(options.tls?.caFile && { caFile: options.tls.caFile }),
    agentLocalSecret: inner.localSecret,
    devices,
    players: Object.fromEntries(
      store.devices
        .filter((device) => device.family === 'screen')
        .map(({ id }) => [id, `${agentUrl}/player/${encodeURIComponent(id)}#key=${devices[id].password}`]),
    ),
  };
  writePrivate(accessFile, access);

  const agentUser = `agent:${store.storeId}`;
  const files = {
    access: accessFile,
    agent: path.join(dataDir, 'agent/agent.json'),
    cloud: path.join(dataDir, 'cloud/cloud.json'),
    ledger: path.join(dataDir, 'simulator/ledger.jsonl'),
  };
  const credentialsFile = path.join(dataDir, 'agent/credentials.json');
  writeKept(`credentials of ${store.storeId}`, credentialsFile, {
    integrators: { [access.storeMqttUsername]: sha256(access.storeMqttPassword) },
    devices: Object.fromEntries(Object.entries(devices).map(([id, { password }]) => [id, sha256(password)])),
    local: sha256(inner.localSecret),
  });
  writeKept(
    `agent of ${store.storeId}`,
    files.agent,
    {
      storeId: store.storeId,
      dataDir: path.join(dataDir, 'agent'),
      // Beside the agents' folders: another shop started here has them, too.
      detectorsDir: path.join(dataDir, 'models'),
      host,
      mqttPort: ports['store-mqtt-port'],
      httpPort: ports['agent-port'],
      ...(options.line && { clock: 'run' }),
      cloud: {
        url: `mqtt${s}://${shown}:${options.line?.port ?? ports['cloud-mqtt-port']}`,
        username: agentUser,
        password: inner.agentPassword,
        ...(options.tls?.caFile && { caFile: options.tls.caFile }),
      },
      ...(tls && { tls }),
      ...(options.mediaQuota !== undefined && { mediaQuotaMegabytes: options.mediaQuota }),
      credentialsFile,
      logLevel: process.env.AISLE_LOG_LEVEL ?? 'info',
    },
    OWN.agent,
  );
  const provision = path.join(dataDir, 'cloud/provision.json');
  writeKept('provision', provision, {
    organisation: 'demo',
    user: { email: access.email, password: access.password, role: 'owner' },
    apiToken: access.apiToken,
    agents: [{ storeId: store.storeId, username: agentUser, passwordSha256: sha256(inner.agentPassword) }],
    storeFile,
  });
  const influx = process.env.AISLE_INFLUX_URL;
  const postgres = process.env.AISLE_POSTGRES_URL;
  const facts = process.env.AISLE_POSTGRES_SERIES_URL;
  writeKept(
    'cloud',
    files.cloud,
    {
      dataDir: path.join(dataDir, 'cloud'),
      host,
      httpPort: ports.port,
      mqttPort: ports['cloud-mqtt-port'],
      dashboardDir: path.join(root, 'dashboard/dist'),
      series: influx
        ? { engine: 'influxdb', url: influx, database: process.env.AISLE_INFLUX_DATABASE ?? 'aisle' }
        : facts
          ? { engine: 'postgres', url: facts }
          : { engine: 'duckdb', memoryLimit: '96MB' },
      catalog: postgres ? { engine: 'postgres', url: postgres } : { engine: 'sqlite' },
      logLevel: process.env.AISLE_LOG_LEVEL ?? 'info',
      provision,
      ...(tls && { tls }),
      ...(options.trustProxy && { trustProxy: true }),
    },
    OWN.cloud,
  );
  writePrivate(writtenFile, written);
  mkdirSync(path.dirname(files.ledger), { recursive: true });
  return { files, access, devices: store.devices, isFirst, isNewAccess: before === undefined };
}
