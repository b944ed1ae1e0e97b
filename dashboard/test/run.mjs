/** Runs a TypeScript file of these tests by itself: `node dashboard/test/run.mjs screenshots.ts --out DIR`. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const [file, ...rest] = process.argv.slice(2);
if (!file) throw new Error('name the file to run, for instance screenshots.ts');
// Beside the sources, so that import.meta.url still leads to the files they name.
const outfile = path.join(here, '..', 'node_modules', '.run', `${path.basename(file, '.ts')}.mjs`);
mkdirSync(path.dirname(outfile), { recursive: true });
await build({
  entryPoints: [path.join(here, file)],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  alias: { '@aisle/contracts': path.join(here, '../../contracts/src/index.ts') },
  define: { 'import.meta.url': JSON.stringify(pathToFileURL(path.join(here, file)).href) },
});
process.argv = [process.argv[0], file, ...rest];
await import(pathToFileURL(outfile).href);
