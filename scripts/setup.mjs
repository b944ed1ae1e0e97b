/**
 * Sets up what is missing: dependencies (`npm ci`, from the lock file) and the build. Plain JavaScript without
 * dependencies, because it runs first on a machine that has only Node.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const WORKSPACES = ['contracts', 'agent', 'cloud', 'dashboard', 'simulators', 'tests'];
const STAMP = path.join(root, 'node_modules/.aisle-lock');

/** Node's version must do before anything else is tried. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Aisle needs Node 20.19 or newer; this is ${process.version}`);
  }
}

/** Dependencies as the lock file says, installed once per lock file. */
export function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  process.stderr.write('Installing dependencies (npm ci) …\n');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) throw new Error('npm ci failed; its message stands above');
  writeFileSync(STAMP, lock);
}

/** Names, sizes and times of everything that the build reads, as one hash. */
function sourceStamp() {
  const hash = createHash('sha256');
  const visit = (entry) => {
    const full = path.join(root, entry);
    const stat = statSync(full);
    if (!stat.isDirectory()) return hash.update(`${entry}:${stat.size}:${stat.mtimeMs}\n`);
    for (const name of readdirSync(full).sort()) {
      if (!['node_modules', 'dist', 'test', 'screenshots'].includes(name)) visit(path.join(entry, name));
    }
  };
  for (const workspace of WORKSPACES) visit(workspace);
  visit('scripts/build.mjs');
  visit('package-lock.json');
  return hash.digest('hex');
}

/** Builds `dist/` and the dashboard when a source has changed since. */
export async function buildIfStale() {
  const stampFile = path.join(root, 'dist/.stamp');
  const stamp = sourceStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  process.stderr.write('Building …\n');
  const { build } = await import('./build.mjs');
  await build();
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

export async function setup() {
  checkNode();
  installDependencies();
  await buildIfStale();
}
