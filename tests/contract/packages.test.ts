import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
interface Locked {
  version?: string;
  integrity?: string;
  link?: boolean;
  os?: string[];
  cpu?: string[];
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}
const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};
const named = (name: string) => packages[`node_modules/${name}`];

describe('the lock file', () => {
  it.each([
    ['@duckdb/node-bindings-', ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']],
    ['@img/sharp-', ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']],
    ['@libsql/', ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-x64', 'darwin-arm64', 'win32-x64-msvc']],
    ['@esbuild/', ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']],
  ])('has %s for every platform', (prefix, platforms) => {
    for (const platform of platforms) expect(named(`${prefix}${platform}`)?.integrity, platform).toMatch(/^sha512-/);
  });

  it('leaves out no binding that a package names for any platform', () => {
    let bindings = 0;
    for (const [place, { optionalDependencies = {} }] of Object.entries(packages))
      for (const name of Object.keys(optionalDependencies).filter((each) => each !== 'usocket')) {
        const nested = packages[`${place}/node_modules/${name}`];
        expect(nested ?? named(name), `${place} names ${name}`).toBeDefined();
        if ((nested ?? named(name))?.os) bindings += 1;
      }
    expect(bindings).toBeGreaterThan(60);
  });

  it('has a digest of every package, and names no place to fetch it from', () => {
    for (const [place, locked] of Object.entries(packages)) {
      if (!place.includes('node_modules/') || locked.link) continue;
      expect(locked.integrity, place).toMatch(/^sha\d+-/);
      expect(locked, place).not.toHaveProperty('resolved');
    }
  });

  it('has nothing in the place of usocket, which nothing of ours uses, and none of those behind it', () => {
    const { overrides } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      overrides: Record<string, unknown>;
    };
    expect(overrides['usocket']).toMatch(/^npm:empty-npm-package@/);
    expect(named('usocket')?.version).not.toBe('0.3.0');
    for (const name of ['node-gyp', 'nan', 'request', 'tar', 'npmlog', 'bindings'])
      expect(named(name), name).toBeUndefined();
  });
});

it('npm runs no script of a package, and warns of nothing in our configuration', () => {
  expect(readFileSync(path.join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  const known = new Set(['fund', 'audit', 'engine-strict', 'ignore-scripts']);
  for (const line of readFileSync(path.join(root, '.npmrc'), 'utf8').trim().split('\n'))
    expect(known.has(line.split('=')[0] as string), line).toBe(true);
});

it('a cloud whose facts are elsewhere does not load DuckDB', () => {
  const program = path.join(root, 'dist/cloud/main.mjs');
  expect(existsSync(program)).toBe(true);
  const script = `
    process.argv.push('--config', '/nowhere/cloud.json');
    process.on('exit', () => {
      const loaded = process.report.getReport().sharedObjects.filter((name) => name.includes('duckdb'));
      console.log('duckdb: ' + loaded.length);
    });
    await import(${JSON.stringify(program)});
  `;
  let out = '';
  try {
    out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    out = (error as { stdout: string }).stdout;
  }
  expect(out).toBe('duckdb: 0\n');
});
