import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { AddressSource } from '../../config/detector-catalogue.js';
import { FetchError, type Progress } from '../../ports/model-files.js';
import { checked } from './package-files.js';

const PARTIAL = 206;

/**
 * One file from its authors. What came before the line broke is kept in `folder`, and the next try goes on from there.
 * @throws FetchError
 */
export async function download(
  { url, file }: AddressSource,
  folder: string,
  tell: (progress: Progress) => void,
): Promise<Buffer> {
  mkdirSync(folder, { recursive: true });
  const part = path.join(folder, `${file.path}.part`);
  const have = sizeOf(part);
  let response: Response;
  try {
    response = await fetch(url, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
  } catch (error) {
    const { cause, message } = error as Error;
    throw new FetchError(`${url} cannot be reached (${(cause as Error | undefined)?.message ?? message})`);
  }
  // 416: all of it was there already.
  const isWhole = response.status === 416;
  if (!isWhole && (!response.ok || !response.body)) throw new FetchError(`${url} answers ${response.status}`);
  if (!isWhole) {
    const more = response.status === PARTIAL;
    let done = more ? have : 0;
    const out = await open(part, more ? 'a' : 'w');
    try {
      // Piece by piece to the file: what has come is kept when the line breaks.
      for await (const chunk of Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])) {
        await out.write(chunk as Buffer);
        tell({ done: (done += (chunk as Buffer).length), total: file.bytes });
      }
    } catch (error) {
      throw new FetchError(
        `${url}: the line broke after ${sizeOf(part)} of ${file.bytes} bytes (${(error as Error).message}); once more goes on from there`,
      );
    } finally {
      await out.close();
    }
  }
  try {
    return checked(file, readFileSync(part), url);
  } finally {
    // Whole or wrong: neither is gone on from.
    if (sizeOf(part) >= file.bytes) rmSync(part, { force: true });
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
