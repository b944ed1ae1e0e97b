/**
 * Pictures of every page in both languages and both themes, on a desktop and on a phone:
 *   node dashboard/test/run.mjs screenshots.ts --out DIR [--only place-en-light-desktop] [--access data/demo-access.json]
 * With --access (or --base URL --email E --password P) a running shop is shown, without it the mock server's, at a fixed time. Those of
 * the guide lie in docs/screenshots: `npm run docs -- --screenshots` takes them anew.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser/chromium.js';
import { MOCK_LOGIN, MockServer } from './mock/server.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const PAGES = ['signin', 'place', 'people', 'goods', 'screens', 'devices', 'settings'] as const;
let newcomers = 0;
/** Pages below others; what is done there before the picture is only done to the mock. */
const BELOW: Record<string, { hash: string; before?: (page: Page) => Promise<void> }> = {
  weekMap: { hash: 'place?period=7d' },
  worst: { hash: 'place?period=7d&layer=sales' },
  weekGoods: { hash: 'goods?period=7d' },
  weekPeople: { hash: 'people?period=7d' },
  zone: { hash: 'place/zone/dairy?period=7d' },
  product: { hash: 'goods/product/06901234567892?period=7d' },
  hours: { hash: 'people/hours/entries?period=7d' },
  floorPlan: { hash: 'place/floor' },
  board: { hash: 'goods/planogram' },
  facings: { hash: 'goods/funnel?period=7d' },
  history: { hash: 'goods/versions' },
  device: { hash: 'devices?device=shelf-13' },
  content: { hash: 'screens/content' },
  campaigns: { hash: 'screens/campaigns' },
  campaign: { hash: 'screens/campaign/milk' },
  campaignForm: { hash: 'screens/campaign/new' },
  screenDay: { hash: 'screens/screen/screen-1' },
  enrol: { hash: 'devices/enrol', before: fillIn },
  enrolled: {
    hash: 'devices/enrol?device=shelf-31',
    before: async (page) => {
      await fillIn(page);
      await page.locator('[data-enrol]').click();
      await page.locator('[data-waiting]').waitFor();
    },
  },
  tare: { hash: 'devices/tare' },
  walk: { hash: 'devices/walk' },
  walking: {
    hash: 'devices/walk',
    before: async (page) => {
      await page.locator('[data-start]').click();
      for (const way of ['in', 'out', 'in', 'out', 'in']) await page.locator(`[data-tap=${way}]`).click();
    },
  },
  handover: { hash: 'devices/handover' },
  upload: {
    hash: 'settings',
    before: async (page) => {
      await takeFile(page, (text) =>
        text
          .replace('price: 12.9', 'price: 11.9')
          .replace('kind: checkout', 'kind: other')
          .replace('id: cam-2', 'id: cam-2b'),
      );
      await page.locator('[data-preview]').waitFor();
      await page.locator('[data-when=later]').click();
      await page.locator('[name=note]').fill('Summer prices, and the new camera at the door');
    },
  },
  team: {
    hash: 'settings',
    before: async (page) => {
      await page.locator('[data-add-person]').click();
      // an address can be given once
      await page.getByLabel(/E-mail|邮箱/).fill(`manager.${String(++newcomers)}@example.org`);
      await page.locator('[data-person="lin.xiaomei@example.org"]').waitFor();
      await page.locator('[data-person-form] [data-save]').click();
      await page.locator('[data-once]').waitFor();
      await page.locator('[data-person="lin.xiaomei@example.org"] [data-change]').click();
      await page.locator('[data-add-token]').click();
      await page.locator('[data-token="till system"] [data-revoke]').click();
    },
  },
  calendar: {
    hash: 'settings',
    before: async (page) => {
      await takeFile(page, (text) => text.replace('currency: CNY', 'currency: EUR'));
      await page.locator('[data-when=later]').click();
      await page.locator('[data-day]').click();
      await page.locator('.calendar table').waitFor();
    },
  },
  wrong: {
    hash: 'settings',
    before: async (page) => {
      await takeFile(page, (text) =>
        text.replace('kind: checkout', 'kind: chekout').replace('width: 30', 'width: wide'),
      );
      await page.locator('[data-problems]').waitFor();
    },
  },
  meanwhile: {
    hash: 'settings',
    before: async (page) => {
      await takeFile(page, (text) => text.replace(/version \d+/, 'version 2'));
      await page.locator('[data-meanwhile]').waitFor();
    },
  },
};
const VIEWS: readonly string[] = [...PAGES, ...Object.keys(BELOW)];

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'test-results/screenshots' },
    only: { type: 'string', multiple: true },
    base: { type: 'string' },
    access: { type: 'string' },
    email: { type: 'string', default: MOCK_LOGIN.email },
    password: { type: 'string', default: MOCK_LOGIN.password },
    query: { type: 'string', default: '' },
    full: { type: 'boolean', default: true },
    settle: { type: 'string', default: '1200' },
  },
});
const access =
  values.access === undefined
    ? null
    : (JSON.parse(readFileSync(values.access, 'utf8')) as { dashboardUrl: string; email: string; password: string });
