import { AisleError, type Remedy } from '@aisle/contracts';

export { shownAddress } from '@aisle/contracts';

/** Pictures that the agent fetches itself: a camera's stream, a video file, a folder of pictures. Nothing is ever written. */
export interface FrameSource {
  /** Begins one run through a stream. It ends by itself, with the file or the connection, or is stopped. */
  open(stream: StreamAddress, events: FrameRunEvents): FrameRun;
}

export interface StreamAddress {
  /** as in the store file; may hold a password, so it is never logged */
  url: string;
  /** at most this many pictures a second are handed on */
  framesPerSecond: number;
}

export interface FrameRunEvents {
  /**
   * One picture, a copy of its own.
   * @param positionMs how far into a recording it lies; null in a live stream, whose pictures are of now
   */
  frame(picture: Uint8Array, positionMs: number | null): void;
  /** Once, unless the run was stopped. */
  ended(end: FrameRunEnd): void;
}

export interface FrameRunEnd {
  /** a recording was read to its end; otherwise something broke, and another try may help */
  finished: boolean;
  /** what happened, in words without any address or password */
  reason: string;
}

export interface FrameRun {
  /** Ends it; comes back when no process or file of it is left. Calls nothing afterwards. */
  stop(): Promise<void>;
}

export interface ReadAddress {
  kind: 'rtsp' | 'http' | 'file';
  /** without the `?loop` of a recording */
  url: string;
  /** a recording begins again when it has ended */
  loop: boolean;
}

/** What a stream's address is. @throws AddressError for schemes that are not taken */
export function readAddress(url: string): ReadAddress {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'rtsp' || scheme === 'rtsps') return { kind: 'rtsp', url, loop: false };
  if (scheme === 'http' || scheme === 'https') return { kind: 'http', url, loop: false };
  if (scheme !== undefined && scheme !== 'file')
    throw new AddressError(`${scheme}: is not taken; expected rtsp://, http://, https:// or the path of a file`);
  const path = url.replace(/^file:(\/\/(?=\/))?/i, '');
  return path.endsWith('?loop')
    ? { kind: 'file', url: path.slice(0, -'?loop'.length), loop: true }
    : { kind: 'file', url: path, loop: false };
}

export class AddressError extends AisleError {
  readonly code = 'address';

  override get remedy(): Remedy {
    return 'stop';
  }
}
