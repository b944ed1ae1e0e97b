import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../../..');

/** The detector's thread as a file of its own, from the sources as they are now. @returns its path */
export async function buildWorker(): Promise<string> {
  // Beneath node_modules, so that it finds the libraries; apart for each process that tests.
  const outfile = path.join(root, `node_modules/.cache/aisle/vision-worker-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ['agent/src/adapters/vision/vision-worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: { '@aisle/contracts': path.join(root, 'contracts/src/index.ts') },
    logLevel: 'error',
  });
  return outfile;
}
