import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOCK_LOGIN, MockServer, type MockServerOptions } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage, settled } from './open-page.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const VIEWS = ['place', 'people', 'goods', 'screens', 'devices', 'settings'] as const;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!chromiumPath)('the dashboard in Chromium (needs chromium)', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildDashboard>>;
  let address: string;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser();
    ({ address } = await serve());
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    for (const close of closers) await close();
    built?.remove();
  });

  async function serve(options: Partial<MockServerOptions> = {}): Promise<{ mock: MockServer; address: string }> {
    const server = new MockServer({ dist: built.dist, nowMs: () => NOW, ...options });
    closers.push(() => server.stop());
    return { mock: server, address: await server.start() };
  }

  async function open(
    options: BrowserContextOptions & { at?: string; hash?: string; signedIn?: boolean } = {},
  ): Promise<{ page: Page; problems: string[] }> {
    const { at = address, hash = '', signedIn = true, ...rest } = options;
    const opened = await openPage(browser, {
      ...{ address: at, at: hash, nowMs: NOW, options: rest, signedIn, expected: /401/ },
    });
    if (signedIn) await opened.page.locator('h1').waitFor();
    return opened;
  }
  /** so many turns in which the page might have painted */
  const frames = (page: Page, count: number): Promise<void> =>
    page.evaluate(async (count) => {
      for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
    }, count);
  const inked = (page: Page): Promise<{ count: number; sum: number; ts: number; seq: number; paintedAt: number }> =>
    page.evaluate(() => {
      const canvas = document.querySelector('canvas') as HTMLCanvasElement;
      const pixels =
        canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
      let count = 0;
      let sum = 0;
      for (let at = 3; at < pixels.length; at += 4) {
        if ((pixels[at] as number) > 8) count += 1;
        sum = (Math.imul(sum, 31) + (pixels[at] as number) + (pixels[at - 1] as number)) | 0;
      }
      const { ts, seq, paintedAt } = canvas.dataset;
      return { count, sum, ts: Number(ts), seq: Number(seq), paintedAt: Number(paintedAt) };
    });
  const until = (page: Page, what: () => boolean): Promise<unknown> =>
    page.waitForFunction(what, undefined, { timeout: 10_000 });

  it('lets in whoever has the password, and says what is wrong otherwise', async () => {
    const { page, problems } = await open({ signedIn: false });
    await page.locator('input[type=email]').fill(MOCK_LOGIN.email);
    await page.locator('input[type=password]').fill('wrong');
    await page.locator('button[type=submit]').click();
    await page.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor();
    await page.locator('input[type=password]').fill(MOCK_LOGIN.password);
    await page.locator('button[type=submit]').click();
    await page.getByRole('heading', { level: 1, name: 'Place' }).waitFor();
    expect(page.url()).toContain('#/demo/place');
    expect(await page.title()).toBe('Place · Demo shop · Aisle');
    await page.getByRole('button', { name: 'Account, colours and language' }).first().click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.locator('input[type=email]').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('the live map moves, and says which event time it shows', async () => {
    const { page, problems } = await open();
    await until(page, () => Number(document.querySelector('canvas')?.dataset['ts']) > 0);
    const first = await inked(page);
    expect(first.count).toBeGreaterThan(1000);
    await page.waitForFunction((ts) => Number(document.querySelector('canvas')?.dataset['ts']) > ts + 1500, first.ts);
    const later = await inked(page);
    expect(later.sum).not.toBe(first.sum);
    expect(later.seq).toBeGreaterThan(first.seq);
    expect(later.paintedAt).toBe(NOW); // the page's clock stands still in this test
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('nothing is painted while nothing changes', async () => {
    const own = await serve();
    const { page } = await open({ at: own.address });
    await until(page, () => Number(document.querySelector('canvas')?.dataset['ts']) > 0);
    own.mock.frozen = true;
    await frames(page, 30);
    const paints = await page.evaluate(async () => {
      const canvas = document.querySelector('canvas') as HTMLCanvasElement;
      let count = 0;
      new MutationObserver(() => (count += 1)).observe(canvas, { attributes: true });
      for (let frame = 0; frame < 72; frame += 1) await new Promise(requestAnimationFrame);
      return count;
    });
    expect(paints).toBe(0);
    await page.context().close();
  });

  it('a lost number or connection is made good with a new snapshot', async () => {
    const own = await serve();
    const { page } = await open({ at: own.address });
    await until(page, () => Number(document.querySelector('canvas')?.dataset['ts']) > 0);
    const before = own.mock.watches;
    own.mock.loseOne = true;
    await expect.poll(() => own.mock.watches, { timeout: 5000 }).toBe(before + 1);
    own.mock.dropSockets();
    await expect.poll(() => own.mock.watches, { timeout: 10_000 }).toBe(before + 2);
    const { ts } = await inked(page);
    await page.waitForFunction((was) => Number(document.querySelector('canvas')?.dataset['ts']) > was, ts);
    await page.context().close();
  });

  it('somebody who has just come in shows within a second, before any heat', async () => {
    const own = await serve({ people: 0 });
    own.mock.frozen = true;
    const { page } = await open({ at: own.address });
    await until(page, () => Number(document.querySelector('canvas')?.dataset['ts']) > 0);
    expect((await inked(page)).count).toBe(0);
    own.mock.enter(600);
    await page.waitForFunction(
      () => {
        const canvas = document.querySelector('canvas') as HTMLCanvasElement;
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        for (let at = 3; at < pixels.length; at += 4) if ((pixels[at] as number) > 60) return true;
        return false;
      },
      undefined,
      { timeout: 1000 },
    );
    await page.context().close();
  });

  it('when the shop is out of touch it says since when, and what is still true', async () => {
    const own = await serve();
    const { page } = await open({ at: own.address });
    await until(page, () => Number(document.querySelector('canvas')?.dataset['ts']) > 0);
    own.mock.setAgent(false);
    const banner = page.getByRole('status').filter({ hasText: 'out of touch since 17:12' });
    await banner.waitFor();
    expect(await banner.innerText()).toContain('Figures up to then stay true');
    expect(await page.locator('main').innerText()).toContain('In the shop at 17:24');
    own.mock.setAgent(true);
    await banner.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('the zone table sorts both ways, by keyboard too, and what is certainly best or worst stands out', async () => {
    // a day says too little to tell which of two zones sells better; a week is enough here
    const { page } = await open({ hash: '#/demo/place?period=7d' });
    await settled(page);
    const column = (index: number): Promise<string[]> =>
      // tills stand apart, at the end
      page.locator(`[data-zone-row]:not([data-zone-row=checkout]) > :nth-child(${index})`).allInnerTexts();
    const table = page.getByRole('table', { name: /^Zones with/ });
    expect((await column(1))[0]).toContain('Dairy');
    expect(await table.locator('[data-zone-row=dairy]').innerText()).toContain('best');
    expect(await table.locator('[data-zone-row=promo-season]').innerText()).toContain('lowest');
    const visits = table.getByRole('columnheader', { name: /Visits/ });
    await visits.getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await visits.getAttribute('aria-sort')).toBe('descending');
    const numbers = async (): Promise<number[]> =>
      (await column(3)).filter((text) => /^[\d,]+$/.test(text)).map((text) => Number(text.replace(',', '')));
    const down = await numbers();
    expect(down).toEqual([...down].sort((a, b) => b - a));
    await page.keyboard.press('Enter');
    expect(await visits.getAttribute('aria-sort')).toBe('ascending');
    expect(await numbers()).toEqual([...down].reverse());
    await page.context().close();
  });

  it('interest stands in the table and on the plan as a percentage, with words for what it means', async () => {
    for (const [locale, name, help] of [
      ['en-GB', 'Interest', /probability.*within 60 seconds/],
      ['zh-CN', '兴趣度', /60 秒内.*概率/],
    ] as const) {
      const { page } = await open({ locale });
      await settled(page);
      const header = page.getByRole('columnheader', { name: new RegExp(name) });
      expect(await header.getByRole('button').getAttribute('title')).toMatch(help);
      const cell = (zone: string) => page.locator(`[data-zone-row=${zone}] > :nth-child(7)`);
      expect(await cell('dairy').innerText()).toMatch(/^\d+\s?%$/);
      // a zone without a category has nothing to be interested in, and says so
      expect(await cell('checkout').locator('[title]').getAttribute('title')).toMatch(/no category|没有对应的品类/);
      await page.locator('[data-layer=interest]').click();
      expect(await page.locator('g[data-zone=dairy] text.value').textContent()).toBe(await cell('dairy').innerText());
      await page.context().close();
    }
  });

  it('without a model interest is a dash that says why, and no choice on the plan', async () => {
    const own = await serve({ model: false });
    const { page } = await open({ at: own.address });
    await settled(page);
    const dash = page.locator('[data-zone-row=dairy] > :nth-child(7)');
    expect(await dash.innerText()).toContain('–');
    expect(await dash.locator('[title]').getAttribute('title')).toBe('no model has judged here');
    expect(await page.locator('[data-layer=sales]').count()).toBe(1);
    expect(await page.locator('[data-layer=interest]').count()).toBe(0);
    await page.context().close();
  });

  it('cameras tell how their pictures fare, and in words when they fall behind', async () => {
    for (const [locale, all, worry] of [
      [
        'en-GB',
        [/The camera sends its pictures/, /31 ms/, /95\s%\swithin 46 ms/, /26,412 received/, /Model: person-detector/],
        /More than 1 %/,
      ],
      [
        'zh-CN',
        [/摄像头推送画面/, /31 毫秒/, /95% 在 46 毫秒内/, /收到 2.6 万/, /模型：person-detector/],
        /丢弃的画面超过 1%/,
      ],
    ] as const) {
      const { page } = await open({ locale, hash: '#/demo/devices' });
      await settled(page);
      const fine = await page.locator('[data-device=cam-2]').innerText();
      for (const words of all) expect(fine).toMatch(words);
      const behind = page.locator('[data-device=cam-3]');
      expect(await behind.count()).toBe(2); // once among what needs a look
      expect(await behind.first().innerText()).toMatch(worry);
      expect(await behind.last().locator('.worry').count()).toBe(2);
      expect(await page.locator('[data-device=cam-2] .worry').count()).toBe(0);
      expect(await page.locator('[data-device=cam-1] [data-camera]').count()).toBe(0);
      await page.context().close();
    }
  });

  it('a play tells what else might have been shown, and how probable this choice was', async () => {
    const { page } = await open({ hash: '#/demo/screens' });
    await settled(page);
    const play = page.locator('tr:has(summary)').first();
    expect(await play.getByText('Probability of this choice').isVisible()).toBe(false);
    await play.locator('summary').click();
    expect(await play.innerText()).toMatch(/Probability of this choice: 100\s%/);
    expect(await play.locator('li').allInnerTexts()).toEqual([
      expect.stringMatching(/Dairy\s*shown\s*14\ss/),
      expect.stringMatching(/Drinks\s*5\ss/),
      expect.stringMatching(/Rice and noodles\s*3\ss/),
      expect.stringMatching(/Snacks\s*0\ss/),
    ]);
    // where a model has judged, interest ranks them
    const judged = page.locator('tr:has(summary)').nth(1);
    await judged.locator('summary').click();
    expect((await judged.locator('li').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual([
      'Snacks shown 40 % 23 s',
      'Dairy 15 % 12 s',
      'Drinks 10 % 5 s',
      'Rice and noodles 0 % 3 s',
    ]);
    const chance = page.locator('tr:has(summary)').nth(5);
    await chance.locator('summary').click();
    expect(await chance.innerText()).toContain('Held out: chosen at random');
    await page.context().close();
  });

  it('on the phone the zone table shows sales per m² first, and says that there is more on its right', async () => {
    for (const locale of ['en-GB', 'zh-CN']) {
      const { page } = await open({ locale, viewport: { width: 390, height: 844 } });
      await settled(page);
      const box = page.locator('[role=region]:has([data-zone-row])');
      const edge = await box.evaluate((element) => element.getBoundingClientRect().right);
      // Zone, sales per m², visits and dwell stand in sight; the hint goes away at the end.
      const rights = await box
        .locator('[data-zone-row=dairy] > *')
        .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().right));
      expect(rights.slice(0, 4).every((right) => right <= edge)).toBe(true);
      expect(rights.at(-1)).toBeGreaterThan(edge);
      expect(await box.locator('[data-zone-row=dairy] > :nth-child(2)').innerText()).toMatch(/¥/);
      const hint = page.locator('.around:has([data-zone-row]) > .more');
      await hint.waitFor();
      await box.evaluate((element) => element.scrollTo({ left: 10_000 }));
      await hint.waitFor({ state: 'detached' });
      await page.context().close();
    }
  });

  it('what was hardly sensed is told in words, in both languages, on rows and in the hour table', async () => {
    for (const [locale, row, hour] of [
      ['en-GB', /not enough was sensed \(33\s%\)/, /not enough was sensed/],
      ['zh-CN', /数据不足（仅采集到 33% 时段）/, /数据不足/],
    ] as const) {
      const { page } = await open({ locale });
      await settled(page);
      expect(await page.locator('[data-zone-row=tasting]').innerText()).toMatch(row);
      await page.locator('figure button').first().click();
      const cells = await page.locator('figure table').first().getByRole('row').allInnerTexts();
      expect(cells.find((text) => text.startsWith('13:00'))).toMatch(hour);
      await page.context().close();
    }
  });

  it('a day that began when the shop was switched on speaks of the time since', async () => {
    const own = await serve({ since: NOW - 25 * 60_000 });
    const { page } = await open({ at: own.address });
    await settled(page);
    expect(await page.locator('main').innerText()).toContain('since 16:59, when sensing began');
    await page.locator('[data-period=today]').click();
    await page
      .getByText(/not enough was sensed \(\d/)
      .first()
      .waitFor();
    await page.context().close();
  });

  it('zones are reached by keyboard and show their card', async () => {
    const { page } = await open();
    await settled(page);
    await page.locator('[data-layer=heat] input').focus();
    await page.keyboard.press('Tab');
    const zone = page.locator('g[data-zone]:focus');
    expect(await zone.count()).toBe(1);
    const card = page.locator('.zone-card').first();
    await card.waitFor();
    expect(await card.innerText()).toContain('Dairy');
    await page.keyboard.press('Tab');
    expect(await card.innerText()).toContain('Drinks');
    await page.keyboard.press('Escape');
    expect(await page.locator('.zone-card').count()).toBe(0);
    await page.context().close();
  });

  it('language follows the browser until chosen, and the choice is remembered', async () => {
    const { page } = await open({ locale: 'zh-CN' });
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('heading', { level: 1, name: '卖场' }).waitFor();
    await page.getByRole('button', { name: '账户、配色与语言' }).first().click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Place' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Place' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.context().close();
  });

  it('colours follow the system until chosen, and the choice is remembered', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    const theme = (): Promise<string | null> => page.locator('html').getAttribute('data-theme');
    expect(await theme()).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(theme).toBe('light');
    await page.getByRole('button', { name: 'Account, colours and language' }).first().click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    expect(await theme()).toBe('dark');
    await page.reload();
    await page.locator('h1').waitFor();
    expect(await theme()).toBe('dark');
    await page.context().close();
  });

  it('store, view, period and comparison live in the address', async () => {
    const { page } = await open({ hash: '#/demo/people?period=7d&compare=none' });
    await settled(page);
    expect(await page.locator('[data-period=week] input').isChecked()).toBe(true);
    await page.locator('[data-period=today]').click();
    expect(page.url()).toContain('period=today');
    await page.goBack();
    await expect.poll(() => page.locator('[data-period=week] input').isChecked()).toBe(true);
    await page.getByRole('button', { name: /Choose a range/ }).click();
    const day = page.locator('[data-range-day="2026-06-12"]:not([data-outside-month])');
    await day.click();
    await day.click();
    await page.locator('[data-whole]').uncheck();
    const write = async (end: 'from' | 'to', hour: string): Promise<void> => {
      await page.locator(`[data-time=${end}] [data-part=hour]`).click();
      await page.keyboard.type(`${hour}00`);
    };
    await write('from', '13');
    await write('to', '12');
    await page.getByRole('button', { name: 'Show this range' }).click();
    await page.getByText('The end must come after the start.').waitFor();
    await write('to', '14');
    await page.getByRole('button', { name: 'Show this range' }).click();
    expect(decodeURIComponent(page.url())).toContain('period=2026-06-12T13:00~2026-06-12T14:00');
    await page.context().close();
  });

  it.each([
    ['en-GB', 'Choose a range', 'Show this range', /June 2026/],
    ['zh-CN', '选择时段', '查看这一时段', /2026年6月/],
  ] as const)('%s: days are chosen on a calendar, by keyboard alone too', async (locale, name, apply, month) => {
    const { page } = await open({ locale, hash: '#/demo/people?period=2026-06-10T00:00~2026-06-11T00:00' });
    await settled(page);
    await page.getByRole('button', { name: new RegExp(name) }).click();
    await page.getByText(month).first().waitFor();
    await page.locator('[data-range-day="2026-06-10"]:not([data-outside-month])').focus();
    await page.keyboard.press('Enter');
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('button', { name: apply }).click();
    expect(decodeURIComponent(page.url())).toContain('period=2026-06-10T00:00~2026-06-13T00:00');
    await page.context().close();
  });

  it.each([
    ['of a week', '#/demo/place?period=7d', ['stores/demo/heatmap', 'stores/demo/page']],
    ['of now, of the first shop', '', ['stores/demo/page']],
  ])('figures %s are asked for before the program has come, and once', async (_what, hash, figures) => {
    const asked: string[] = [];
    const context = await browser.newContext({ locale: 'en-GB' });
    await context.addCookies([{ name: 'aisle_session', value: 'mock', url: address }]);
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.push(pathname.replace('/api/v1/', ''));
    });
    let letIn: () => void = () => undefined;
    const allowed = new Promise<void>((resolve) => (letIn = resolve));
    await page.route('**/assets/index-*.js', async (route) => {
      await allowed;
      await route.continue();
    });
    await page.goto(address + hash, { waitUntil: 'commit' });
    const first = ['session', 'stores', 'stores/demo/file', ...figures];
    await expect.poll(() => [...asked].sort(), { timeout: 30_000 }).toEqual(first);
    letIn();
    await page.locator('main [data-figure]').first().waitFor();
    await settled(page);
    // those of now are asked for again every ten seconds
    if (hash !== '') expect([...asked].sort()).toEqual(first);
    await context.close();
  });

  it.each([
    ['en-GB', 'The simulated past is still loading: figures begin 12 Jun 17:00'],
    ['zh-CN', '模拟的历史数据仍在加载：目前统计自 6月12日 17:00 起'],
  ])('%s: a past that is still coming is said to be, until it is there', async (locale, said) => {
    const own = await serve({
      past: {
        ...{ from: '2026-05-16T17:00:00+08:00', to: '2026-06-13T17:00:00+08:00', complete: false },
        readyFrom: '2026-06-12T17:00:00+08:00',
      },
    });
    const { page } = await open({ at: own.address, hash: '#/demo/people?period=7d', locale });
    await page.locator('[data-past-coming]').getByText(said).waitFor();
    const anew = page.waitForRequest((request) => request.url().includes('/page?'));
    own.mock.past = { ...(own.mock.past as { from: string; to: string }), complete: true };
    await page.locator('[data-past-coming]').waitFor({ state: 'detached' });
    // the figures of a week do not refresh by themselves
    await anew;
    await page.context().close();
  });

  it('a failing server is told with a way to try again, and old figures say their age', async () => {
    const own = await serve();
    own.mock.failing = true;
    const { page } = await open({ at: own.address, hash: '#/demo/people?period=today' });
    const retry = page.getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    own.mock.failing = false;
    await retry.click();
    await page.getByText('From the door to the till').waitFor();
    own.mock.failing = true;
    await page.getByText('these are from 17:24:00').waitFor({ timeout: 15_000 });
    expect(await page.getByText('People who came in').first().isVisible()).toBe(true);
    await page.context().close();
  });

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    it.each(['signin', ...VIEWS])('%s has no serious accessibility fault', async (view) => {
      const { page, problems } = await open({
        colorScheme,
        hash: view === 'signin' ? '' : `#/demo/${view}`,
        signedIn: view !== 'signin',
      });
      if (view === 'signin') await page.locator('input[type=email]').waitFor();
      else await settled(page);
      await page.evaluate(AXE);
      const faults = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: {
            run(): Promise<{
              violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
            }>;
          };
        };
        const { violations } = await axe.run();
        return violations
          .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
          .map(
            (violation) =>
              `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`).join('; ')}`,
          );
      });
      expect(faults).toEqual([]);
      // The content security policy of the mock is the cloud's: nothing on the page breaks it.
      expect(problems).toEqual([]);
      await page.context().close();
    });
  });

  describe.each(['en-GB', 'zh-CN'])('in %s', (locale) => {
    it.each([
      [360, 740],
      [768, 1024],
      [1440, 1000],
    ])(
      'no page is wider than a window of %d px, and no word is cut off',
      async (width, height) => {
        const { page } = await open({ locale, viewport: { width, height }, hasTouch: width < 700 });
        for (const view of VIEWS) {
          await page.evaluate((hash) => (location.hash = hash), `#/demo/${view}`);
          await settled(page);
          const found = await page.evaluate(() => {
            const cut = [
              ...document.querySelectorAll<HTMLElement>(
                'button, a, label, h1, h2, h3, dt, dd, .name, .value, .trigger, th, td',
              ),
            ].filter((element) => {
              if (element.closest('.visually-hidden') || element.offsetParent === null) return false;
              const style = getComputedStyle(element);
              return style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
            });
            const small = [
              ...document.querySelectorAll<HTMLElement>('button, a, nav a, label:has(input[type=radio])'),
            ].filter((element) => {
              const box = element.getBoundingClientRect();
              return (
                element.offsetParent !== null &&
                !element.closest('.visually-hidden') &&
                box.width > 0 &&
                box.height < 43.5
              );
            });
            const outside = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
              const box = element.getBoundingClientRect();
              return (
                box.width > 0 &&
                box.right > window.innerWidth + 1 &&
                !element.closest('.scroll, .window, .visually-hidden')
              );
            });
            const name = (element: Element): string =>
              `${element.tagName}.${element.className} ${element.textContent?.trim().slice(0, 30)}`;
            return {
              over: document.documentElement.scrollWidth - window.innerWidth,
              cut: cut.map(name),
              small: small.map(name),
              outside: outside.map(name).slice(0, 5),
            };
          });
          expect({ view, ...found, small: [] }).toEqual({
            view,
            over: expect.any(Number),
            cut: [],
            small: [],
            outside: [],
          });
          expect(found.over, view).toBeLessThanOrEqual(0);
          if (width < 700) expect({ view, small: found.small }).toEqual({ view, small: [] });
        }
        await page.context().close();
      },
      60_000,
    );
  });
});
