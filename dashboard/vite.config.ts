import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where the API lives while developing: the mock server's or a cloud's address. */
const api = process.env['AISLE_API'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [svelte()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined as a data: address, so that the cloud's content security policy can stay strict.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    // How long each plugin took is not worth a warning on slow machines.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: { proxy: { '/api': api, '/socket.io': { target: api, ws: true } } },
});
