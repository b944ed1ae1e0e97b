import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const WORKSPACES = ['contracts', 'agent', 'cloud', 'dashboard', 'simulators', 'tests'];
const NOT_COPIED = new Set(['node_modules', 'dist', 'data', '.git']);

/**
 * A copy of the sources in a new folder below the system's folder of temporary files. Libraries are links to the
 * checkout's; our own packages are links into the copy, so that a mutant is what everything imports.
 */
export function copyOfTree(root: string): string {
  // Real, because the module server names files by their real paths.
  const copy = realpathSync(mkdtempSync(path.join(tmpdir(), 'aisle-mutants-')));
  for (const name of readdirSync(root)) {
    if (NOT_COPIED.has(name)) continue;
    cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      // `data` within the tests' folders are recordings that tests read.
      filter: (source) => path.basename(source) !== 'node_modules' && path.basename(source) !== 'dist',
    });
  }
  if (existsSync(path.join(root, 'dist'))) symlinkSync(path.join(root, 'dist'), path.join(copy, 'dist'));
  for (const workspace of ['', ...WORKSPACES]) linkLibraries(root, copy, workspace);
  return copy;
}

function linkLibraries(root: string, copy: string, workspace: string): void {
  const from = path.join(root, workspace, 'node_modules');
  if (!existsSync(from)) return;
  const to = path.join(copy, workspace, 'node_modules');
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    // What tools keep there (caches, stamps) stays the checkout's.
    if (name.startsWith('.') || name === '@aisle') continue;
    symlinkSync(path.join(from, name), path.join(to, name));
  }
  const ours = path.join(from, '@aisle');
  if (!existsSync(ours)) return;
  mkdirSync(path.join(to, '@aisle'));
  for (const name of readdirSync(ours)) {
    const target = path.relative(realpathSync(root), realpathSync(path.join(ours, name)));
    symlinkSync(path.join(copy, target), path.join(to, '@aisle', name));
  }
}
