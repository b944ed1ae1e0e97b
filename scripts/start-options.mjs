/** Options of `npm start`, with the error that names the option and what was expected. */
import { parseArgs } from 'node:util';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const USAGE = `npm start -- OPTIONS
  --data DIR              where everything is kept (data)
  --port N                dashboard and API (8080)
  --store-mqtt-port N     MQTT broker of the shop (1883)
  --cloud-mqtt-port N     MQTT broker of the cloud (1884)
  --agent-port N          screen players and local status (8090)
  --host ADDR             address to listen on (127.0.0.1); beyond this machine it needs a certificate in DIR/tls, made by
                          npm run aisle -- tls init, or --trust-proxy, or --insecure
  --insecure              listen beyond this machine although passwords and pictures of the shop can be read on the way
  --store FILE            store file (the demo shop)
  --seed N                seed of the simulated shop (1)
  --history WEEKS         simulated past, loaded behind "Ready:" at a first start (4 with the demo shop and its simulator,
                          0 otherwise; 0: none)
  --media-quota MB        what files of campaigns may take on the shop's disk, in units of 1,048,576 bytes (4096)
  --no-simulator          run without the simulated shop
  --trust-proxy           behind a proxy that ends TLS: believe its X-Forwarded-* headers
  --no-setup              start what is installed and built, without looking whether it is current; needs no network
  --accept-empty-history  go on without the past of the shops where the facts are gone and the catalog knows of them
  --trial                 for scenarios of the simulated shop: the agent takes the time from it, and its line to the
                          cloud can be cut`;

export class OptionError extends Error {}

const PORTS = { port: 8080, 'store-mqtt-port': 1883, 'cloud-mqtt-port': 1884, 'agent-port': 8090 };

/** @param {string[]} args @param {string} root @param {string} cwd */
export function parseOptions(args, root, cwd) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        data: { type: 'string', default: 'data' },
        host: { type: 'string', default: '127.0.0.1' },
        store: { type: 'string' },
        seed: { type: 'string', default: '1' },
        history: { type: 'string' },
        'media-quota': { type: 'string' },
        'no-simulator': { type: 'boolean', default: false },
        insecure: { type: 'boolean', default: false },
        'trust-proxy': { type: 'boolean', default: false },
        'no-setup': { type: 'boolean', default: false },
        'accept-empty-history': { type: 'boolean', default: false },
        trial: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        ...Object.fromEntries(
          Object.entries(PORTS).map(([name, port]) => [name, { type: 'string', default: String(port) }]),
        ),
      },
    }));
  } catch (error) {
    throw new OptionError(`${error.message}\n\n${USAGE}`);
  }
  const whole = (name, low, high) => {
    const number = Number(values[name]);
    if (!/^\d+$/.test(values[name]) || number < low || number > high) {
      throw new OptionError(`--${name}: expected a whole number from ${low} to ${high}, got "${values[name]}"`);
    }
    return number;
  };
  const ports = Object.fromEntries(Object.keys(PORTS).map((name) => [name, whole(name, 1, 65535)]));
  const byPort = new Map();
  for (const [name, port] of Object.entries(ports)) {
    if (byPort.has(port)) throw new OptionError(`--${name} and --${byPort.get(port)} both ask for port ${port}`);
    byPort.set(port, name);
  }
  const dataDir = path.resolve(cwd, values.data);
  const tls = tlsOf(path.join(dataDir, 'tls'));
  if (!values.help && !isLoopback(values.host) && !tls && !values.insecure && !values['trust-proxy'])
    throw new OptionError(
      `--host ${values.host}: what is sent to other machines would not be encrypted; make a certificate with "npm run aisle -- tls init --data ${values.data}", or say --trust-proxy behind a proxy that ends TLS, or --insecure`,
    );
  return {
    help: values.help,
    dataDir,
    tls,
    host: values.host,
    storeFile:
      values.store === undefined ? path.join(root, 'simulators/shops/demo.yaml') : path.resolve(cwd, values.store),
    seed: whole('seed', 0, 4_294_967_295),
    history: values.history === undefined ? undefined : whole('history', 0, 52),
    mediaQuota: values['media-quota'] === undefined ? undefined : whole('media-quota', 0, 16_777_216),
    usualHistory: values.store === undefined && !values['no-simulator'] && !values.trial ? 4 : 0,
    simulator: !values['no-simulator'],
    acceptEmptyHistory: values['accept-empty-history'],
    trial: values.trial,
    trustProxy: values['trust-proxy'],
    setup: !values['no-setup'],
    ports,
  };
}

const isLoopback = (host) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** The certificate that `tls init` made, or that somebody put in its place; undefined: nothing is encrypted. */
function tlsOf(folder) {
  const [certFile, keyFile, caFile] = ['server.pem', 'server-key.pem', 'ca.pem'].map((name) => path.join(folder, name));
  if (!existsSync(certFile) || !existsSync(keyFile)) return undefined;
  return { certFile, keyFile, ...(existsSync(caFile) && { caFile }) };
}
