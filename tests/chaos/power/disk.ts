/** A disk that remembers what it was told, and what of it has reached it for certain. */

type Change = { at: number; bytes: Buffer } | { size: number };
/** a disk writes its sectors whole or not at all */
const SECTOR_BYTES = 512;

/** Bytes that grow in place: a file is synced thousands of times. */
class Content {
  #room = Buffer.alloc(0);
  #size = 0;

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#size);
  }
  get size(): number {
    return this.#size;
  }
  apply(change: Change): void {
    if ('size' in change) {
      this.#grow(change.size);
      if (change.size < this.#size) this.#room.fill(0, change.size, this.#size);
      this.#size = change.size;
      return;
    }
    const end = change.at + change.bytes.length;
    this.#grow(end);
    change.bytes.copy(this.#room, change.at);
    this.#size = Math.max(this.#size, end);
  }
  with(changes: readonly Change[]): Buffer {
    const copy = new Content();
    copy.apply({ at: 0, bytes: this.bytes });
    for (const change of changes) copy.apply(change);
    return copy.bytes;
  }
  /** What lies behind the size is zeros. */
  #grow(size: number): void {
    if (size <= this.#room.length) return;
    const room = Buffer.alloc(size + (size >> 1));
    this.bytes.copy(room);
    this.#room = room;
  }
}

class Inode {
  readonly durable = new Content();
  pending: Change[] = [];
  /** when what names or sizes it last changed, as a number of the journal of names; 0: long ago */
  named = 0;

  get size(): number {
    return this.pending.reduce(sizeAfter, this.durable.size);
  }
}

const sizeAfter = (size: number, change: Change): number =>
  'size' in change ? change.size : Math.max(size, change.at + change.bytes.length);

type Names = Map<string, Inode>;
type Renaming = { number: number; apply(names: Names): void };

/**
 * Files by path, as a file system with a journal of names keeps them (ext4's way: names change in order, and a sync brings every
 * change of names before it to the disk; data comes when it is synced, or in any order and part before).
 */
export class TornDisk {
  readonly #names: Names = new Map();
  readonly #durableNames: Names = new Map();
  #journal: Renaming[] = [];
  #number = 0;

  /** An empty file of this name, unless there is one. */
  create(path: string, truncate = false): void {
    const known = this.#names.get(path);
    if (!known) {
      const inode = new Inode();
      this.#note((names) => names.set(path, inode), inode);
    } else if (truncate && known.size > 0) known.pending.push({ size: 0 });
  }
  rename(from: string, to: string): void {
    const moved = [...this.#names.keys()].filter((path) => path === from || path.startsWith(`${from}/`));
    for (const path of moved) {
      const inode = this.#names.get(path) as Inode;
      this.#note((names) => {
        names.delete(path);
        names.set(to + path.slice(from.length), inode);
      }, inode);
    }
  }
  remove(path: string): void {
    if (this.#names.has(path)) this.#note((names) => names.delete(path));
  }
  write(path: string, at: number, bytes: Buffer): void {
    this.#of(path).pending.push({ at, bytes });
  }
  resize(path: string, size: number): void {
    this.#of(path).pending.push({ size });
  }
  size(path: string): number {
    return this.#names.get(path)?.size ?? 0;
  }

  /** What a sync that begins now will have brought to the disk when it ends; call what it gives then. */
  sync(path: string, dataOnly: boolean): () => void {
    const inode = this.#names.get(path);
    const changes = [...(inode?.pending ?? [])];
    // A folder, or a file with its name and size: all names before. Data alone: what it takes to find the file again.
    const names = dataOnly ? (inode?.named ?? 0) : this.#number;
    return () => {
      if (inode) {
        const done = new Set(changes);
        inode.pending = inode.pending.filter((change) => {
          if (!done.has(change)) return true;
          inode.durable.apply(change);
          return false;
        });
      }
      for (const { number, apply } of this.#journal) if (number <= names) apply(this.#durableNames);
      this.#journal = this.#journal.filter(({ number }) => number > names);
    };
  }

  /** As it stands while the power is on. */
  current(): Map<string, Buffer> {
    return new Map([...this.#names].map(([path, inode]) => [path, inode.durable.with(inode.pending)]));
  }

  /** As it may stand when the power went: of what was not synced any part has reached the disk. `draw`: 0 to 1. */
  afterPowerCut(draw: () => number): Map<string, Buffer> {
    const names = new Map(this.#durableNames);
    const lasting = Math.floor(draw() * (this.#journal.length + 1));
    for (const { apply } of this.#journal.slice(0, lasting)) apply(names);
    // Some cuts lose all that was not synced, some little: both ends show faults that the middle hides.
    const share = draw();
    const survived = (inode: Inode): Buffer =>
      inode.durable.with(inode.pending.filter(() => draw() < share).map((change) => torn(change, draw)));
    return new Map([...names].map(([path, inode]) => [path, survived(inode)]));
  }

  #of(path: string): Inode {
    this.create(path);
    return this.#names.get(path) as Inode;
  }
  #note(apply: (names: Names) => void, inode?: Inode): void {
    this.#number += 1;
    if (inode) inode.named = this.#number;
    apply(this.#names);
    this.#journal.push({ number: this.#number, apply });
  }
}

/** Whole, or cut where a sector begins. */
function torn(change: Change, draw: () => number): Change {
  if ('size' in change || draw() < 0.7) return change;
  const end = change.at + Math.floor(draw() * change.bytes.length);
  const kept = end - (end % SECTOR_BYTES) - change.at;
  return { at: change.at, bytes: change.bytes.subarray(0, Math.max(0, kept)) };
}
