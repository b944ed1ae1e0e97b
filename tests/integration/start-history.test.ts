import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedPastBody } from '@aisle/contracts';
import { smallShop } from '../support/shop.js';
import { root, waitFor } from '../support/system.js';

interface Plan {
  seed: number;
  from: number;
  to: number;
  done: boolean;
}
interface Past {
  file: string;
  plan: Plan;
}
type Say = (line: string) => void;
interface StartHistory {
  plannedHistory(options: object, isFirst: boolean, now: number, say: Say): Past | undefined;
  loadHistory(past: Past, around: { cli: string; accessFile: string; say: Say; complain: Say }): { stop(): void };
}
const { plannedHistory, loadHistory } = (await import(path.join(root, 'scripts', 'start-history.mjs'))) as StartHistory;

const cli = path.join(root, 'dist/simulators/cli.mjs');
const MINUTE_MS = 60_000;
/** a morning hour of the small shop */
const to = Date.parse('2026-03-02T03:00:00Z');

/** What a loader asks of a cloud, answered as a cloud does; `hold` leaves what is posted without an answer. */
class PastTaker {
  readonly bodies: SimulatedPastBody[] = [];
  hold = false;
  #server: Server | undefined;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      const answer = (value: unknown): void =>
        void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
      if (request.method === 'GET') return answer({ version: 1, storeFile: smallShop() });
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const asked = new URL(request.url ?? '', 'http://cloud').searchParams;
        const number = (name: string): number => Number(asked.get(name));
        const lines = Buffer.concat(pieces).toString().split('\n').filter(Boolean);
        const body: SimulatedPastBody = {
          ...{ seed: number('seed'), fromTs: number('fromTs'), toTs: number('toTs') },
          facts: lines.map((line) => JSON.parse(line) as unknown),
          ...(asked.has('complete') && { complete: asked.get('complete') === 'true' }),
        };
        this.bodies.push(body);
        if (!this.hold) answer({ accepted: body.facts.length, refused: 0, complete: body.complete === true });
      });
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

describe('a simulated past that is loaded behind a start', () => {
  let folder: string;
  let cloud: PastTaker;
  let accessFile: string;
  const said: string[] = [];
  const complaints: string[] = [];
  const plan = (isFirst: boolean): Past | undefined => {
    const found = plannedHistory({ dataDir: folder, history: 4, usual: 4, seed: 3 }, isFirst, to, (l) => said.push(l));
    // an hour is enough to see it through
    if (found && isFirst) found.plan.from = to - 60 * MINUTE_MS;
    return found;
  };
  const load = (past: Past): { stop(): void } =>
    loadHistory(past, { cli, accessFile, say: (l) => said.push(l), complain: (l) => complaints.push(l) });
  const onDisk = (): Plan => JSON.parse(readFileSync(path.join(folder, 'history.json'), 'utf8')) as Plan;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aisle-history-'));
    cloud = new PastTaker();
    const apiUrl = await cloud.start();
    accessFile = path.join(folder, 'demo-access.json');
    const noMqtt = { storeMqttUrl: '', storeMqttUsername: '', storeMqttPassword: '' };
    const access = { storeId: 'small', apiUrl: `${apiUrl}/api/v1`, apiToken: 'key', ...noMqtt };
    writeFileSync(accessFile, JSON.stringify(access));
    said.length = complaints.length = 0;
  });
  afterEach(() => {
    cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends, says that it is loaded, and is not loaded again by the next start', async () => {
    load(plan(true) as Past);
    await waitFor('the word of its end', () => said.concat(complaints).some((line) => /loaded/i.test(line)), 60_000);
    expect(complaints).toEqual([]);
    expect(onDisk()).toMatchObject({ seed: 3, to, done: true });
    expect(cloud.bodies.at(-1)?.complete).toBe(true);
    const facts = cloud.bodies.flatMap(({ facts }) => facts as { kind: string; ts: number }[]);
    expect(facts.length).toBeGreaterThan(0);
    // as they are read: by kind, in each by time
    const inOrder = [...facts].sort((a, b) => (a.kind === b.kind ? 0 : a.kind < b.kind ? -1 : 1));
    expect(facts.map(({ kind }) => kind)).toEqual(inOrder.map(({ kind }) => kind));
    expect(plan(false)).toBeUndefined();
  });

  it('that was cut off is taken up by the next start, the same one', async () => {
    cloud.hold = true;
    const first = plan(true) as Past;
    writeFileSync(first.file, JSON.stringify(first.plan));
    const loading = load(first);
    await waitFor('the first piece', () => cloud.bodies.length > 0, 60_000);
    loading.stop();
    cloud.hold = false;
    expect(onDisk().done).toBe(false);
    const again = plan(false) as Past;
    expect(again.plan).toEqual(first.plan);
    load(again);
    await waitFor('the word of its end', () => said.concat(complaints).some((line) => /loaded/i.test(line)), 60_000);
    expect(onDisk().done).toBe(true);
    const [cut, ...whole] = cloud.bodies.map(({ seed, fromTs, toTs }) => ({ seed, fromTs, toTs }));
    for (const body of whole) expect(body).toEqual(cut);
    expect(complaints).toEqual([]);
  });

  it('ends although whoever started it still holds its standard input', async () => {
    const child = spawn(process.execPath, [cli, 'history', '--access', path.join(folder, 'none.json')], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, AISLE_SUPERVISED: '1' },
    });
    try {
      const [code] = (await once(child, 'exit')) as [number];
      expect(code).toBe(2);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
