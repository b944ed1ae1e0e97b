import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LineRecorder } from '../compat/line-recorder.js';
import { freePorts, root, System, waitFor } from '../support/system.js';

/** Runs `use` while the demo's agent speaks to its cloud over a recorded line, nobody watching. */
export async function withRecordedAgent<T>(use: (recorder: LineRecorder) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-recorded-'));
  const ports = await freePorts();
  const recorder = new LineRecorder(() => ports.cloudMqtt);
  await recorder.start();
  const system = await System.start({ dataDir, ports });
  await system.stop();
  const file = path.join(dataDir, 'agent/agent.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { cloud: { url: string } };
  config.cloud.url = `mqtt://127.0.0.1:${recorder.port}`;
  writeFileSync(file, JSON.stringify(config));
  const running: ChildProcess[] = [];
  try {
    // one by one: `npm start` would write the line's address anew
    running.push(await started('cloud', path.join(dataDir, 'cloud/cloud.json')));
    running.push(await started('agent', file));
    const access = path.join(dataDir, 'demo-access.json');
    const simulator = [path.join(root, 'dist/simulators/cli.mjs'), 'run', '--access', access, '--endless'];
    running.push(spawn(process.execPath, simulator, { stdio: 'ignore' }));
    return await use(recorder);
  } finally {
    for (const child of running.reverse()) await ended(child);
    await recorder.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function started(name: 'cloud' | 'agent', config: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.join(root, `dist/${name}/main.mjs`), '--config', config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let words = '';
  child.stdout?.on('data', (data: Buffer) => (words += data.toString()));
  await waitFor(`the ${name}`, () => /^ready$/m.test(words), 60_000, 20);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
