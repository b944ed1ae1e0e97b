/** Where something that must not leave the shop was found. */
export interface Leak {
  what: string;
  where: string;
}

const WINDOW_BYTES = 36;
const WINDOWS_PER_PICTURE = 40;
/** The start and the end of a JPEG's header, however the picture goes on. */
const JPEG_STARTS = [Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from([0xff, 0xd8, 0xff, 0xdb]), Buffer.from('JFIF')];
/** A JPEG's first bytes in base64 and in hex. */
const JPEG_TEXTS = ['/9j/4', '/9j/2', 'ffd8ffe0', 'ffd8ffdb'];
/** Names that only something about one person, one picture or one device of a shopper would have. */
const FORBIDDEN_KEYS =
  /^(track|trackid|tracks|people|person|personid|boxes|box|foot|address|mac|epc|epcs|jpeg|picture|frame|image|pixels)$/i;

/** Looks for pictures, in any usual coding, and for words that were planted, in whatever left the agent. */
export class LeakScanner {
  private readonly needles: { what: string; bytes: Buffer }[] = [];

  /** A word that must not leave: an id, an address. */
  plantWord(what: string, word: string): void {
    this.needles.push({ what, bytes: Buffer.from(word) });
    this.needles.push({
      what: `${what} in base64`,
      bytes: Buffer.from(Buffer.from(word).toString('base64').slice(0, -4)),
    });
  }

  /** A picture's bytes (coded or raw): pieces of it are looked for as they are, in base64 and in hex. */
  plantPicture(what: string, bytes: Buffer): void {
    const step = Math.max(WINDOW_BYTES, Math.floor((bytes.length - 700) / WINDOWS_PER_PICTURE));
    // The first bytes are tables that every JPEG of this strength shares.
    for (let at = 640; at + WINDOW_BYTES + 3 < bytes.length; at += step) {
      const piece = bytes.subarray(at, at + WINDOW_BYTES);
      this.needles.push({ what, bytes: Buffer.from(piece) });
      this.needles.push({ what: `${what} in hex`, bytes: Buffer.from(piece.toString('hex')) });
      for (const shift of [0, 1, 2]) {
        // The same piece reads differently at each of the three places where a group of base64 may begin.
        const text = bytes.subarray(at + shift, at + shift + WINDOW_BYTES - 3).toString('base64');
        this.needles.push({ what: `${what} in base64`, bytes: Buffer.from(text.slice(4, -4)) });
      }
    }
  }

  scan(where: string, bytes: Buffer): Leak[] {
    const leaks: Leak[] = [];
    for (const start of JPEG_STARTS) if (bytes.includes(start)) leaks.push({ what: 'the start of a JPEG', where });
    for (const text of JPEG_TEXTS) if (bytes.includes(text)) leaks.push({ what: 'the start of a JPEG, coded', where });
    for (const { what, bytes: needle } of this.needles) if (bytes.includes(needle)) leaks.push({ what, where });
    return leaks;
  }

  /** A JSON value's keys, at any depth. */
  scanKeys(where: string, value: unknown): Leak[] {
    if (Array.isArray(value)) return value.flatMap((inner, index) => this.scanKeys(`${where}[${index}]`, inner));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => [
      ...(FORBIDDEN_KEYS.test(key) ? [{ what: `a field "${key}"`, where }] : []),
      ...this.scanKeys(`${where}.${key}`, inner),
    ]);
  }
}
