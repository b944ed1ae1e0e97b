import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'esbuild';
import { defineConfig, type Plugin } from 'vite';

/** Where the API lives while developing: the mock server's or a cloud's address. */
const api = process.env['AISLE_API'] ?? 'http://127.0.0.1:8080';

/** The player's own drawing, for previews that look as the screen does: a file of its own, as no side imports the other. */
function signage(): Plugin {
  let folder = '';
  const options = (outfile: string) => ({
    entryPoints: [fileURLToPath(new URL('../agent/src/player/preview.ts', import.meta.url))],
    ...{ outfile, bundle: true, minify: true, format: 'esm' as const, platform: 'browser' as const, target: 'es2022' },
  });
  return {
    name: 'signage',
    configResolved: (config) => void (folder = path.resolve(config.root, config.build.outDir)),
    writeBundle: async () => void (await build(options(path.join(folder, 'signage.js')))),
    configureServer(server) {
      server.middlewares.use('/signage.js', (_request, response) => {
        void build({ ...options('signage.js'), write: false }).then(({ outputFiles: [file] }) => {
          response.setHeader('content-type', 'text/javascript');
          response.end(file?.text);
        });
      });
    },
  };
}

/** Lays a compressed copy beside each file that gains by it, once here instead of at every request. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: (config) => void (folder = path.resolve(config.root, config.build.outDir)),
    closeBundle() {
      for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
        const file = path.join(entry.parentPath, entry.name);
        const bytes = readFileSync(file);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

type ModuleOf = (id: string) => { isEntry: boolean; importers: string[] } | null;
/** Whether the first page needs a module: it is imported from the entry on, without a page that is fetched when somebody goes there. */
function isOfFirstPage(id: string, moduleOf: ModuleOf, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const module = moduleOf(id);
  return !!module && (module.isEntry || module.importers.some((importer) => isOfFirstPage(importer, moduleOf, seen)));
}
/** On a slow line each file costs a second, and a browser fetches six at once: what the first page needs is one file, however many pages share it. */
const SHELL = {
  name: (id: string, modules: { getModuleInfo: ModuleOf }) =>
    isOfFirstPage(id, (of) => modules.getModuleInfo(of)) ? 'shell' : null,
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [svelte(), signage(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined as a data: address, so that the cloud's content security policy can stay strict.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    // How long each plugin took is not worth a warning on slow machines.
    rolldownOptions: { checks: { bundlerTimings: false }, output: { codeSplitting: { groups: [SHELL] } } },
  },
  server: { proxy: { '/api': api, '/socket.io': { target: api, ws: true } } },
});
