import type { Readable } from 'node:stream';
import type { MediaFile } from '@aisle/contracts';
import type { Problem } from '@aisle/contracts';

/** Both ends included, as in HTTP. */
export interface ByteRange {
  from: number;
  to: number;
}

/** Where the bytes of content lie, each known by its SHA-256 (hex). Two stand behind it: a folder, and an object store. */
export interface MediaStore {
  /** Makes ready what it needs. @throws StoreError `unreachable` */
  open(): Promise<void>;
  /** Takes a file of this machine in; durable when it resolves. The same bytes twice are one. */
  put(sha256: string, file: string, bytes: number): Promise<void>;
  /** Undefined where there is no such file. */
  read(sha256: string, range?: ByteRange): Promise<Readable | undefined>;
  /** Does nothing where there is none. */
  remove(sha256: string): Promise<void>;
}

/** What a file is, by its bytes, or why it is not taken: 413 too much of it, 415 nothing that a screen can play. */
export type Looked =
  { ok: true; file: Omit<MediaFile, 'sha256' | 'bytes'> } | { ok: false; status: 413 | 415; problem: Problem };

/** Looks into files that strangers have made. */
export interface MediaEye {
  /** What of video is understood here; false: this machine lacks ffprobe. */
  seesVideo(): Promise<boolean>;
  /** @param name only to say which file it is */
  look(file: string, name: string): Promise<Looked>;
  /** A still of at most this width, WebP. */
  preview(file: string, type: string, width: number): Promise<Buffer>;
}
