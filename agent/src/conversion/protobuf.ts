/**
 * Writes the wire format of Protocol Buffers, as far as ONNX files need it
 * (https://protobuf.dev/programming-guides/encoding/): each field is a tag, number × 8 + wire type, and its value.
 */
const VARINT = 0;
const LENGTH = 2;
const FIXED32 = 5;
/** A value longer than this is kept as it is until the end: weights are megabytes. */
const COPIED_BYTES = 64;

export class Message {
  private readonly parts: Uint8Array[] = [];
  /** what follows the last part */
  private bytes: number[] = [];

  /** A whole number, 0 or more. */
  integer(field: number, value: number): this {
    this.varint(field * 8 + VARINT);
    this.varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.varint(field * 8 + FIXED32);
    for (const byte of new Uint8Array(Float32Array.of(value).buffer)) this.bytes.push(byte);
    return this;
  }

  text(field: number, value: string): this {
    return this.raw(field, new TextEncoder().encode(value));
  }

  /** @param value not copied: it must not change before `finish` */
  raw(field: number, value: Uint8Array): this {
    this.varint(field * 8 + LENGTH);
    this.varint(value.length);
    if (value.length <= COPIED_BYTES) for (const byte of value) this.bytes.push(byte);
    else {
      this.settle();
      this.parts.push(value);
    }
    return this;
  }

  message(field: number, value: Message): this {
    return this.raw(field, value.finish());
  }

  finish(): Uint8Array {
    this.settle();
    const whole = new Uint8Array(this.parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  private settle(): void {
    if (this.bytes.length > 0) this.parts.push(Uint8Array.from(this.bytes));
    this.bytes = [];
  }

  private varint(value: number): void {
    let left = value;
    for (; left > 0x7f; left = Math.floor(left / 128)) this.bytes.push((left % 128) + 128);
    this.bytes.push(left);
  }
}

/** A field as it stands: a whole number, or bytes. */
export type Field = number | Uint8Array;

/** Fields of a message, in their order within each number. @throws RangeError where it is no message, or holds what ONNX files of ours do not */
export function readMessage(bytes: Uint8Array): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || factor > 2 ** 49) throw new RangeError('no message of Protocol Buffers');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    let value: Field = varint();
    if (tag % 8 === LENGTH) {
      const length: number = value;
      if (at + length > bytes.length) throw new RangeError('no message of Protocol Buffers');
      value = bytes.subarray(at, (at += length));
    } else if (tag % 8 !== VARINT) throw new RangeError('no message of this kind');
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}
