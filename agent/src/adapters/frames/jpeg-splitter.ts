/** Largest picture that is collected, in bytes. */
export const MAX_PICTURE_BYTES = 8 << 20;

const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];
/** Markers without a length behind them: TEM and the restart markers. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

type Place = 'outside' | 'marker' | 'scan';

/**
 * Cuts a stream of bytes into JPEGs by their markers, so that a thumbnail inside of one does not end it. What lies between
 * them is passed over; one that grows beyond the bound is given up, so that garbage cannot fill the memory.
 */
export class JpegSplitter {
  #held = Buffer.alloc(64 << 10);
  #length = 0;
  /** where reading goes on, in what is held */
  #at = 0;
  #place: Place = 'outside';
  /** bytes passed over outside of pictures, and pictures given up for their size */
  skipped = 0;
  tooLarge = 0;

  constructor(
    private readonly picture: (jpeg: Buffer) => void,
    private readonly maxBytes = MAX_PICTURE_BYTES,
  ) {}

  push(chunk: Uint8Array): void {
    this.#hold(chunk);
    while (this.#step()) {
      // Until more is needed.
    }
    if (this.#length > this.maxBytes) {
      this.tooLarge += 1;
      this.#drop(this.#length);
    }
  }

  #hold(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#held.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#held.length * 2));
      this.#held.copy(larger, 0, 0, this.#length);
      this.#held = larger;
    }
    this.#held.set(chunk, this.#length);
    this.#length = needed;
  }

  /** Forgets the first bytes; what follows is outside of a picture. */
  #drop(bytes: number): void {
    this.#held.copy(this.#held, 0, bytes, this.#length);
    this.#length -= bytes;
    this.#at = 0;
    this.#place = 'outside';
  }

  /** Reads on by one piece; false when that needs more bytes. */
  #step(): boolean {
    if (this.#place === 'outside') return this.#findStart();
    return this.#place === 'marker' ? this.#readMarker() : this.#readScan();
  }

  #findStart(): boolean {
    let from = 0;
    for (;;) {
      from = this.#held.indexOf(0xff, from);
      if (from < 0 || from >= this.#length) {
        this.skipped += this.#length;
        this.#length = this.#at = 0;
        return false;
      }
      if (from + 1 >= this.#length || this.#held[from + 1] === SOI) break;
      from += 1;
    }
    this.skipped += from;
    if (from > 0) this.#drop(from);
    if (this.#length < 2) return false;
    this.#at = 2;
    this.#place = 'marker';
    return true;
  }

  #readMarker(): boolean {
    if (this.#at + 2 > this.#length) return false;
    const marker = this.#held[this.#at + 1] as number;
    if (this.#held[this.#at] !== 0xff || marker === 0x00) {
      // No JPEG after all: look for the next one behind its start.
      this.skipped += 2;
      this.#drop(2);
      return true;
    }
    if (marker === 0xff) this.#at += 1;
    else if (marker === EOI) this.#emit(this.#at + 2);
    else if (marker === SOI) this.#drop(this.#at);
    else if (isBare(marker)) this.#at += 2;
    else {
      if (this.#at + 4 > this.#length) return false;
      const behind = this.#at + 2 + this.#held.readUInt16BE(this.#at + 2);
      if (behind > this.#length) return false;
      this.#at = behind;
      if (marker === SOS) this.#place = 'scan';
    }
    return true;
  }

  /** Compressed data goes on until a marker that is neither a stuffed 0xff nor a restart. */
  #readScan(): boolean {
    for (;;) {
      const found = this.#held.indexOf(0xff, this.#at);
      if (found < 0 || found >= this.#length) {
        this.#at = this.#length;
        return false;
      }
      this.#at = found;
      if (found + 1 >= this.#length) return false;
      const next = this.#held[found + 1] as number;
      if (next !== 0x00 && !isBare(next)) break;
      this.#at = found + 2;
    }
    this.#place = 'marker';
    return true;
  }

  #emit(end: number): void {
    // A copy with memory of its own: whoever gets it may hand it to a worker.
    const jpeg = new Uint8Array(this.#held.subarray(0, end));
    this.#drop(end);
    this.picture(Buffer.from(jpeg.buffer));
  }
}