const base = access?.dashboardUrl ?? values.base;
const login = access ?? { email: values.email, password: values.password };
const mock =
  base === undefined
    ? new MockServer({ dist: process.env['AISLE_DASHBOARD_DIST'] ?? 'dashboard/dist', nowMs: () => NOW })
    : null;
const address = base ?? (await mock?.start()) ?? '';
mkdirSync(values.out, { recursive: true });

const browser = await openBrowser();
for (const locale of ['en', 'zh'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      // what is done to the mock before a picture is not done to a shop
      const views = VIEWS.filter((view) => mock !== null || BELOW[view]?.before === undefined);
      const names = views.map((view) => nameOf(view, locale, theme, width));
      const wanted = names.filter((name) => !values.only || values.only.some((part) => name.includes(part)));
      if (wanted.length === 0) continue;
      const context = await browser.newContext({
        viewport: { width, height: width > 700 ? 1000 : 844 },
        deviceScaleFactor: width > 700 ? 1 : 2,
        locale: locale === 'en' ? 'en-GB' : 'zh-CN',
        colorScheme: theme,
        hasTouch: width <= 700,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => console.error(`page error: ${error.message}`));
      page.on(
        'console',
        (message) =>
          message.type() === 'error' && !/401/.test(message.text()) && console.error(`console: ${message.text()}`),
      );
      if (mock) await page.clock.setFixedTime(NOW);
      await page.goto(address);
      await page.locator('input[type=email]').waitFor();
      for (const view of views) {
        const name = nameOf(view, locale, theme, width);
        if (view !== 'signin') {
          if (await page.locator('input[type=email]').isVisible()) await signIn(page);
          // what was enrolled for one picture is not there for the next
          if (mock) mock.file = { ...mock.file, devices: mock.file.devices?.filter(({ id }) => id !== 'shelf-31') };
          if (wanted.includes(name)) await show(page, view);
        }
        if (!wanted.includes(name)) continue;
        // A tall window rather than a stitched page, so that what sticks to an edge stays there.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        const short = width > 700 ? 1000 : 844;
        const whole = values.full && view !== 'device';
        await page.setViewportSize({ width, height: whole ? Math.max(short, height) : short });
        await page.waitForTimeout(250);
        await page.screenshot({ path: path.join(values.out, `${name}.png`) });
        await page.setViewportSize({ width, height: short });
        if (mock) await page.evaluate(() => localStorage.removeItem('aisle.walk'));
        console.log(name);
      }
      await context.close();
    }
  }
}
await browser.close();
await mock?.stop();

function nameOf(view: string, locale: string, theme: string, width: number): string {
  return `${view}-${locale}-${theme}-${width > 700 ? 'desktop' : 'phone'}`;
}

async function signIn(page: Page): Promise<void> {
  await page.locator('input[type=email]').fill(login.email);
  await page.locator('input[type=password]').fill(login.password);
  await page.locator('button[type=submit]').click();
  await page.locator('canvas').first().waitFor();
  // No zone is pointed at by chance.
  await page.mouse.move(2, 2);
}

async function show(page: Page, view: string): Promise<void> {
  const store = new URL(page.url()).hash.split('/')[1]?.split('?')[0] ?? 'demo';
  const below = BELOW[view];
  await page.evaluate(
    (hash) => (location.hash = hash),
    `#/${store}/${below?.hash ?? `${view}${values.query ? `?${values.query}` : ''}`}`,
  );
  await page.locator('h1').waitFor();
  await page.waitForTimeout(300);
  await below?.before?.(page);
  await page
    .waitForFunction(() => document.querySelector('[aria-busy=true], .skeleton') === null)
    .catch(() => undefined);
  await page.waitForTimeout(Number(values.settle));
}

/** The newest version, changed, as somebody would send it back. */
async function takeFile(page: Page, change: (text: string) => string): Promise<void> {
  await page.locator('[data-upload]').waitFor();
  const address = await page.locator('[data-version] a').first().getAttribute('href');
  const text = await page.evaluate(async (href) => (await fetch(href)).text(), address as string);
  await page.locator('input[type=file]').setInputFiles({
    name: 'demo-v5.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(change(text)),
  });
}

/** An ESPHome shelf, as somebody who has just screwed it on would tell of it. */
async function fillIn(page: Page): Promise<void> {
  await page.locator('[data-family=shelf]').click();
  await page.locator('[data-dialect=esphome]').click();
  await page.locator('[name=fixture]').selectOption({ index: 4 });
}
