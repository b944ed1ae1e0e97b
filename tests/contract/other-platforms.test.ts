import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../support/system.js';

const { removeOtherPlatforms } = (await import(path.join(root, 'scripts/other-platforms.mjs'))) as {
  removeOtherPlatforms(modules: string, here?: { platform: string; arch: string }): number;
};
const PLATFORMS = ['darwin/arm64', 'linux/arm64', 'linux/x64', 'win32/x64'];
let modules: string;
const place = (name: string): string => path.join(modules, 'onnxruntime-node/bin/napi-v6', name);
const left = (): string[] => PLATFORMS.filter((name) => existsSync(place(name)));

beforeEach(() => {
  modules = mkdtempSync(path.join(tmpdir(), 'aisle-modules-'));
  for (const name of PLATFORMS) {
    mkdirSync(place(name), { recursive: true });
    writeFileSync(path.join(place(name), 'onnxruntime_binding.node'), 'x'.repeat(100));
  }
});
afterEach(() => rmSync(modules, { recursive: true, force: true }));

it('keeps of ONNX Runtime what this platform loads, and says what went', () => {
  expect(removeOtherPlatforms(modules, { platform: 'linux', arch: 'x64' })).toBe(300);
  expect(left()).toEqual(['linux/x64']);
  expect(removeOtherPlatforms(modules, { platform: 'linux', arch: 'x64' })).toBe(0);
});

it('removes nothing where there is none for this platform, or no such package', () => {
  expect(removeOtherPlatforms(modules, { platform: 'freebsd', arch: 'x64' })).toBe(0);
  expect(left()).toEqual(PLATFORMS);
  rmSync(path.join(modules, 'onnxruntime-node'), { recursive: true });
  expect(removeOtherPlatforms(modules, { platform: 'linux', arch: 'x64' })).toBe(0);
});
