/**
 * Sets up what is missing: dependencies (`npm ci`, from the lock file) and the build. Plain JavaScript without
 * dependencies, because it runs first on a machine that has only Node.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { removeOtherPlatforms } from './other-platforms.mjs';

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

/** Dependencies as the lock file says, installed once per lock file, by us or by hand. */
export function installDependencies() {
  const text = readFileSync(path.join(root, 'package-lock.json'));
  const lock = createHash('sha256').update(text).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  if (!isInstalled(JSON.parse(text))) {
    process.stderr.write('Installing dependencies (npm ci) …\n');
    const npm = process.env.npm_execpath;
    const [command, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
    const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (result.status !== 0) throw new Error('npm ci failed; its message stands above');
    const freed = removeOtherPlatforms(path.join(root, 'node_modules'));
    if (freed > 0) process.stderr.write(`Removed ${Math.round(freed / 1e6)} MB that are for other platforms.\n`);
  }
  writeFileSync(STAMP, lock);
}

/**
 * Whether npm's own record of what lies in node_modules (`.package-lock.json` there) holds every package of the lock file in its
 * version. Optional packages of other platforms may be away.
 */
function isInstalled({ packages }) {
  let installed;
  try {
    ({ packages: installed } = JSON.parse(readFileSync(path.join(root, 'node_modules/.package-lock.json'), 'utf8')));
  } catch {
    return false;
  }
  return Object.entries(packages).every(([place, { version, integrity, link, optional, peer, os, cpu, libc }]) => {
    if (!place.startsWith('node_modules/') || link) return true;
    const found = installed[place];
    if (!found) return Boolean(peer) || (Boolean(optional) && !isForHere(os, cpu, libc));
    return found.version === version && found.integrity === integrity;
  });
}

/** Made for just this platform: its binary is needed. Most Linux has the C library of GNU. */
const isForHere = (os = [], cpu = [], libc = ['glibc']) =>
  os.includes(process.platform) && cpu.includes(process.arch) && libc.includes('glibc');

/** Names and contents of everything that the build reads, as one hash: a copied checkout has other times. */
function sourceStamp() {
  const hash = createHash('sha256');
  const visit = (entry) => {
    const full = path.join(root, entry);
    if (!statSync(full).isDirectory()) return hash.update(`${entry}\n`).update(readFileSync(full)).update('\n');
    for (const name of readdirSync(full).sort()) {
      if (!['node_modules', 'dist', 'test', 'screenshots'].includes(name)) visit(path.join(entry, name));
    }
  };
  for (const workspace of WORKSPACES) visit(workspace);
  visit('scripts/build.mjs');
  visit('package-lock.json');
  return hash.digest('hex');
}

const BUILD_STAMP = path.join(root, 'dist/.stamp');
/** Says that `dist/` and the dashboard are what the sources make today. */
export function stampBuild(stamp = sourceStamp()) {
  mkdirSync(path.dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, stamp);
}

/** Builds `dist/` and the dashboard when a source has changed since. */
export async function buildIfStale() {
  const stamp = sourceStamp();
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === stamp) return;
  process.stderr.write('Building …\n');
  const { build } = await import('./build.mjs');
  await build();
  stampBuild(stamp);
}

/** For a start that sets nothing up. @throws Error that says what is missing */
export function checkSetUp() {
  checkNode();
  for (const [place, command] of [
    ['node_modules', 'npm ci'],
    ['dist/cloud/main.mjs', 'npm run build'],
    ['dashboard/dist/index.html', 'npm run build'],
  ]) {
    if (!existsSync(path.join(root, place)))
      throw new Error(`--no-setup: ${place} is missing; run "${command}" first, or start without --no-setup`);
  }
}

export async function setup() {
  checkNode();
  installDependencies();
  await buildIfStale();
}
