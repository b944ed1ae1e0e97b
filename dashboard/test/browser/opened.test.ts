import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOCK_LOGIN, MockServer } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage, settled } from './open-page.js';
import { hasChinese, hasLatinColon, isEnglishSentence, textsOf } from './words.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GTIN = '6901230101014';
const PAGES = {
  zone: 'place/zone/dairy?period=7d&hour=2026-06-13T11:00',
  product: `goods/product/${GTIN}?period=7d`,
  screen: 'screens/screen/screen-1?hour=2026-06-13T17:00',
  hours: 'people/hours/footfall?period=7d',
} as const;

/** Every page that there is. */
const ALL = [
  ...['place?period=7d', 'people?period=7d', 'goods?period=7d', 'screens', 'devices', 'settings'],
  ...Object.values(PAGES),
  ...['screens/campaigns', 'screens/campaign/milk', 'screens/campaign/new', 'screens/content'],
  ...['devices?device=shelf-13', 'devices/enrol', 'devices/tare', 'devices/walk', 'devices/handover', 'devices/files'],
];

describe.skipIf(!chromiumPath)('pages that open behind a figure (needs chromium)', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildDashboard>>;
  let mock: MockServer;
  let address: string;

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser();
    mock = new MockServer({ dist: built.dist, nowMs: () => NOW });
    address = await mock.start();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
    built?.remove();
  });

  async function open(hash: string, options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
    const opened = await openPage(browser, { address, at: `#/demo/${hash}`, nowMs: NOW, options });
    await settled(opened.page);
    return opened;
  }
  const faults = async (page: Page): Promise<string[]> => {
    await page.evaluate(AXE);
    return page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run(): Promise<{
            violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
          }>;
        };
      };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`)[0]}`);
    });
  };

  it.each([
    ['en-GB', 1440, /lowest/, /usually [\d,]+ \(/],
    ['zh-CN', 390, /最低/, /平时 [\d,]+（/],
  ] as const)(
    '%s, %i px: from signing in to the worst square metre of the last days and why it is that takes at most four clicks',
    async (locale, width, lowest, usually) => {
      const { page } = await openPage(browser, {
        ...{ address, nowMs: NOW, signedIn: false, expected: /401/ },
        options: { locale, viewport: { width, height: 844 }, hasTouch: width < 700 },
      });
      await page.locator('input[type=email]').fill(MOCK_LOGIN.email);
      await page.locator('input[type=password]').fill(MOCK_LOGIN.password);
      await page.locator('button[type=submit]').click();
      await page.locator('canvas').first().waitFor();
      let clicks = 0;
      const click = async (what: Locator): Promise<void> => {
        await what.click();
        clicks += 1;
        await settled(page);
      };
      await click(page.locator('[data-period=week]'));
      await click(page.locator('[data-zone-row]').filter({ hasText: lowest }).first().getByRole('link'));
      expect(await page.locator('main').innerText()).toMatch(usually);
      expect(clicks).toBeLessThanOrEqual(4);
      await page.context().close();
    },
  );

  it.each([
    ['en-GB', /lowest/, 'Why', /usually [\d,]+ \(/, 'Minute by minute'],
    ['zh-CN', /最低/, '原因', /平时 [\d,]+（/, '分钟明细'],
  ] as const)(
    '%s: the worst square metre is two clicks away, says why, and opens its minutes',
    async (locale, lowest, why, usually, minutes) => {
      const { page, problems } = await open('place?period=7d', { locale });
      await page.locator('[data-zone-row]').filter({ hasText: lowest }).first().getByRole('link').click();
      await page.locator('[data-zone-page=promo-season]').waitFor();
      await settled(page);
      expect(page.url()).toContain('#/demo/place/zone/promo-season?period=7d');
      await page.getByRole('heading', { name: why, exact: true }).waitFor();
      expect(await page.locator('[data-reasons]').innerText()).toMatch(usually);
      expect(await page.locator('[data-shelves] [data-slot]').count()).toBeGreaterThan(2);
      await page.locator('table.hours a[data-hour]').last().click();
      await page.getByRole('heading', { name: new RegExp(minutes) }).waitFor();
      await page.locator('[data-minutes]').waitFor();
      expect(await page.locator('[data-minutes] tbody tr').count()).toBe(60);
      expect(page.url()).toMatch(/hour=2026/);
      await page.goBack();
      await page.locator('[data-minutes]').waitFor({ state: 'detached' });
      await page.goBack();
      await page.locator('[data-zone-row=dairy]').waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('a product tells its price, where it stands and what was changed, and a click leads on to its zone', async () => {
    const { page, problems } = await open('goods?period=7d&search=Fresh%20milk');
    await page.getByRole('link', { name: 'Fresh milk 950 ml' }).click();
    await page.locator(`[data-product-page="${GTIN}"]`).waitFor();
    await settled(page);
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/Regret rate[\s\S]*\d+\s%/);
    expect(text).toContain('¥16.90');
    expect(await page.locator('[data-changed]').innerText()).toMatch(/¥9\.90/);
    await page.locator('[data-shelves]').getByRole('link', { name: 'Dairy' }).first().click();
    await page.locator('[data-zone-page=dairy]').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['en-GB', 'Its day', /People here have stopped longest/, 'What followed'],
    ['zh-CN', '当日播放', /停留最久/, '之后发生了什么'],
  ] as const)(
    '%s: a screen’s day has each play with its reason and what followed',
    async (locale, name, reason, followed) => {
      const { page, problems } = await open('screens', { locale });
      await page
        .getByRole('link', { name: new RegExp(name) })
        .first()
        .click();
      await page.locator('[data-screen-page=screen-1]').waitFor();
      await page.locator('[data-plays] a').last().click();
      await page.locator('[data-followed]').waitFor();
      expect(await page.locator('[data-play]').innerText()).toMatch(reason);
      await page.getByRole('heading', { name: followed }).waitFor();
      expect(await page.locator('[data-followed] tbody tr').count()).toBeGreaterThan(0);
      expect(decodeURIComponent(page.url())).toMatch(/play=screen-1-\d@\d+/);
      await page.reload();
      await page.locator('[data-followed]').waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('a headline figure opens the hours that it is made of', async () => {
    const { page } = await open('place?period=today');
    await page.getByRole('link', { name: 'Footfall', exact: true }).click();
    await page.locator('[data-hours-page=footfall]').waitFor();
    await settled(page);
    await page.locator('table.hours a[data-hour]').first().click();
    await page.locator('[data-minutes]').waitFor();
    await page.context().close();
  });

  it('every headline figure of people and of goods opens what it is made of', async () => {
    const { page } = await open('people?period=today');
    await page.locator('[data-figure] a.open-link').nth(3).waitFor();
    expect(await page.locator('[data-figure] h3').count()).toBe(await page.locator('[data-figure] h3 a').count());
    await page.locator('[data-figure] h3 a').nth(3).click();
    await page.locator('[data-hours-page=averageTransaction]').waitFor();
    const { page: goods } = await open('goods?period=today&search=nothing');
    await goods.locator('[data-figure] h3 a').nth(4).click();
    await goods.locator('[aria-sort=descending]').waitFor();
    expect(goods.url()).toMatch(/sort=-regret/);
    expect(goods.url()).not.toMatch(/search=/);
    expect(await goods.locator('[data-figure] h3').count()).toBe(await goods.locator('[data-figure] h3 a').count());
    await page.context().close();
    await goods.context().close();
  });

  it('layer, zoom, sort and search stand in the address, and a link shows the same again', async () => {
    const { page } = await open('place?period=7d');
    await page.locator('[data-layer=sales]').click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page
      .getByRole('columnheader', { name: /Visits/ })
      .getByRole('button')
      .click();
    const link = page.url();
    expect(link).toMatch(/layer=sales/);
    await page.goto('about:blank');
    await page.goto(link);
    await settled(page);
    expect(await page.locator('[data-layer=sales] input').isChecked()).toBe(true);
    expect(await page.getByRole('columnheader', { name: /Visits/ }).getAttribute('aria-sort')).toBe('descending');
    expect(page.url()).toBe(link);
    await page.context().close();
  });

  it.each(['zh-CN', 'en-GB'])('every page speaks one language, what is read out too (%s)', async (locale) => {
    const { page } = await open('place', { locale });
    // what people called their things is theirs
    const own = [...mock.signage.campaigns.map(({ name }) => name), 'Back to the usual prices'];
    const isForeign =
      locale === 'zh-CN' ? (text: string) => isEnglishSentence(text) || hasLatinColon(text) : hasChinese;
    const foreign: string[] = [];
    for (const hash of ALL) {
      await page.evaluate((to) => (location.hash = to), `#/demo/${hash}`);
      await settled(page);
      for (const text of await textsOf(page))
        if (isForeign(own.reduce((left, name) => left.replaceAll(name, ''), text))) foreign.push(`${hash}: ${text}`);
    }
    expect(foreign).toEqual([]);
    await page.context().close();
  });

  it('what is not in the store says so, with the way back', async () => {
    const { page } = await open('place/zone/no-such-zone');
    await page.getByText('There is nothing by this name').waitFor();
    await page.locator('[data-back]').click();
    await page.getByRole('heading', { level: 1, name: 'Place' }).waitFor();
    await page.context().close();
  });

  it.each([
    ['light', 'en-GB'],
    ['dark', 'zh-CN'],
  ] as const)(
    'in the %s theme none has a serious accessibility fault, and none is wider than a phone',
    async (colorScheme, locale) => {
      const { page, problems } = await open(PAGES.zone, {
        colorScheme,
        locale,
        viewport: { width: 360, height: 740 },
        hasTouch: true,
      });
      for (const [name, hash] of Object.entries(PAGES)) {
        await page.evaluate((to) => (location.hash = to), `#/demo/${hash}`);
        await page.locator(`[data-${name}-page]`).waitFor();
        await settled(page);
        expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] });
        const found = await page.evaluate(() => ({
          over: document.documentElement.scrollWidth - window.innerWidth,
          small: [...document.querySelectorAll<HTMLElement>('main a, main button')]
            .filter((element) => {
              const box = element.getBoundingClientRect();
              return box.width > 0 && box.height < 43.5 && !element.closest('.visually-hidden');
            })
            .map((element) => element.outerHTML.slice(0, 90)),
        }));
        expect({ name, ...found }).toEqual({ name, over: expect.any(Number), small: [] });
        expect(found.over, name).toBeLessThanOrEqual(0);
        for (const width of [360, 1280, 1440]) {
          await page.setViewportSize({ width, height: 740 });
          expect({ name, width, out: await page.evaluate(outOfCards) }).toEqual({ name, width, out: [] });
        }
        await page.setViewportSize({ width: 360, height: 740 });
      }
      expect(problems).toEqual([]);
      await page.context().close();
    },
    60_000,
  );
});

/** What sticks out of the card that it stands in, where nobody can scroll to it. */
function outOfCards(): string[] {
  return [...document.querySelectorAll<HTMLElement>('main .card')].flatMap((card) => {
    const right = card.getBoundingClientRect().right + 1;
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== card &&
      (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    return [...card.querySelectorAll<HTMLElement>('td, th, p, a, button')]
      .filter(
        (each) => !each.closest('.visually-hidden') && each.getBoundingClientRect().right > right && !scrolls(each),
      )
      .map((each) => each.outerHTML.slice(0, 90));
  });
}
