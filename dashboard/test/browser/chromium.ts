import { existsSync } from 'node:fs';
import { chromium as playwright, type Browser } from 'playwright-core';

/** Debian's Chromium, or the one that AISLE_CHROMIUM names; undefined where there is none. */
export const chromiumPath = [process.env['AISLE_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path): path is string => path !== undefined && existsSync(path),
);

export function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('Chromium is not installed');
  return playwright.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
