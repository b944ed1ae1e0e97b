/** `npm start`: sets up what is missing, then runs cloud, agent and the simulated shop until SIGINT or SIGTERM. */
import { createServer } from 'node:net';
import path from 'node:path';
import { checkSetUp, root, setup } from './setup.mjs';
import { OptionError, USAGE, parseOptions } from './start-options.mjs';

/** How long after a file could not be written it is tried again. */
const UNWRITTEN_MS = 5_000;
/** Stop order: who sends stops first. Together well under the ten seconds that the contract allows. */
const GRACE_MS = { simulator: 2000, agent: 3500, radio: 500, cloud: 3500 };

function checkPort(host, port, option) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      reject(
        new OptionError(
          error.code === 'EADDRINUSE'
            ? `port ${port} is already in use; choose another with --${option} N`
            : `cannot listen on ${host}:${port} (--host, --${option}): ${error.message}`,
        ),
      );
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve()));
  });
}

async function main() {
  const options = parseOptions(process.argv.slice(2), root, process.env.INIT_CWD ?? process.cwd());
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  for (const [option, port] of Object.entries(options.ports)) await checkPort(options.host, port, option);
  if (options.setup) await setup();
  else checkSetUp();
  // What is kept in the data folder is nobody else's, whatever the folder's own mode.
  process.umask(0o077);

  // These need the dependencies that setup() has just made sure of.
  const { writeStartFiles } = await import('./start-files.mjs');
  const { writePrivate } = await import('./private-file.mjs');
  const { Child } = await import('./start-child.mjs');
  const { loadHistory, plannedHistory } = await import('./start-history.mjs');
  /** before anything of the live shop */
  const startedAt = Date.now();
  let loading;
  const cutFile = path.join(options.dataDir, 'cloud-line.cut');
  if (options.trial) {
    const { openLine } = await import('./start-line.mjs');
    const port = await openLine({ host: options.host, port: options.ports['cloud-mqtt-port'], cutFile });
    options.line = { port, cutFile };
  }
  const { files, access, devices, isFirst, isNewAccess } = writeStartFiles(options, root);
  const { simulatedRadio } = await import('./start-radio.mjs');
  const radio = options.simulator ? simulatedRadio(devices, root) : undefined;

  const say = (line) => process.stdout.write(`${line}\n`);
  const complain = (line) => process.stderr.write(`${line}\n`);
  const planned = plannedHistory({ ...options, usual: options.usualHistory }, isFirst, startedAt, complain);

  const children = {};
  const processesFile = path.join(options.dataDir, 'processes.json');
  let unwritten;
  const onChange = () => {
    clearTimeout(unwritten);
    const pids = Object.fromEntries(['cloud', 'agent', 'simulator'].map((name) => [name, children[name]?.pid ?? null]));
    try {
      writePrivate(processesFile, pids);
    } catch (error) {
      // A full disk ends nothing: what runs goes on, and the file is written when there is room.
      process.stderr.write(`${error.message}; it is tried again\n`);
      unwritten = setTimeout(onChange, UNWRITTEN_MS).unref();
    }
  };
  const logDir = path.join(options.dataDir, 'logs');
  const bundle = (name) => path.join(root, 'dist', name);
  children.cloud = new Child({
    name: 'cloud',
    args: [
      ...[bundle('cloud/main.mjs'), '--config', files.cloud],
      ...(options.acceptEmptyHistory ? ['--accept-empty-history'] : []),
    ],
    // Facts by the hundred thousand come and go: with a larger young generation a seventh of that work is saved, until the next start.
    nodeArgs: ['--max-old-space-size=192', `--max-semi-space-size=${planned ? 16 : 4}`],
    // pages, rollups, compaction and what is loaded may each hold one: acknowledgements must not wait for them
    env: { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '8' },
    logDir,
    onChange,
  });
  children.agent = new Child({
    name: 'agent',
    args: [bundle('agent/main.mjs'), '--config', files.agent],
    nodeArgs: ['--max-old-space-size=160', '--max-semi-space-size=2'],
    env: radio?.agentEnv,
    logDir,
    onChange,
  });
  if (radio?.args) {
    children.radio = new Child({
      name: 'radio',
      args: radio.args,
      nodeArgs: ['--max-old-space-size=32', '--max-semi-space-size=2'],
      logDir,
      onChange,
    });
  }
  if (options.simulator) {
    const args = [
      'run',
      '--access',
      files.access,
      '--shop',
      options.storeFile,
      '--seed',
      String(options.seed),
      '--ledger',
      files.ledger,
      '--endless',
      // Tills that write files write them where the agent looks for them.
      ...['--drop', path.join(path.dirname(files.agent), 'drop')],
      ...(radio?.air ? ['--bluez', radio.air] : []),
    ];
    children.simulator = new Child({
      name: 'simulator',
      args: [bundle('simulators/cli.mjs'), ...args],
      env: options.tls?.caFile && { NODE_EXTRA_CA_CERTS: options.tls.caFile },
      logDir,
      onChange,
    });
  }

  let stopping;
  const stop = (code) => {
    stopping ??= (async () => {
      loading?.stop();
      for (const child of Object.values(children)) child.ending();
      for (const name of ['simulator', 'agent', 'radio', 'cloud']) await children[name]?.stop(GRACE_MS[name]);
      radio?.remove();
      process.exit(code);
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(0));

  try {
    for (const name of ['cloud', 'radio', 'agent', 'simulator']) {
      const started = children[name]?.start();
      // Without its radio a shop is still a shop.
      await (name === 'radio' ? started?.catch((error) => process.stderr.write(`${error.message}\n`)) : started);
      if (stopping) return stopping;
    }
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return stop(1);
  }
  process.stdout.write(`Ready: ${access.dashboardUrl}  (sign in with the email and password in ${files.access})\n`);
  if (isNewAccess) {
    // Set apart: npm's own warnings stand around it.
    process.stdout.write(
      `\nSign in as ${access.email} with the password ${access.password}\n` +
        `Status and cameras of the shop itself: ${access.agentUrl}  (local secret ${access.agentLocalSecret})\n\n`,
    );
  }
  if (planned)
    loading = loadHistory(planned, { cli: bundle('simulators/cli.mjs'), accessFile: files.access, say, complain });
}

try {
  const code = await main();
  if (code !== undefined) process.exitCode = code;
} catch (error) {
  process.stderr.write(`${error instanceof OptionError ? error.message : (error.message ?? error)}\n`);
  process.exit(error instanceof OptionError ? 2 : 1);
}
