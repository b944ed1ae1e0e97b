/** `npm run aisle -- WORD …`: most words are the cloud's; what is done on the agent's own machine has a program there. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAMS = {
  model: 'agent/model',
  tls: 'cloud/tls',
  move: 'cloud/move',
  nats: 'cloud/nats',
  backup: 'cloud/backup',
  restore: 'cloud/backup',
  doctor: 'cloud/doctor',
};
const args = process.argv.slice(2);
const word = args.find((arg) => !arg.startsWith('-')) ?? '';
const program = Object.hasOwn(PROGRAMS, word) ? PROGRAMS[word] : 'cloud/cli';
const run = path.join(path.dirname(fileURLToPath(import.meta.url)), 'run.mjs');
const child = spawn(process.execPath, [run, program, ...args], {
  stdio: 'inherit',
  env: { ...authority(), ...process.env },
});

/** A started system with an authority of its own is trusted by it; Node reads this at its start only. */
function authority() {
  const at = args.findIndex((arg) => arg === '--data' || arg.startsWith('--data='));
  const data = at < 0 ? 'data' : args[at].includes('=') ? args[at].slice('--data='.length) : (args[at + 1] ?? 'data');
  const file = path.resolve(process.env.INIT_CWD ?? process.cwd(), data, 'tls/ca.pem');
  return existsSync(file) ? { NODE_EXTRA_CA_CERTS: file } : {};
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
