import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Opening {
  /** of the mock server */
  address: string;
  /** behind the address: `#/demo/people` */
  at?: string;
  /** where the page's clock stands, epoch ms */
  nowMs: number;
  options?: BrowserContextOptions;
  /** errors on the console that the test brings about itself */
  expected?: RegExp;
  /** default: yes */
  signedIn?: boolean;
}

/** A page in a browser context of its own, and whatever goes wrong in it from now on. */
export async function openPage(browser: Browser, opening: Opening): Promise<{ page: Page; problems: string[] }> {
  const { address, at = '', nowMs, options, expected, signedIn = true } = opening;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 1000 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) problems.push(message.text());
  });
  await page.clock.setFixedTime(nowMs);
  if (signedIn) await context.addCookies([{ name: 'aisle_session', value: 'mock', url: address }]);
  await page.goto(address + at);
  return { page, problems };
}

/** A page is there, and nothing in it waits any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('h1') !== null && document.querySelector('[aria-busy=true], .skeleton') === null,
  );
}
