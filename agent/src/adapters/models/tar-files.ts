/**
 * Takes single files out of a tar archive as it streams by (POSIX.1-1988 `ustar`, as npm writes it): blocks of 512 bytes, a header
 * with the name at 0 and the size in octal at 124, the contents padded to whole blocks.
 */
const BLOCK = 512;

export class TarFiles {
  readonly found = new Map<string, Buffer>();
  private rest: Buffer = Buffer.alloc(0);
  /** of the file that streams by */
  private name = '';
  private left = 0;
  private padding = 0;
  private parts: Buffer[] = [];

  /** @param wanted paths in the archive */
  constructor(private readonly wanted: ReadonlySet<string>) {}

  /** Everything that is wanted has come by. */
  get complete(): boolean {
    return this.found.size === this.wanted.size;
  }

  write(chunk: Buffer): void {
    let bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    for (;;) {
      if (this.left > 0) {
        const part = bytes.subarray(0, this.left);
        if (this.wanted.has(this.name)) this.parts.push(Buffer.from(part));
        this.left -= part.length;
        bytes = bytes.subarray(part.length);
        if (this.left > 0) break;
        this.end();
      }
      const skipped = Math.min(this.padding, bytes.length);
      this.padding -= skipped;
      bytes = bytes.subarray(skipped);
      if (this.padding > 0 || bytes.length < BLOCK) break;
      this.begin(bytes.subarray(0, BLOCK));
      bytes = bytes.subarray(BLOCK);
    }
    this.rest = Buffer.from(bytes);
  }

  private begin(header: Buffer): void {
    const text = (from: number, to: number) => header.toString('utf8', from, to).replace(/\0.*$/s, '');
    const prefix = text(345, 500);
    this.name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    const size = Number.parseInt(text(124, 136).trim() || '0', 8);
    if (!(size >= 0)) throw new Error('is no tar archive');
    this.left = size;
    this.padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.parts = [];
    if (size === 0 && this.name !== '') this.end();
  }

  private end(): void {
    if (this.wanted.has(this.name)) this.found.set(this.name, Buffer.concat(this.parts));
    this.parts = [];
  }
}
