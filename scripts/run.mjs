/** `node scripts/run.mjs NAME ARGS…`: sets up what is missing, then runs dist/NAME.mjs with the arguments. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, setup } from './setup.mjs';

const [name, ...args] = process.argv.slice(2);
try {
  await setup();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const child = spawn(process.execPath, ['--enable-source-maps', path.join(root, 'dist', `${name}.mjs`), ...args], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
