/** Bundles the processes into dist/ with esbuild and the dashboard with Vite. Types are checked by `npm run typecheck`. */
import { copyFileSync, readFileSync, existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const ENTRIES = {
  'agent/main': 'agent/src/main.ts',
  'agent/visits': 'agent/src/visits.ts',
  'agent/track': 'agent/src/track.ts',
  'agent/watch': 'agent/src/watch.ts',
  'agent/model': 'agent/src/model.ts',
  'agent/vision-worker': 'agent/src/adapters/vision/vision-worker.ts',
  'cloud/main': 'cloud/src/main.ts',
  'cloud/cli': 'cloud/src/operator/cli.ts',
  'cloud/tls': 'cloud/src/operator/tls.ts',
  'cloud/move': 'cloud/src/moving/program.ts',
  'cloud/nats': 'cloud/src/adapters/nats/init.ts',
  'cloud/doctor': 'cloud/src/doctor/program.ts',
  'cloud/backup': 'cloud/src/moving/backup-program.ts',
  'simulators/cli': 'simulators/src/cli.ts',
  'simulators/radio': 'simulators/src/radio.ts',
  'tests/bench': 'tests/bench/main.ts',
  'tests/chaos': 'tests/chaos/main.ts',
  'tests/load': 'tests/load/main.ts',
  'tests/agent-ack-first': 'tests/chaos/mutants/agent-ack-first.ts',
  'tests/cloud-no-revision': 'tests/chaos/mutants/cloud-no-revision.ts',
  'tests/mutate': 'tests/mutation/main.ts',
  'tests/mutate-host': 'tests/mutation/host.ts',
  'tests/make-compat': 'tests/compat/make.ts',
  'tests/soak': 'tests/fuzz/soak.ts',
  'tests/evaluate-vision': 'tests/evaluate/vision.ts',
  'tests/evaluate-lift': 'tests/evaluate/lift/main.ts',
  'tests/evaluate-planogram': 'tests/evaluate/planogram/main.ts',
  'tests/evaluate-policies': 'tests/evaluate/policies/main.ts',
  'tests/generate-docs': 'tests/generate-docs.ts',
  'tests/train-interest': 'tests/interest/train.ts',
  'tests/evaluate-interest': 'tests/interest/evaluate.ts',
};

/** Builds what `only` names ("node" or "dashboard"), both by default. */
export async function build(only) {
  const { build: esbuild } = await import('esbuild');
  const dependencies = new Set();
  for (const workspace of ['', 'contracts', 'agent', 'cloud', 'simulators', 'tests']) {
    const manifest = JSON.parse(readFileSync(path.join(root, workspace, 'package.json'), 'utf8'));
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) dependencies.add(name);
  }
  if (only !== 'dashboard') {
    await esbuild({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(Object.entries(ENTRIES).filter(([, file]) => existsSync(path.join(root, file)))),
      outdir: 'dist',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      logLevel: 'warning',
      external: [...dependencies].flatMap((name) => (name.startsWith('@aisle/') ? [] : [name, `${name}/*`])),
    });
    // The pages that the agent serves, to screens and to installers: one file each, nothing from outside.
    if (existsSync(path.join(root, 'agent/src/player/player.ts'))) {
      await esbuild({
        absWorkingDir: root,
        entryPoints: {
          player: 'agent/src/player/player.ts',
          'player-worker': 'agent/src/player/worker.ts',
          status: 'agent/src/camera-page/status.ts',
          'camera-live': 'agent/src/camera-page/live.ts',
          'camera-calibrate': 'agent/src/camera-page/calibrate.ts',
        },
        outdir: 'dist/agent/public',
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        logLevel: 'warning',
      });
      const inter = 'node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
      copyFileSync(path.join(root, inter), path.join(root, 'dist/agent/public/inter.woff2'));
    }
  }
  if (only !== 'node' && existsSync(path.join(root, 'dashboard/vite.config.ts'))) {
    const vite = path.join(root, 'node_modules/vite/bin/vite.js');
    const result = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: path.join(root, 'dashboard'),
      stdio: 'inherit',
    });
    if (result.status !== 0) throw new Error('the dashboard did not build');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build(process.argv[2]);
  // A whole build by hand need not be done again by the next start.
  if (process.argv[2] === undefined) (await import('./setup.mjs')).stampBuild();
}
