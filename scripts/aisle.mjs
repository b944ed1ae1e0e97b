/** `npm run aisle -- WORD …`: most words are the cloud's; what is done on the agent's own machine has a program there. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAMS = { model: 'agent/model' };
const args = process.argv.slice(2);
const word = args.find((arg) => !arg.startsWith('-')) ?? '';
const program = Object.hasOwn(PROGRAMS, word) ? PROGRAMS[word] : 'cloud/cli';
const run = path.join(path.dirname(fileURLToPath(import.meta.url)), 'run.mjs');
const child = spawn(process.execPath, [run, program, ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
