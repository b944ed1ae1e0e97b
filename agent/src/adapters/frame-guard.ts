/**
 * Follows MQTT's framing over the chunks of one connection, so that a packet that announces too many bytes is found
 * before anybody collects it in memory. aedes itself has no such limit.
 */
export class FrameGuard {
  /** bytes of the current packet's body still to come */
  #rest = 0;
  /** reading the length: −1 expects the first byte of a packet, else how many length bytes have been read */
  #lengthBytes = -1;
  #length = 0;

  /** @param limit largest packet body in bytes, asked at every packet (it may rise after a login) */
  constructor(private readonly limit: () => number) {}

  /** Returns false when a packet announces more than the limit. */
  pass(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest > 0) {
        const skip = Math.min(this.#rest, chunk.length - at);
        this.#rest -= skip;
        at += skip;
      } else if (this.#lengthBytes < 0) {
        at += 1;
        this.#lengthBytes = 0;
        this.#length = 0;
      } else {
        const byte = chunk[at] as number;
        at += 1;
        this.#length += (byte & 127) * 128 ** this.#lengthBytes;
        this.#lengthBytes += 1;
        if (this.#length > this.limit()) return false;
        if ((byte & 128) === 0) {
          this.#rest = this.#length;
          this.#lengthBytes = -1;
        } else if (this.#lengthBytes === 4) return false;
      }
    }
    return true;
  }
}
