import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LineRecorder } from '../compat/line-recorder.js';
import { freePorts, System } from '../support/system.js';

/** Runs `use` while the demo's agent speaks to its cloud over a recorded line, nobody watching. */
export async function withRecordedAgent<T>(use: (recorder: LineRecorder) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-recorded-'));
  const ports = await freePorts();
  const recorder = new LineRecorder(() => ports.cloudMqtt);
  await recorder.start();
  let system = await System.start({ dataDir, ports });
  await system.stop();
  const file = path.join(dataDir, 'agent/agent.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { cloud: { url: string } };
  config.cloud.url = `mqtt://127.0.0.1:${recorder.port}`;
  writeFileSync(file, JSON.stringify(config));
  system = await System.start({ dataDir, ports, simulator: true });
  try {
    return await use(recorder);
  } finally {
    await system.stop();
    await recorder.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
