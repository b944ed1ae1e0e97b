import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Debian's own Python: its D-Bus modules are of no other. */
const PYTHON = '/usr/bin/python3';
const DAEMON = '/usr/bin/dbus-daemon';
/** Of util-linux, which every Debian has. */
const SETPRIV = '/usr/bin/setpriv';
const MAX_WAITING_BYTES = 1 << 20;

/** One advertisement; data in hex, services by UUID (four digits will do), companies by decimal number. */
export interface BluezAdvert {
  address: string;
  rssi?: number;
  serviceData?: Readonly<Record<string, string>>;
  manufacturerData?: Readonly<Record<string, string>>;
}
/** What may happen to a radio. */
export type BluezEvent =
  { adapter: 'remove' | 'add' } | { powered: boolean } | { scanning: false } | { restart: number };

/** Why the stand-in cannot run on this machine; undefined where it can. */
export function fakeBluezProblem(): string | undefined {
  if (!existsSync(DAEMON)) return 'dbus-daemon is missing (Debian: apt install dbus-daemon)';
  const modules = spawnSync(PYTHON, ['-c', 'import dbus, gi'], { stdio: 'ignore' });
  return modules.status === 0 ? undefined : 'python3-dbus or python3-gi is missing (Debian: apt install both)';
}

/**
 * A system bus of its own with a stand-in for BlueZ on it. Whoever is started with `DBUS_SYSTEM_BUS_ADDRESS` = `address` finds a
 * Bluetooth adapter there. `folder` is that of bus.conf and fake_bluez.py.
 */
export class FakeBluez {
  #bus: ChildProcess | undefined;
  #bluez: ChildProcess | undefined;
  #dir = '';
  #scanning = false;
  #errors: string[] = [];

  /** `dir`: where its socket and files go, a temporary folder when left out. `onEnded`: one of its two processes has ended by itself. */
  constructor(
    private readonly folder = path.resolve('simulators/bluez'),
    private readonly dir?: string,
    private readonly onEnded: (what: string) => void = () => undefined,
  ) {}

  /** For `DBUS_SYSTEM_BUS_ADDRESS`. */
  get address(): string {
    return `unix:path=${this.#dir}/bus`;
  }
  /** Whether somebody scans: what is sent before is heard by nobody. */
  get scanning(): boolean {
    return this.#scanning;
  }
  /** What the stand-in could not read. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  async start(): Promise<void> {
    this.#dir = this.dir ?? mkdtempSync(path.join(tmpdir(), 'aisle-bluez-'));
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    await this.startBus();
    await this.startBluez();
  }

  async stop(): Promise<void> {
    await this.stopBluez();
    await this.stopBus();
    if (this.#dir !== '') rmSync(this.#dir, { recursive: true, force: true });
  }

  advert(advert: BluezAdvert): void {
    this.#tell(advert);
  }

  /** The same as a line of JSON, or many. */
  air(lines: string | Buffer): void {
    const stdin = this.#bluez?.stdin;
    // An adapter that cannot follow misses what is in the air.
    if (stdin && stdin.writableLength < MAX_WAITING_BYTES) stdin.write(lines);
  }

  happen(event: BluezEvent): void {
    this.#tell(event);
  }

  async startBus(): Promise<void> {
    const config = path.join(this.#dir, 'bus.conf');
    const socket = path.join(this.#dir, 'bus');
    const plain = readFileSync(path.join(this.folder, 'bus.conf'), 'utf8');
    writeFileSync(config, plain.replace('/run/aisle-bluez.sock', socket));
    rmSync(socket, { force: true });
    // Ctrl+C in a terminal reaches everybody in the group: both end when we end them.
    const bus = spawn(...dyingWithUs(DAEMON, [`--config-file=${config}`, '--nofork', '--nopidfile']), {
      stdio: 'ignore',
      detached: true,
    });
    this.#bus = bus;
    bus.once('exit', () => this.#bus === bus && this.onEnded('dbus-daemon'));
    await until('the bus', () => existsSync(socket));
  }

  async stopBus(): Promise<void> {
    const bus = this.#bus;
    this.#bus = undefined;
    await end(bus);
  }

  async startBluez(): Promise<void> {
    const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: this.address };
    const bluez = spawn(PYTHON, [path.join(this.folder, 'fake_bluez.py')], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    this.#bluez = bluez;
    this.#scanning = false;
    let ready = false;
    let waiting = '';
    bluez.stdin.on('error', () => undefined);
    bluez.stdout.on('data', (chunk: Buffer) => {
      const lines = (waiting + chunk.toString()).split('\n');
      waiting = lines.pop() ?? '';
      for (const line of lines) {
        const said = JSON.parse(line) as { ready?: boolean; scanning?: boolean; error?: string };
        ready ||= said.ready === true;
        if (said.scanning !== undefined) this.#scanning = said.scanning;
        if (said.error !== undefined) this.#errors.push(said.error);
      }
    });
    bluez.once('exit', () => {
      this.#scanning = false;
      if (this.#bluez === bluez) this.onEnded('the stand-in for BlueZ');
    });
    await until('the stand-in for BlueZ', () => ready);
  }

  async stopBluez(): Promise<void> {
    const bluez = this.#bluez;
    this.#bluez = undefined;
    await end(bluez);
  }

  #tell(line: BluezAdvert | BluezEvent): void {
    this.#bluez?.stdin?.write(`${JSON.stringify(line)}\n`);
  }
}

/** The daemon holds nothing of ours that would close: without this it would outlive a process that was killed. */
const dyingWithUs = (program: string, args: string[]): [string, string[]] =>
  existsSync(SETPRIV) ? [SETPRIV, ['--pdeathsig', 'KILL', '--', program, ...args]] : [program, args];

async function until(what: string, probe: () => boolean): Promise<void> {
  for (let tries = 0; !probe(); tries += 1) {
    if (tries > 1000) throw new Error(`${what} did not start`);
    await sleep(10);
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
