import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root } from '../support/system.js';

/** The commit of each release, from which its own processes are built. */
export const COMMITS: Readonly<Record<string, string>> = { '0.1': '768744fb2c64' };

const WORKSPACES = ['contracts', 'agent', 'cloud', 'dashboard', 'simulators', 'tests'];
const git = (args: string[]) => spawnSync('git', args, { cwd: root, maxBuffer: 1 << 28 });

/** Whether a release can be built here: not where only the newest commits were cloned. */
export const isHere = (release: string): boolean =>
  git(['cat-file', '-e', `${COMMITS[release] as string}^{commit}`]).status === 0;

/** Every package of `from`, linked into `to`: all but our own, which a checkout has its own of. */
function linkPackages(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name === '@aisle' || name.startsWith('.')) continue;
    if (name.startsWith('@')) linkPackages(path.join(from, name), path.join(to, name));
    else symlinkSync(path.join(from, name), path.join(to, name));
  }
}

/** What a release needs and what is not installed here any more, as its own lock file names it: fetched by npm, beside the rest. */
function fetchMissing(checkout: string): void {
  const { packages } = JSON.parse(readFileSync(path.join(checkout, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; dependencies?: Record<string, string> }>;
  };
  const needed = new Set(
    ['contracts', 'agent', 'cloud', 'simulators'].flatMap((name) => Object.keys(packages[name]?.dependencies ?? {})),
  );
  const missing = [...needed].filter(
    (name) => !name.startsWith('@aisle/') && !existsSync(path.join(checkout, 'node_modules', name)),
  );
  if (missing.length === 0) return;
  const beside = path.join(checkout, 'fetched');
  mkdirSync(beside);
  writeFileSync(path.join(beside, 'package.json'), '{"private": true}');
  const wanted = missing.map((name) => `${name}@${packages[`node_modules/${name}`]?.version ?? 'latest'}`);
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const npm = spawnSync('npm', ['install', ...options, ...wanted], { cwd: beside });
  if (npm.status !== 0) throw new MissingPackages(`${wanted.join(' ')}: ${npm.stderr.toString().slice(-500)}`);
  for (const name of missing) {
    const link = path.join(checkout, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.relative(path.dirname(link), path.join(beside, 'node_modules', name)), link);
  }
}
export class MissingPackages extends Error {}

/**
 * A release's own sources, built by its own build, with the packages that are installed here.
 * @returns the folder; kept for the next run
 */
export function checkoutOf(release: string): string {
  const commit = COMMITS[release] as string;
  const cache = path.join(root, 'node_modules/.cache');
  const dir = path.join(cache, `aisle-${commit}`);
  if (existsSync(dir)) return dir;
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(path.join(cache, 'aisle-'));
  try {
    const archive = git(['archive', '--format=tar', commit]);
    if (archive.status !== 0) throw new Error(`git archive ${commit}: ${archive.stderr.toString()}`);
    execFileSync('tar', ['-x', '-C', made], { input: archive.stdout });
    linkPackages(path.join(root, 'node_modules'), path.join(made, 'node_modules'));
    mkdirSync(path.join(made, 'node_modules/@aisle'));
    for (const name of WORKSPACES) {
      symlinkSync(path.join('../..', name), path.join(made, 'node_modules/@aisle', name));
      linkPackages(path.join(root, name, 'node_modules'), path.join(made, name, 'node_modules'));
    }
    fetchMissing(made);
    execFileSync(process.execPath, ['scripts/build.mjs', 'node'], { cwd: made, stdio: 'pipe' });
    renameSync(made, dir);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return dir;
}
