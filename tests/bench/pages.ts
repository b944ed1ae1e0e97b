import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, signIn } from '../support/browser.js';
import { chromium } from '../support/devices.js';
import { System, waitFor } from '../support/system.js';
import { atMost, percentile, type Figure } from './figures.js';

const PAGES = { Place: 'place?period=7d', Goods: 'goods?period=7d', People: 'people?period=7d', Screens: 'screens' };
const ROUNDS = 3;
/** A phone's bad line. */
const SLOW = { latency: 600, downloadThroughput: 200_000, uploadThroughput: 200_000 };
/** A page on which nothing was loading for so long is whole. */
const QUIET_MS = 1_500;

/** Milliseconds since the page was asked for. */
interface Seen {
  first: number;
  whole: number;
}

/**
 * A warm start to four weeks of past; what each page takes then, nothing of it in the browser's cache, for somebody who is signed in:
 * on the machine's own line, and Place "Today" on one with 600 ms of delay and 1.6 Mbit/s.
 */
export async function benchPages(weeks = 4): Promise<Figure[]> {
  if (!chromium) throw new Error('Chromium is not installed');
  const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-pages-'));
  const began = performance.now();
  const system = await System.start({ dataDir, simulator: true, history: weeks });
  let browser: Browser | undefined;
  try {
    await waitFor('the simulated past', () => /^Loaded: /m.test(system.output), 600_000, 100);
    const loaded = (performance.now() - began) / 1000;
    browser = await openBrowser();
    const context = await browser.newContext();
    await signIn(await context.newPage(), system.access);
    const state = await context.storageState();
    await context.close();
    const { dashboardUrl, storeId } = system.access;
    const at = (page: string): string => `${dashboardUrl.replace(/\/$/, '')}/#/${storeId}/${page}`;
    const look = async (page: string, slow = false): Promise<Seen> => {
      const own = await (browser as Browser).newContext({ storageState: state });
      try {
        return await seen(own, at(page), slow);
      } finally {
        await own.close();
      }
    };
    const figures = [atMost(`start → ${weeks} weeks of past, loaded`, loaded, 's', { name: 'promised', value: 90 })];
    for (const [name, page] of Object.entries(PAGES)) {
      const rounds: Seen[] = [];
      for (let round = 0; round < ROUNDS; round += 1) rounds.push(await look(page));
      const whole =
        percentile(
          rounds.map((one) => one.whole),
          0.5,
        ) / 1000;
      figures.push(atMost(`${name}, opened anew, whole`, whole, 's', { name: 'promised', value: 1 }));
    }
    const slow: Seen[] = [];
    for (let round = 0; round < ROUNDS; round += 1) slow.push(await look('place?period=today', true));
    const line = '600 ms, 1.6 Mbit/s';
    const median = (of: (one: Seen) => number): number => percentile(slow.map(of), 0.5) / 1000;
    figures.push(
      atMost(
        `Place "Today" at ${line}, first figures`,
        median(({ first }) => first),
        's',
        { name: 'promised', value: 4 },
      ),
      atMost(
        `Place "Today" at ${line}, whole`,
        median(({ whole }) => whole),
        's',
        { name: 'promised', value: 8 },
      ),
    );
    return figures;
  } finally {
    await browser?.close();
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Opens a page and notes, frame by frame, when its first figure stands there and since when nothing of it is loading any more. */
async function seen(context: BrowserContext, url: string, slow: boolean): Promise<Seen> {
  const page: Page = await context.newPage();
  if (slow) {
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', { offline: false, ...SLOW });
  }
  await page.addInitScript(() => {
    const seen = { first: Number.NaN, whole: Number.NaN };
    Object.assign(window, { seen });
    const look = (): void => {
      const main = document.querySelector('main');
      const figures = [...(main?.querySelectorAll('[data-figure]') ?? [])];
      const isThere = figures.some((figure) => /\d/.test(figure.textContent ?? ''));
      const isBusy = !isThere || document.querySelector('main [aria-busy=true], main .skeleton') !== null;
      if (isThere && Number.isNaN(seen.first)) seen.first = performance.now();
      if (isBusy) seen.whole = Number.NaN;
      else if (Number.isNaN(seen.whole)) seen.whole = performance.now();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(
    (quietMs) => performance.now() - (window as unknown as { seen: { whole: number } }).seen.whole > quietMs,
    QUIET_MS,
    { timeout: 60_000 },
  );
  return page.evaluate(() => (window as unknown as { seen: Seen }).seen);
}
