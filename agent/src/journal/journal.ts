import type { DomainEvent } from '@aisle/contracts';
import type { Clock, Timer } from '../ports/clock.js';
import { StartError } from '../ports/errors.js';
import { Listeners } from '../ports/listeners.js';
import { isDiskFull, type LogFile, type LogFiles } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import { FilePacker } from './file-packer.js';
import { GroupPacker } from './packing.js';
import { arrivalOf, RecordBuffer, type JournalEntry } from './record.js';
import { FIRST_RECORD, scanSegment, segmentHeader, segmentName, segmentStart, surveySegment } from './segment.js';
import { SegmentMaker } from './segment-maker.js';

/** Bytes waiting for the disk above which it is overfull. */
const MAX_QUEUED_BYTES = 32 << 20;

export interface JournalOptions {
  /** a new segment begins behind this many bytes; smaller ones are deleted earlier, larger ones are fewer */
  segmentBytes?: number;
  /** how long a full disk is left alone before the next try, ms */
  retryMs?: number;
  /** A write error that waiting cannot mend: the process should end, and start again clean. Thrown when left out. */
  onFatal?(error: unknown): void;
}

interface Waiting {
  /** undefined: only keeps its place in the order */
  entry: JournalEntry | undefined;
  done: ((accepted: boolean) => void) | undefined;
}

/**
 * The durable input log. `append` takes a sequence at once; its `done` comes after write and fdatasync of the group that
 * it is in. While one group syncs, the next one forms: no added delay when idle, large groups under load.
 */
export class Journal {
  #id = '';
  #nextSeq = 1;
  #firstSeq = 1;
  #segments: { name: string; firstSeq: number; newestTs: number }[] = [];
  #file: LogFile | undefined;
  #offset = 0;
  readonly #maker: SegmentMaker;
  readonly #packer = new GroupPacker();
  readonly #closedFiles: FilePacker;
  #group: Waiting[] = [];
  #buffer = new RecordBuffer();
  #spare = new RecordBuffer();
  #groupNewestTs = 0;
  #writing: Promise<void> | undefined;
  #blocked = false;
  #queuedBytes = 0;
  #retry: { timer: Timer; go: () => void } | undefined;
  #closing = false;
  #consumer: ((entry: JournalEntry) => boolean) | undefined;
  readonly #roomMakers: (() => Promise<void>)[] = [];
  /** Told behind each durable group, when all of it was consumed and acknowledged. */
  readonly groups: Listeners;

