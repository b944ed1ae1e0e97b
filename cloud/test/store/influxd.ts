import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../tests/support/ports.js';

/** Whether the real InfluxDB is installed. */
export const hasInfluxd = (): boolean => spawnSync('influxd', ['version']).status === 0;

/** A real influxd of our own: its own folder, its own ports, loopback only, nothing reported. */
export class Influxd {
  readonly #dir = mkdtempSync(join(tmpdir(), 'aisle-influxd-'));
  #child: ChildProcess | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#port = await freePort();
    const config = join(this.#dir, 'influxdb.conf');
    writeFileSync(
      config,
      [
        'reporting-disabled = true',
        `bind-address = "127.0.0.1:${await freePort()}"`,
        `[meta]\ndir = "${this.#dir}/meta"`,
        `[data]\ndir = "${this.#dir}/data"\nwal-dir = "${this.#dir}/wal"\nquery-log-enabled = false`,
        `[http]\nbind-address = "127.0.0.1:${this.#port}"\nlog-enabled = false`,
        '[monitor]\nstore-enabled = false',
      ].join('\n'),
    );
    const child = spawn('influxd', ['-config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    let words = '';
    child.stderr.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4000)));
    const deadline = Date.now() + 30_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`influxd ended with ${child.exitCode}: ${words}`);
      if (Date.now() > deadline) throw new Error(`influxd did not answer within 30 s: ${words}`);
      const answers = await fetch(`${this.url}/ping`).then(
        (response) => response.status === 204,
        () => false,
      );
      if (answers) return;
      await pause(50);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
