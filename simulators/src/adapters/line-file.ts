import {
  closeSync,
  createWriteStream,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  type WriteStream,
} from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import type { LineSink } from '../ports.js';

function endsALine(file: string): boolean {
  if (!existsSync(file)) return true;
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(handle, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
  } finally {
    closeSync(handle);
  }
}

/** A file written line by line as it comes, holding no more than a stream's buffer. */
export class LineFile implements LineSink {
  private readonly stream: WriteStream;
  private full = false;
  private failed: Error | undefined;

  private constructor(file: string, append: boolean) {
    this.stream = createWriteStream(file, { flags: append ? 'a' : 'w' });
    this.stream.on('drain', () => (this.full = false));
    this.stream.on('error', (error) => (this.failed = error));
  }

  /** Opens (and makes the folder of) `file`; `append` goes on behind what it holds. @throws with the file's name */
  static async open(file: string, append: boolean): Promise<LineFile> {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    const opened = new LineFile(file, append);
    await once(opened.stream, 'open');
    // A run that was killed may have left half a line.
    if (append && !endsALine(file)) opened.stream.write('\n');
    return opened;
  }

  get isFull(): boolean {
    if (this.failed) throw this.failed;
    return this.full;
  }

  write(line: string): void {
    if (!this.stream.write(`${line}\n`)) this.full = true;
  }

  async room(): Promise<void> {
    if (this.isFull) await once(this.stream, 'drain');
  }

  /** Resolves once everything is with the operating system. */
  async close(): Promise<void> {
    if (this.failed) throw this.failed;
    this.stream.end();
    await once(this.stream, 'finish');
  }
}
