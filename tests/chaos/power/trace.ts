import { TornDisk } from './disk.js';

/** What strace is asked for; with `-f -ttt -xx -y` and whole strings. */
export const TRACED = [
  ...[
    'openat',
    'open',
    'creat',
    'lseek',
    'write',
    'writev',
    'pwrite64',
    'pwritev',
    'pwritev2',
    'ftruncate',
    'truncate',
  ],
  ...['fallocate', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'fsync', 'fdatasync'],
];
/** These move data where no write is seen: whoever begins to use one must be told apart here. */
export const UNTOLD = ['link', 'linkat', 'copy_file_range', 'sendfile', 'splice', 'sync_file_range', 'io_uring_enter'];

const STARTED = /^(\d+)\s+(\d+\.\d+) (\w+)\((.*)$/s;
const RESUMED = /^(\d+)\s+(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)$/s;
const UNFINISHED = ' <unfinished ...>';

interface Call {
  name: string;
  args: string;
  /** of a sync under way */
  end?: () => void;
}

/** Follows the calls of a trace on a disk of its own; paths below `folder` only, without it, and without its logs. */
export class TraceReader {
  readonly disk = new TornDisk();
  /** of the last line, epoch milliseconds */
  ts = 0;
  readonly #open = new Map<string, Call>();
  /** where the next write of a descriptor goes, by its number and path: each that is open has its own */
  readonly #places = new Map<string, number>();

  constructor(private readonly folder: string) {}

  /** @throws where a call is met that this reader does not follow */
  line(line: string): void {
    const started = STARTED.exec(line);
    if (started) {
      const [, thread, seconds, name, rest] = started as unknown as [string, string, string, string, string];
      this.ts = Number(seconds) * 1000;
      if (rest.endsWith(UNFINISHED)) {
        const call: Call = { name, args: rest.slice(0, -UNFINISHED.length) };
        if (isSync(name)) call.end = this.#sync(call);
        this.#open.set(thread, call);
      } else this.#done({ name, args: rest });
      return;
    }
    const resumed = RESUMED.exec(line);
    if (!resumed) return;
    const [, thread, seconds, , rest] = resumed as unknown as [string, string, string, string, string];
    this.ts = Number(seconds) * 1000;
    const call = this.#open.get(thread);
    this.#open.delete(thread);
    if (call) this.#done({ ...call, args: call.args + rest });
  }

  #done(call: Call): void {
    const result = Number(/\)\s+= (-?\d+)/.exec(call.args.slice(call.args.lastIndexOf(')')))?.[1] ?? Number.NaN);
    // Killed before it ended, or refused: it may have done nothing, which is what a power cut is about.
    if (!(result >= 0)) return;
    const { disk } = this;
    const paths = [...call.args.matchAll(/"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g)].map((match) => {
      if (match[2]) throw new Error('the trace holds a string that was cut');
      return Buffer.from((match[1] as string).replaceAll('\\x', ''), 'hex');
    });
    const named = (index: number): string | undefined => this.#below(paths[index]?.toString() ?? '');
    const held = this.#held(call);
    switch (call.name) {
      case 'openat':
      case 'open':
      case 'creat': {
        const file = this.#held({ ...call, args: call.args.slice(call.args.lastIndexOf(')')) });
        if (file === undefined || /O_DIRECTORY/.test(call.args)) return;
        const truncates = /O_TRUNC/.test(call.args) || call.name === 'creat';
        if (/O_CREAT/.test(call.args) || call.name === 'creat') disk.create(file, truncates);
        const key = keyOf(call.args.slice(call.args.lastIndexOf(')')));
        this.#places.set(key, /O_APPEND/.test(call.args) ? Number.NaN : 0);
        return;
      }
      case 'lseek':
        if (held !== undefined) this.#places.set(keyOf(call.args), result);
        return;
      case 'write':
      case 'writev': {
        if (held === undefined) return;
        const place = this.#places.get(keyOf(call.args)) ?? 0;
        const at = Number.isNaN(place) ? disk.size(held) : place;
        disk.write(held, at, Buffer.concat(paths).subarray(0, result));
        if (!Number.isNaN(place)) this.#places.set(keyOf(call.args), at + result);
        return;
      }
      case 'pwrite64':
      case 'pwritev':
      case 'pwritev2': {
        if (held === undefined) return;
        const numbers = [...call.args.slice(0, call.args.lastIndexOf(')')).matchAll(/, (\d+)/g)].map(([, n]) =>
          Number(n),
        );
        const at = numbers.at(call.name === 'pwritev2' ? -2 : -1) ?? 0;
        disk.write(held, at, Buffer.concat(paths).subarray(0, result));
        return;
      }
      case 'ftruncate':
        if (held !== undefined) disk.resize(held, Number(/, (\d+)\)/.exec(call.args)?.[1]));
        return;
      case 'fallocate': {
        const [mode, at, length] = /, (\w+), (\d+), (\d+)\)/.exec(call.args)?.slice(1) ?? [];
        if (held === undefined) return;
        if (mode !== '0') throw new Error(`fallocate with ${mode} is not followed`);
        const size = Number(at) + Number(length);
        if (size > disk.size(held)) disk.resize(held, size);
        return;
      }
      case 'truncate': {
        const file = named(0);
        if (file !== undefined) disk.resize(file, Number(/, (\d+)\)/.exec(call.args)?.[1]));
        return;
      }
      case 'rename':
      case 'renameat':
      case 'renameat2': {
        const [from, to] = [named(0), named(1)];
        if (from !== undefined && to !== undefined) disk.rename(from, to);
        return;
      }
      case 'unlink':
      case 'unlinkat': {
        const file = named(0);
        if (file !== undefined) disk.remove(file);
        return;
      }
      case 'fsync':
      case 'fdatasync':
        (call.end ?? this.#sync(call))();
        return;
      default:
        if (UNTOLD.includes(call.name) && held !== undefined)
          throw new Error(`${call.name} of ${held} is not followed`);
    }
  }

  #sync(call: Call): () => void {
    const held = this.#held(call);
    return held === undefined ? () => undefined : this.disk.sync(held, call.name === 'fdatasync');
  }

  /** The path of the first descriptor in the arguments: `-y` writes it behind the number. */
  #held({ args }: Call): string | undefined {
    const hex = /^[^<]*<((?:\\x[0-9a-f]{2})+)>/.exec(args)?.[1];
    return hex === undefined ? undefined : this.#below(Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString());
  }
  #below(path: string): string | undefined {
    if (path === this.folder) return '';
    if (!path.startsWith(`${this.folder}/`)) return undefined;
    const inside = path.slice(this.folder.length + 1);
    // What is said aloud is not what is kept; SQLite's shared memory is not read after a crash.
    return inside.startsWith('logs/') || inside.endsWith('-shm') ? undefined : inside;
  }
}

/** The first descriptor, as `-y` writes it: number and path. */
const keyOf = (args: string): string => /\d+<[^>]*>/.exec(args)?.[0] ?? '';
const isSync = (name: string): boolean => name === 'fsync' || name === 'fdatasync';
