import { AisleError, type Remedy } from '@aisle/contracts';

/** Files of campaigns in the shop: where they come from and where they lie. They are known by the SHA-256 of their bytes, hex. */

/** Why a file is not here yet. */
export const MEDIA_TROUBLES = [
  /** the cloud does not answer, or the line broke off */
  'unreachable',
  /** nothing came for a while */
  'stalled',
  /** the cloud does not let this agent in */
  'denied',
  /** the cloud does not have it */
  'missing',
  /** the cloud answers with an error */
  'status',
  /** what came has another hash or another length */
  'otherBytes',
  /** no room on the disk, or none left of the quota */
  'noRoom',
] as const;
export type MediaTrouble = (typeof MEDIA_TROUBLES)[number];

export class MediaError extends AisleError<MediaTrouble> {
  override readonly name = 'MediaError';

  constructor(
    readonly code: MediaTrouble,
    message: string,
  ) {
    super(message);
  }

  /** Whatever kept a file away may be gone the next time. */
  override get remedy(): Remedy {
    return 'retry';
  }
}

export interface MediaAnswer {
  /** first byte of what comes: 0, or as asked */
  from: number;
  /** the strong validator of these bytes, with which the rest may be asked for later */
  tag: string | undefined;
  body: AsyncIterable<Buffer>;
}

/** Where the cloud keeps files. */
export interface MediaSource {
  /**
   * Asks for a file from byte `from` on. `tag`: what came before was of this validator; without it, it is asked for as a whole.
   * @throws MediaError; also while the body is read
   */
  fetch(address: string, from: number, tag: string | undefined, signal: AbortSignal): Promise<MediaAnswer>;
}

export interface KeptFile {
  sha256: string;
  bytes: number;
  /** when it was last needed, epoch ms */
  neededTs: number;
  /** only its beginning is here */
  partial: boolean;
}

/** What has come of a file; nobody sees it under the file's name before it is whole. */
export interface MediaPart {
  readonly bytes: number;
  readonly tag: string | undefined;
  /** Begins anew, with bytes of this validator. */
  restart(tag: string | undefined): Promise<void>;
  write(chunk: Buffer): Promise<void>;
  /** Durable under its name from here on when its hash is right; gone when it is not. @returns whether it was */
  finish(): Promise<boolean>;
  /** Keeps what has come for the next try. */
  close(): Promise<void>;
}

/** The folder of files; a path is for reading only. */
export interface MediaDisk {
  list(): Promise<KeptFile[]>;
  /** bytes that this process may still write */
  freeBytes(): Promise<number>;
  part(sha256: string): Promise<MediaPart>;
  /** It is needed now. */
  touch(sha256: string, now: number): Promise<void>;
  remove(sha256: string): Promise<void>;
  pathOf(sha256: string): string;
}
