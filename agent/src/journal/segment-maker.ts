import { isDiskFull, type LogFile, type LogFiles } from '../ports/log-files.js';
import { FIRST_RECORD, segmentHeader, segmentName } from './segment.js';

const ZEROS = Buffer.alloc(256 << 10);
/** The next segment's file, before it is known with which entry it begins. */
const PREPARED = 'next';

/**
 * Makes the journal's files of zeros ahead: a sync within a file that does not grow costs the disk a fraction of one that
 * does (no size to record). Without room for that a file grows as it is written.
 */
export class SegmentMaker {
  #prepared: Promise<LogFile | undefined> | undefined;

  constructor(
    private readonly files: LogFiles,
    readonly segmentBytes: number,
  ) {}

  /** Writes zeros from `offset` to the segment's size. */
  async fill(file: LogFile, offset: number): Promise<void> {
    try {
      for (let at = offset; at < this.segmentBytes; at += ZEROS.length) {
        await file.write(ZEROS.subarray(0, Math.min(ZEROS.length, this.segmentBytes - at)), at);
      }
      await file.sync();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await file.truncate(offset);
    }
  }

  /** Makes the next segment while there is still room in this one. */
  prepare(): void {
    this.#prepared ??= this.files
      .open(PREPARED)
      .then(async (file) => {
        await file.truncate(0);
        await this.fill(file, 0);
        return file;
      })
      .catch(() => undefined);
  }

  /** The segment that begins with `firstSeq`, with its head; `fillNow` where nothing waits for it. */
  async make(firstSeq: number, fillNow: boolean): Promise<LogFile> {
    const prepared = await this.#prepared;
    this.#prepared = undefined;
    const file = prepared ?? (await this.files.open(segmentName(firstSeq)));
    await file.write(segmentHeader(firstSeq), 0);
    if (prepared) {
      await file.sync();
      await this.files.rename(PREPARED, segmentName(firstSeq));
    } else if (fillNow) await this.fill(file, FIRST_RECORD);
    return file;
  }

  async close(): Promise<void> {
    await (await this.#prepared)?.close();
  }
}