  constructor(
    private readonly files: LogFiles,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly log: Logger,
    private readonly options: JournalOptions = {},
  ) {
    this.#maker = new SegmentMaker(files, options.segmentBytes ?? 4 << 20);
    this.#closedFiles = new FilePacker(files, clock, log, (name) =>
      this.#segments.some((segment) => segment.name === name),
    );
    this.groups = new Listeners((error) =>
      log.error({ err: (error as Error).stack ?? String(error) }, 'something behind the journal failed'),
    );
  }

  get id(): string {
    return this.#id;
  }
  /** Sequence of the newest entry, durable or not. */
  get lastSeq(): number {
    return this.#nextSeq - 1;
  }
  /** Sequence of the oldest entry that is still here. */
  get firstSeq(): number {
    return this.#firstSeq;
  }
  /** Bytes taken but not yet durable. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }
  /** So much waits for the disk that more would fill the memory: whoever comes now is to be turned away. */
  get overfull(): boolean {
    return this.#queuedBytes > MAX_QUEUED_BYTES;
  }
  /** The disk is full: nothing is acknowledged. */
  get blocked(): boolean {
    return this.#blocked;
  }
  get segmentCount(): number {
    return this.#segments.length;
  }

  /**
   * Gives every durable entry to `apply`, in order, before its `done`, which is told the answer. One party only: two answers to one
   * sender would contradict each other; whoever else wants to know listens there. What it throws ends the process.
   */
  consume(apply: (entry: JournalEntry) => boolean): void {
    if (this.#consumer) throw new Error('the journal has a consumer already');
    this.#consumer = apply;
  }

  /** The disk is full: all who can make room are asked, in the order in which they came, before each new try. */
  whenFull(makeRoom: () => Promise<void>): void {
    this.#roomMakers.push(makeRoom);
  }

  /** Opens or makes the journal, cutting a torn tail. @throws StartError naming file and offset when it is broken inside */
  async open(): Promise<void> {
    const names = await this.files.list();
    const segments = names.filter((name) => segmentStart(name) !== undefined);
    await this.#closedFiles.tidy(names);
    if (names.includes('id')) this.#id = (await this.files.read('id')).toString('utf8').trim();
    if (!/^[0-9a-f-]{8,64}$/.test(this.#id)) {
      if (segments.length > 0)
        throw new StartError('corruptJournal', `${this.files.pathOf('id')}: the journal's id is missing or broken`);
      this.#id = this.random.id();
      await this.files.put('id', `${this.#id}\n`);
    }
    for (const [index, name] of segments.entries()) await this.#openSegment(name, index === segments.length - 1);
    if (this.#segments.length === 0) await this.#begin(this.#nextSeq);
    this.#firstSeq = this.#segments[0]?.firstSeq ?? 1;
  }

  async #openSegment(name: string, last: boolean): Promise<void> {
    const bytes = await this.files.read(name);
    const firstSeq = segmentStart(name) as number;
    if (this.#segments.length > 0 && firstSeq !== this.#nextSeq) {
      throw new StartError(
        'corruptJournal',
        `${this.files.pathOf(name)}: begins with entry ${firstSeq}, expected ${this.#nextSeq}; a file before it is missing`,
      );
    }
    let newestTs = 0;
    this.#nextSeq = firstSeq;
    const scan = surveySegment(bytes, name, (record) => {
      if (record.firstSeq !== this.#nextSeq) return false;
      this.#nextSeq += record.count;
      newestTs = Math.max(newestTs, record.newestTs);
      return true;
    });
    if (scan.tail === 'broken' || (scan.tail === 'torn' && !last)) {
      throw new StartError(
        'corruptJournal',
        `${this.files.pathOf(name)}: broken at offset ${scan.end}; restore the folder from a copy, or move it away to begin a new journal`,
      );
    }
    this.#segments.push({ name, firstSeq, newestTs });
    if (!last) return;
    const file = await this.files.open(name);
    this.#file = file;
    this.#offset = Math.max(scan.end, FIRST_RECORD);
    if (scan.tail === 'torn') {
      this.log.warn({ file: this.files.pathOf(name), offset: scan.end }, 'cut a torn tail off the journal');
      await file.truncate(scan.end);
    }
    if (scan.end < FIRST_RECORD) await file.write(segmentHeader(firstSeq), 0);
    await this.#maker.fill(file, this.#offset);
  }

  /** Begins a segment: named by the first entry that will be in it; later appends wait in the buffer meanwhile. */
  async #begin(firstSeq: number): Promise<void> {
    const name = segmentName(firstSeq);
    const file = await this.#maker.make(firstSeq, this.#file === undefined);
    const before = this.#file;
    const used = this.#offset;
    const closed = this.#segments.at(-1);
    this.#file = file;
    this.#offset = FIRST_RECORD;
    this.#packer.reset();
    this.#segments.push({ name, firstSeq, newestTs: 0 });
    await before?.truncate(used);
    await before?.close();
    if (before && closed) this.#closedFiles.closed(closed.name, closed.newestTs);
  }

  /** Reads the entries behind `afterSeq` in order. What is appended meanwhile may be missing. */
  async replay(afterSeq: number, handle: (entry: JournalEntry) => void): Promise<void> {
    for (const [index, segment] of this.#segments.entries()) {
      const next = this.#segments[index + 1];
      if (next && next.firstSeq <= afterSeq + 1) continue;
      const bytes = await this.files.read(segment.name);
      scanSegment(bytes, segment.name, (entry) => {
        if (entry.seq > afterSeq) handle(entry);
        return true;
      });
    }
  }

  /** Takes the next sequence at once; `done` is called when the event is durable. */
  append(event: DomainEvent, done?: (accepted: boolean) => void, inboxSeq = 0): number {
    const entry: JournalEntry = { seq: this.#nextSeq, event, inboxSeq };
    this.#nextSeq += 1;
    const before = this.#buffer.length;
    this.#buffer.add(entry);
    this.#queuedBytes += this.#buffer.length - before;
    this.#groupNewestTs = Math.max(this.#groupNewestTs, arrivalOf(event));
    this.#group.push({ entry, done });
    this.#kick();
    return entry.seq;
  }

  /** Calls `done` once everything appended so far is durable; at once when it is. */
  barrier(done: () => void): void {
    if (this.#group.length === 0 && !this.#writing) done();
    else {
      this.#group.push({ entry: undefined, done });
      this.#kick();
    }
  }

  #kick(): void {
    if (this.#writing || this.#group.length === 0) return;
    // Behind the current turn, so that a whole chunk of a socket makes one group.
    this.#writing = Promise.resolve()
      .then(() => this.#commitGroup())
      .catch((error: unknown) => this.#fatal(error))
      .finally(() => {
        this.#writing = undefined;
        this.#kick();
      });
  }

  async #commitGroup(): Promise<void> {
    const group = this.#group;
    const buffer = this.#buffer;
    const newestTs = this.#groupNewestTs;
    this.#group = [];
    this.#buffer = this.#spare;
    this.#groupNewestTs = 0;
    const plain = buffer.bytes();
    if (plain.length > 0) {
      const entries = group.filter(({ entry }) => entry !== undefined);
      const firstSeq = entries[0]?.entry?.seq ?? 0;
      const bytes =
        this.#packer.pack(buffer.bodies(), plain.length, { count: entries.length, firstSeq, newestTs }) ?? plain;
      await this.#writeDurably(bytes);
      this.#offset += bytes.length;
      this.#queuedBytes -= plain.length;
      const segment = this.#segments.at(-1);
      if (segment) segment.newestTs = Math.max(segment.newestTs, newestTs);
    }
    buffer.clear();
    this.#spare = buffer;
    for (const waiting of group) {
      const accepted = waiting.entry && this.#consumer ? this.#consumer(waiting.entry) : true;
      waiting.done?.(accepted);
    }
    this.groups.tell();
    if (this.#offset >= this.#maker.segmentBytes / 2) this.#maker.prepare();
    if (this.#offset >= this.#maker.segmentBytes) await this.#roll(group);
  }

  async #roll(group: readonly Waiting[]): Promise<void> {
    const lastDurable = group.findLast((waiting) => waiting.entry)?.entry?.seq;
    if (lastDurable === undefined) return;
    try {
      await this.#begin(lastDurable + 1);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.log.warn({}, 'no room for a new journal file: going on in the old one');
    }
  }

  async #writeDurably(bytes: Buffer): Promise<void> {
    for (;;) {
      try {
        await this.#file?.append(bytes, this.#offset);
        await this.#file?.sync();
        if (this.#blocked) {
          this.#blocked = false;
          this.log.info({}, 'the disk has room again: acknowledging goes on');
        }
        return;
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        if (!this.#blocked)
          this.log.error(
            { file: this.files.pathOf(this.#segments.at(-1)?.name ?? '') },
            'the disk is full: nothing is acknowledged until there is room',
          );
        this.#blocked = true;
        if (this.#closing) throw error;
        // A group written in part would be a broken middle for the next try's start.
        await this.#blank(bytes.length);
        for (const makeRoom of this.#roomMakers)
          await makeRoom().catch((reason: unknown) => this.log.warn({ err: String(reason) }, 'could not make room'));
        await this.#pause(this.options.retryMs ?? 1000);
      }
    }
  }

  /** Undoes a write that failed half-way. */
  async #blank(bytes: number): Promise<void> {
    try {
      await this.#file?.write(Buffer.alloc(bytes), this.#offset);
    } catch {
      await this.#file?.truncate(this.#offset).catch(() => undefined);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        this.#retry = undefined;
        resolve();
      };
      this.#retry = { timer: this.clock.after(ms, go), go };
    });
  }

  #fatal(error: unknown): void {
    this.#group = [];
    if (!this.options.onFatal) throw error;
    this.options.onFatal(error);
  }

  /** Deletes segments that lie wholly behind `snapshotSeq` and whose newest arrival is before `olderThanTs`. Returns how many. */
  async retain(snapshotSeq: number, olderThanTs: number): Promise<number> {
    let removed = 0;
    for (;;) {
      const [oldest, next] = this.#segments;
      if (!oldest || !next || next.firstSeq > snapshotSeq + 1 || oldest.newestTs >= olderThanTs) return removed;
      await this.files.remove(oldest.name);
      this.#segments.shift();
      this.#firstSeq = next.firstSeq;
      removed += 1;
    }
  }

  /** Makes everything appended durable, then closes. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#retry?.timer.cancel();
    this.#retry?.go();
    while (this.#writing) await this.#writing;
    await this.#closedFiles.stop();
    await this.#maker.close();
    // The zeros ahead are of no use to anybody now.
    await this.#file?.truncate(this.#offset);
    await this.#file?.close();
    this.#file = undefined;
  }
}
