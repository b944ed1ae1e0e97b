import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './ports.js';

/** Debian keeps the server's own programs beside the path, a folder for each version. */
const DEBIAN = '/usr/lib/postgresql';

function programs(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** Whether the real PostgreSQL is installed. */
export const hasPostgres = (): boolean => programs() !== undefined;

/** PostgreSQL refuses to run as root: there it runs as the user that its package has made. */
function ownUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (which: string) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A real PostgreSQL of our own: its own folder, its own port, loopback only, with a password. */
export class Postgres {
  readonly user = 'aisle';
  #dir = '';
  #as: { uid: number; gid: number } | undefined;
  #child: ChildProcess | undefined;
  #port = 0;
  #databases = 0;

  constructor(readonly password: string) {}

  get port(): number {
    return this.#port;
  }
  /** Of the server's first process; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }
  /** Without the password. */
  url(database: string): string {
    return `postgresql://${this.user}@127.0.0.1:${this.#port}/${database}`;
  }

  /** Makes the server's folder and starts it. */
  async start(): Promise<void> {
    this.#dir = mkdtempSync(join(tmpdir(), 'aisle-postgres-'));
    this.#as = ownUser();
    this.#port = await freePort();
    const secret = join(this.#dir, 'password');
    writeFileSync(secret, this.password);
    if (this.#as) for (const path of [this.#dir, secret]) chownSync(path, this.#as.uid, this.#as.gid);
    const init = ['--username', this.user, '--pwfile', secret, '--auth', 'scram-sha-256', '--no-sync'];
    execFileSync(this.#program('initdb'), ['-D', this.#data, '-E', 'UTF8', '--locale', 'C.UTF-8', ...init], {
      ...this.#as,
      cwd: this.#dir,
      stdio: 'ignore',
    });
    await this.resume();
  }

  /** A second server that follows this one: what is committed here is on both, from when it has caught up on. */
  async standby(): Promise<Postgres> {
    const standby = new Postgres(this.password);
    standby.#dir = mkdtempSync(join(tmpdir(), 'aisle-postgres-'));
    standby.#as = this.#as;
    standby.#port = await freePort();
    if (this.#as) chownSync(standby.#dir, this.#as.uid, this.#as.gid);
    const from = `host=127.0.0.1 port=${this.#port} user=${this.user} password=${this.password} application_name=standby`;
    // without "fast" it would wait for the server's next checkpoint, which takes its time
    const copied = ['-D', standby.#data, '-d', from, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'];
    execFileSync(this.#program('pg_basebackup'), copied, {
      ...this.#as,
      cwd: standby.#dir,
      stdio: 'ignore',
    });
    await standby.resume();
    await this.query('postgres', `ALTER SYSTEM SET synchronous_standby_names = 'standby'`);
    await this.query('postgres', 'SELECT pg_reload_conf()');
    const follows = `SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'`;
    while ((await this.query('postgres', follows)).length === 0) await pause(50);
    return standby;
  }

  /** Of a standby: it takes writes from now on, and waits for nobody with them. */
  async promote(): Promise<void> {
    await this.query('postgres', 'SELECT pg_promote(true, 30)');
    await this.query('postgres', `ALTER SYSTEM RESET synchronous_standby_names`);
    await this.query('postgres', 'SELECT pg_reload_conf()');
  }

  /** Ends the server and all that works for it at one moment, as a power cut does. */
  async killAtOnce(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const ended = new Promise((resolve) => this.#child?.once('exit', resolve));
    const workers = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
    for (const one of [pid, ...workers.trim().split(/\s+/).map(Number)]) {
      try {
        process.kill(one, 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    }
    await ended;
  }

  /** Starts it on the folder that it has. */
  async resume(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=60'];
    const child = spawn(
      this.#program('postgres'),
      ['-D', this.#data, '-p', String(this.#port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...this.#as, cwd: this.#dir, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child = child;
    // a test that is ended in the middle leaves no server behind
    process.once('exit', () => child.kill('SIGKILL'));
    let words = '';
    child.stderr?.on('data', (data: Buffer) => (words = (words + data.toString()).slice(-4000)));
    const deadline = Date.now() + 30_000;
    for (;;) {
      const problem = await this.query('postgres', 'SELECT 1').then(
        () => undefined,
        (error: unknown) => String(error),
      );
      if (problem === undefined) return;
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}: ${words}`);
      if (Date.now() > deadline) throw new Error(`postgres did not answer within 30 s: ${problem}\n${words}`);
      await pause(50);
    }
  }

  /** A database that nobody has used yet. */
  async database(): Promise<string> {
    const name = `catalog_${++this.#databases}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return name;
  }

  /** Asks as the owner. */
  async query(database: string, text: string): Promise<Record<string, unknown>[]> {
    const { user, password } = this;
    const client = new pg.Client({ host: '127.0.0.1', port: this.#port, user, password, database });
    // a connection that is cut also says so to whoever waits for the answer
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends it in the middle of what it does: connections break. */
  async kill(): Promise<void> {
    await this.#end('SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT');
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  get #data(): string {
    return join(this.#dir, 'data');
  }
  #program(name: string): string {
    return join(programs() ?? '', name);
  }
}
