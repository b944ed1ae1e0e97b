/** One supervised process: started, watched until it says `ready`, started again when it dies. */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';

const LOG_LIMIT_BYTES = 10_000_000;
/** Well under the two seconds that the contract allows. */
const RESTART_MS = 300;
const RESTART_MAX_MS = 1_500;

/**
 * glibc keeps a heap for each thread, and what pictures and snapshots have grown once: one heap for all, and larger pieces are given
 * back at once. Elsewhere nobody reads these.
 */
const LEAN = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

export class Child {
  #options;
  #process;
  #stopping = false;
  #failures = 0;
  #lastWords = [];

  /** @param {{name: string, args: string[], nodeArgs?: string[], env?: Record<string, string>, logDir: string, onChange: () => void}} options */
  constructor(options) {
    this.#options = options;
  }

  get pid() {
    return this.#process?.pid ?? null;
  }

  /** Resolves once the child has printed `ready`; rejects when its first start fails. */
  start() {
    return new Promise((resolve, reject) => this.#spawn(resolve, reject));
  }

  #spawn(onReady, onFirstFailure) {
    const { name, args, nodeArgs = [], env = {}, onChange } = this.#options;
    this.#lastWords = [];
    let ready = false;
    // Maps are read whole at the start: 20 MB that only whoever reads a stack needs.
    const maps = process.env.AISLE_SOURCE_MAPS ? ['--enable-source-maps'] : [];
    const child = spawn(process.execPath, [...maps, ...nodeArgs, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...LEAN, ...process.env, ...env, AISLE_SUPERVISED: '1' },
    });
    this.#process = child;
    onChange();
    // A child that could not even be made ends with this and no exit.
    child.on('error', (error) => {
      if (child.pid === undefined) this.#ended(child, error.code ?? error.message, ready, onFirstFailure);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready' && !ready) {
        ready = true;
        this.#failures = 0;
        onReady?.();
      } else this.#log(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log(line);
      if (line.startsWith('{')) return;
      this.#lastWords.push(line);
      if (this.#lastWords.length > 20) this.#lastWords.shift();
      process.stderr.write(`${name}: ${line}\n`);
    });
    child.on('exit', (code, signal) => this.#ended(child, signal ?? code, ready, onFirstFailure));
  }

  #ended(child, how, ready, onFirstFailure) {
    if (this.#process === child) this.#process = undefined;
    this.#options.onChange();
    if (this.#stopping) return;
    const { name } = this.#options;
    if (!ready && onFirstFailure) {
      this.#stopping = true;
      onFirstFailure(
        new Error(
          this.#lastWords.length > 0
            ? `${name} could not start`
            : `${name} ended with ${how} before it was ready; see ${this.#logFile()}`,
        ),
      );
      return;
    }
    this.#failures += 1;
    const pause = Math.min(RESTART_MAX_MS, RESTART_MS * 2 ** (this.#failures - 1));
    process.stderr.write(`${name} ended (${how}); starting it again\n`);
    setTimeout(() => {
      if (!this.#stopping) this.#spawn(undefined, undefined);
    }, pause);
  }

  /** It is about to be stopped: its end is no accident any more. Ctrl+C in a terminal reaches all children at once. */
  ending() {
    this.#stopping = true;
  }

  /** SIGTERM, and SIGKILL after `graceMs`. */
  async stop(graceMs) {
    this.#stopping = true;
    const child = this.#process;
    if (!child) return;
    await new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  #logFile() {
    return path.join(this.#options.logDir, `${this.#options.name}.log`);
  }

  #log(line) {
    const file = this.#logFile();
    try {
      mkdirSync(this.#options.logDir, { recursive: true });
      if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
      appendFileSync(file, `${line}\n`);
    } catch {
      // A full disk must not end the shop: the processes count what they lose themselves.
    }
  }
}
