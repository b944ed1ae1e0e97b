import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Mutant, mutantsOf } from './operators.js';

export interface Candidate {
  folder: string;
  /** from the root of the tree */
  file: string;
  mutant: Mutant;
}

/**
 * All mutants of a folder's sources.
 * @throws when it is no folder, or has no sources
 */
export function candidatesOf(root: string, folder: string): Candidate[] {
  const files = sourcesBelow(root, folder).filter((name) => !name.endsWith('.test.ts'));
  if (files.length === 0) throw new Error(`--folder ${folder}: expected a folder with TypeScript sources`);
  return files.flatMap((file) =>
    mutantsOf(readFileSync(path.join(root, file), 'utf8'), file).map((mutant) => ({ folder, file, mutant })),
  );
}

/** The same mutant of the same text has the same name. */
export function nameOf({ file, mutant }: Pick<Candidate, 'file' | 'mutant'>): string {
  return [file, mutant.from, mutant.to, mutant.operator, mutant.after].join(' ');
}

/** Tells whether anything that a test may run has changed since. */
export function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const folder of ['contracts', 'agent', 'cloud', 'simulators'])
    for (const file of sourcesBelow(root, folder)) hash.update(file).update(readFileSync(path.join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

/** @returns TypeScript files from the root, in order */
function sourcesBelow(root: string, folder: string): string[] {
  const below = path.join(root, folder);
  if (!statSync(below, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(below, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !/(^|\/)node_modules\//.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}
