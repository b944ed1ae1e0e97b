/**
 * Follows MQTT's framing (one type byte, then a length of one to four bytes) and tells when a packet announces more than
 * the limit. The parser behind it would collect up to 256 MB per packet, even before anybody has logged in.
 */
export class PacketSizeGuard {
  /** bytes of the current packet still to come */
  #body = 0;
  #state: 'type' | 'length' = 'type';
  #length = 0;
  #shift = 0;

  constructor(private readonly limitBytes: () => number) {}

  /** Feed what arrived, in order. False: a packet is larger than allowed, or its length is not MQTT. */
  accepts(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const skipped = Math.min(this.#body, chunk.length - at);
        this.#body -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at++]!;
      if (this.#state === 'type') {
        this.#state = 'length';
        this.#length = 0;
        this.#shift = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 2 ** this.#shift;
      this.#shift += 7;
      if ((byte & 0x80) !== 0) {
        if (this.#shift > 21) return false;
        continue;
      }
      if (this.#length > this.limitBytes()) return false;
      this.#body = this.#length;
      this.#state = 'type';
    }
    return true;
  }
}
