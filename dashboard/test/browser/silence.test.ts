import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MockServer } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { readPage, watchNumbers } from './honesty.js';

/** Every page with a figure of now, by what stands in the address. */
const VIEWS = [
  'place',
  'place?period=today',
  'place/zone/dairy?period=today',
  'goods?period=today',
  'goods/product/PRODUCT?period=today',
  'people?period=today',
  'people/hours/footfall?period=today',
  'screens',
  'screens/screen/screen-1',
  'devices',
  'devices?device=cam-2',
] as const;
const LANGUAGES = ['en-GB', 'zh-CN'] as const;
/** What the issue of a silence promises: said within five seconds. */
const WITHIN_MS = 5_000;

/** A way to fall silent: what does it, what undoes it, and what the page says meanwhile. */
interface Silence {
  begin(mock: MockServer, page: Page): Promise<unknown> | void;
  end(mock: MockServer, page: Page): Promise<unknown> | void;
  since: string;
  says: Record<(typeof LANGUAGES)[number], RegExp>;
}
const SILENCES: Record<string, Silence> = {
  'the sensors': {
    begin: (mock) => mock.setSensors(Date.now() - 60_000),
    end: (mock) => mock.setSensors(null),
    since: 'sensors',
    says: { 'en-GB': /has been sensed since \d\d:\d\d/, 'zh-CN': /\d\d:\d\d 起没有客流数据/ },
  },
  'the agent': {
    begin: (mock) => mock.setAgent(false),
    end: (mock) => mock.setAgent(true),
    since: 'agent',
    says: { 'en-GB': /out of touch since \d\d:\d\d/, 'zh-CN': /\d\d:\d\d 起离线/ },
  },
  'a cloud that hangs': {
    begin: (mock) => mock.hang(true),
    end: (mock) => mock.hang(false),
    since: 'connection',
    says: { 'en-GB': /No word from the server since \d\d:\d\d:\d\d/, 'zh-CN': /\d\d:\d\d:\d\d 起服务器无响应/ },
  },
  'the network': {
    begin: (_mock, page) => page.context().setOffline(true),
    end: (_mock, page) => page.context().setOffline(false),
    since: 'connection',
    says: { 'en-GB': /No word from the server since \d\d:\d\d:\d\d/, 'zh-CN': /\d\d:\d\d:\d\d 起服务器无响应/ },
  },
};

describe.skipIf(!chromiumPath)('what pages say when something is silent (needs chromium)', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildDashboard>>;
  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    built?.remove();
  });

  const isLive = (page: Page): Promise<unknown> =>
    page.waitForFunction(
      () =>
        document.querySelector('h1') !== null &&
        document.querySelector('.skeleton, main [data-since]') === null &&
        document.querySelector('main [data-figure][data-state=live]') !== null,
      undefined,
      { timeout: 15_000, polling: 200 },
    );

  it.each(Object.entries(SILENCES))(
    '%s: no page shows an old number as new, in either language, and it recovers by itself',
    async (_name, silence) => {
      const mock = new MockServer({ dist: built.dist });
      const address = await mock.start();
      const problems: string[] = [];
      const pages = await Promise.all(
        LANGUAGES.map(async (locale) => {
          const context = await browser.newContext({ locale, viewport: { width: 1440, height: 1000 } });
          await context.addCookies([{ name: 'aisle_session', value: 'mock', url: address }]);
          const page = await context.newPage();
          page.on('pageerror', (error) => problems.push(error.message));
          await page.goto(`${address}#/demo/place`);
          return { locale, page };
        }),
      );
      try {
        for (const { page } of pages) await isLive(page);
        for (const { page } of pages) await silence.begin(mock, page);
        const mark = `[data-since=${silence.since}]`;
        await Promise.all(pages.map(({ page }) => page.locator(mark).waitFor({ timeout: WITHIN_MS })));
        for (const { page, locale } of pages) {
          // half of them in each language: all in both are walked with real processes (tests/e2e/silence.test.ts)
          for (const view of VIEWS.filter((_, at) => at % 2 === LANGUAGES.indexOf(locale))) {
            // a page that is come to says the same; what it has not loaded yet it does not invent
            const product = mock.file.products?.[0]?.gtin ?? '';
            await page.evaluate((to) => (location.hash = `#/demo/${to}`), view.replace('PRODUCT', product));
            await page
              .locator(`nav a.current[href*="/${view.split(/[/?]/)[0] ?? ''}"]`)
              .first()
              .waitFor();
            expect(await page.locator(mark).first().innerText(), view).toMatch(silence.says[locale]);
            const { live, since, loud } = await readPage(page);
            expect(since.length, view).toBeGreaterThan(0);
            // what tills and shelves say stays live while the cameras are silent
            if (silence.since !== 'sensors') expect({ live, loud }, view).toEqual({ live: [], loud: [] });
          }
          await page.evaluate(() => (location.hash = '#/demo/place'));
          const picture = page.locator('[data-picture]').first();
          await picture.waitFor();
          expect(await picture.getAttribute('data-picture')).not.toBe('live');
          expect(await page.locator('.count').innerText()).not.toMatch(/^0$/);
        }
        for (const { page } of pages) await silence.end(mock, page);
        for (const { page } of pages) await isLive(page);
        for (const { page } of pages) expect((await readPage(page)).live.length).toBeGreaterThan(0);
        expect(problems).toEqual([]);
      } finally {
        for (const { page } of pages) await page.context().close();
        await mock.stop();
      }
    },
    60_000,
  );

  it('every number that moves by itself is shown as a figure of now', async () => {
    const mock = new MockServer({ dist: built.dist });
    const address = await mock.start();
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 1000 } });
    await context.addCookies([{ name: 'aisle_session', value: 'mock', url: address }]);
    const page = await context.newPage();
    for (const view of ['place', 'devices'] as const) {
      await page.goto(`${address}#/demo/${view}`);
      await isLive(page);
      await watchNumbers(page);
      // long enough for one more answer of everything that the page asks for again and again
      await mock.answered(3);
      expect((await readPage(page)).unaccounted, view).toEqual([]);
    }
    await context.close();
    await mock.stop();
  }, 90_000);
});
