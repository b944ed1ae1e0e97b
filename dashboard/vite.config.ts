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
        const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/** On a slow line each file costs a second, and a browser fetches six at once: what the first page needs is one file, however many pages share it. */
const SHELL = { name: 'shell', tags: ['$initial' as const] };

/** What index.html asks for before the program is there stands in the page itself: `src/early.ts`. */
function early(): Plugin {
  const entry = fileURLToPath(new URL('src/early.ts', import.meta.url));
  const contracts = fileURLToPath(new URL('../contracts/src/index.ts', import.meta.url));
  return {
    name: 'early',
    transformIndexHtml: {
      order: 'post',
      handler: async (html) => {
        const { outputFiles } = await build({
          ...{ entryPoints: [entry], bundle: true, minify: true, write: false, format: 'iife', target: 'es2022' },
          alias: { '@aisle/contracts': contracts },
        });
        const script = (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script');
        return html.replace('<!-- early -->', () => `<script>${script}</script>`);
      },
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [svelte(), signage(), early(), compressed()],
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
