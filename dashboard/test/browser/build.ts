import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the dashboard into a folder of its own, so that no other build can change it meanwhile. */
export async function buildDashboard(): Promise<{ dist: string; remove: () => void }> {
  const dist = mkdtempSync(path.join(tmpdir(), 'aisle-dashboard-'));
  await build({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true, reportCompressedSize: false },
  });
  return { dist, remove: () => rmSync(dist, { recursive: true, force: true }) };
}
