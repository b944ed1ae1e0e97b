import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MOCK_LOGIN, MockServer } from '../mock/server.js';
import { MockSignage } from '../mock/signage.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage, settled } from './open-page.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const png = (name: string) => ({ name, mimeType: 'image/png', buffer: Buffer.from(`\u0089PNG ${name}`) });

describe.skipIf(!chromiumPath)('content, campaigns and screens (needs chromium)', () => {
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
  beforeEach(() => Object.assign(mock.signage, new MockSignage(() => NOW, MOCK_LOGIN.email)));
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
    built?.remove();
  });

  async function open(hash: string, options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
    const opened = await openPage(browser, { address, at: `#/demo/${hash}`, nowMs: NOW, options, expected: /./ });
    await settled(opened.page);
    return opened;
  }

  it.each([
    ['en-GB', /cannot play/, /1 of 2 done/, /Already in the library/, /is in use and stays/],
    ['zh-CN', /播放不了/, /已完成 1 个/, /素材库里已有/, /正在使用/],
  ] as const)(
    '%s: files go into the library one by one, a refused one says why, and what is in use stays',
    async (locale, refused, sum, known, inUse) => {
      const { page, problems } = await open('screens/content', { locale });
      const html = { name: 'menu.html', mimeType: 'text/html', buffer: Buffer.from('<script>') };
      await page.locator('[data-drop] input').setInputFiles([png('summer.png'), html]);
      await page.locator('[data-upload-file="summer.png"][data-state=done]').waitFor();
      expect(await page.locator('[data-upload-file="menu.html"][data-state=refused]').innerText()).toMatch(refused);
      await page.getByText(sum).waitFor();
      await page.locator('[data-content-name="summer.png"]').waitFor();
      // a file that is pasted, and that is there already
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.items.add(new File(['\u0089PNG'], 'summer.png', { type: 'image/png' }));
        window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true }));
      });
      await page.getByText(known).waitFor();
      // by keyboard: an unused one goes, after a question; one in use says where
      await page.locator('[data-content-name="summer.png"] [data-delete]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-asking]').waitFor();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await page.locator('[data-content-name="summer.png"]').waitFor({ state: 'detached' });
      await page.locator('[data-content-name="Milk, morning"] [data-delete]').click();
      const told = page.locator('[data-in-use]');
      expect(await told.innerText()).toMatch(inUse);
      await told.getByRole('link', { name: 'Milk in the morning' }).click();
      await page.locator('[data-campaign-page=milk]').waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it.each([
    ['en-GB', 'Draft', 'Running', 'began it', 'Ended'],
    ['zh-CN', '草稿', '投放中', '开始投放', '已结束'],
  ] as const)(
    '%s: a campaign is made, checked at its fields, previewed both ways, begun, paused and ended',
    async (locale, draft, running, began, ended) => {
      const { page, problems } = await open('screens/campaigns', { locale });
      await page.locator('[data-make-campaign]').click();
      await page.locator('[data-campaign-form]').waitFor();
      await page.locator('[data-save]').click();
      await page.locator('[data-problems]').waitFor();
      expect(await page.locator('[name=name]').getAttribute('aria-invalid')).toBe('true');
      await page.locator('[name=name]').fill('Cold drinks');
      await page.locator('[data-add=library]').click();
      await page.locator('[data-library="Rice week"]').click();
      await page.locator('[data-add=library]').click();
      await page.locator('[data-add=template]').click();
      const pick = page.locator('[data-product-pick=item-1] input');
      await pick.fill('6901230101014');
      await pick.press('Enter');
      await page.locator('[data-goal=scans]').click();
      await page.locator('[data-which-screens=some]').click();
      await page.locator('[data-screen=screen-1]').check();
      await page.locator('[data-add-hours]').click();
      await page.locator('[data-holdout="30"]').click();
      await page.locator('[data-turn=portrait]').click();
      await page.locator('[data-next-item]').click();
      await page.locator('[data-preview=portrait] [data-sign=product]').waitFor();
      await page.locator('[data-save]').click();
      await page.locator('[data-campaign-page][data-state=draft]').getByText(draft).waitFor();
      expect(mock.signage.campaigns.at(-1)).toMatchObject({
        ...{ name: 'Cold drinks', goal: 'scans', holdout: 0.3, screens: ['screen-1'], stores: ['demo'] },
        content: [{ contentId: expect.any(String) }, { template: 'product', gtins: ['6901230101014'] }],
        schedule: { from: null, to: null, days: null, hours: [['08:00', '12:00']] },
      });
      await page.locator('[data-begin]').click();
      await page.locator('[data-campaign-page][data-state=live]').getByText(running).waitFor();
      await page.locator('[data-history]').getByText(began).waitFor();
      await page.locator('[data-pause]').click();
      await page.locator('[data-campaign-page][data-state=paused]').waitFor();
      await page.locator('[data-end]').click();
      await page.locator('[data-confirm]').click();
      await page.locator('[data-campaign-page][data-state=ended]').getByText(ended).waitFor();
      expect(await page.locator('[data-end], [data-edit]').count()).toBe(0);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('what the cloud refuses stands at its field, and nothing that was typed is lost', async () => {
    const { page } = await open('screens/campaign/milk?tab=edit');
    mock.signage.refuse = { field: 'schedule.to', code: 'beforeStart' };
    await page.locator('[name=name]').fill('Milk all day');
    await page.locator('[data-save]').click();
    await page.locator('.end .wrong').getByText('beforeStart').waitFor();
    expect(await page.locator('[name=name]').inputValue()).toBe('Milk all day');
    mock.signage.refuse = null;
    await page.locator('[data-save]').click();
    await page.getByRole('heading', { level: 1, name: 'Milk all day' }).waitFor();
    await page.context().close();
  });

  it('what a campaign was worth: a sentence first, never a number for what nobody knows', async () => {
    const { page } = await open('screens/campaign/milk');
    await page.locator('[data-measure=said]').waitFor();
    expect(await page.locator('[data-sentence]').innerText()).toMatch(/rose by 28 %/);
    expect(await page.locator('[data-intervals]').first().innerText()).toMatch(/\+28\s%.*\+12\s%.*\+46\s%/s);
    expect(await page.locator('[data-arms]').innerText()).toMatch(/312\s+78/);
    await page.locator('[data-blocks=uncounted]').click();
    const why = await page
      .locator('[data-block]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-block')));
    expect(new Set(why)).toEqual(new Set(['thin', 'pinned']));
    expect(page.url()).toContain('outcome=uncounted');

    mock.signage.campaigns = mock.signage.campaigns.map((one) =>
      one.campaignId === 'tea'
        ? { ...one, state: 'live', history: [{ at: one.history[0]!.at, by: 'a', what: 'live' }] }
        : one,
    );
    await page.evaluate(() => (location.hash = '#/demo/screens/campaign/tea'));
    await page.locator('[data-measure=nothing]').waitFor();
    expect(await page.locator('[data-missing]').innerText()).toMatch(/40 more counted blocks/);
    expect(await page.locator('[data-arms] td').allInnerTexts()).not.toContain('¥0');
    await page.context().close();
  });

  it.each([
    [
      'en-GB',
      'Milk in the morning',
      /time with the campaign/,
      /1 on the way \(8\.4\sMB\)/,
      /Pinned: Rice week\s+until 17:54\s+by manager@example\.org/,
    ],
    [
      'zh-CN',
      'Milk in the morning',
      /投放时段/,
      /1 个传输中（8\.4 MB）/,
      /固定播放：Rice week\s+至 17:54\s+操作人 manager@example\.org/,
    ],
  ] as const)(
    '%s: a screen says its campaign, side, files and player, and is pinned, paused and let go on from a phone',
    async (locale, campaign, side, way, pinned) => {
      const { page, problems } = await open('screens', {
        locale,
        viewport: { width: 390, height: 844 },
        hasTouch: true,
      });
      const card = page.locator('.screen').filter({ has: page.locator('[data-orders=screen-1]') });
      await card.getByRole('link', { name: campaign }).waitFor();
      const text = await card.innerText();
      expect(text).toMatch(side);
      expect(text).toMatch(way);
      expect(await card.locator('[data-chance]').innerText()).toMatch(/^62\s?%$/);
      expect(await card.locator('[data-player]').innerText()).toMatch(/1920 ?× ?1080/);
      await card.locator('[data-order-way=pin]').tap();
      await card.locator('[data-order-form=pin] select').first().selectOption({ label: 'Rice week' });
      await card.locator('[data-say]').tap();
      await card.locator('[data-order-form]').waitFor({ state: 'detached' });
      mock.tellScreens();
      expect(await card.locator('[data-order=pin]').innerText()).toMatch(pinned);
      await card.locator('[data-order-way=pause]').tap();
      await card.locator('[data-say]').tap();
      await card.locator('[data-order-form]').waitFor({ state: 'detached' });
      mock.tellScreens();
      await card.locator('[data-order=pause]').waitFor();
      await card.locator('[data-resume]').tap();
      await expect.poll(() => mock.signage.orders.size).toBe(0);
      mock.tellScreens();
      await card.locator('[data-order]').waitFor({ state: 'detached' });
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('a screen’s day has blocks and stops under it, filters that stand in the address, and a table to take along', async () => {
    const { page } = await open('screens/screen/screen-1?hour=2026-06-13T17:00');
    await page.locator('[data-plays]').waitFor();
    const rows = page.locator('[data-plays] tbody tr');
    const all = await rows.count();
    await page.locator('[data-filter=arm]').selectOption('heldOut');
    expect(await rows.count()).toBe(1);
    expect(page.url()).toContain('arm=heldOut');
    await page.locator('[data-filter=arm]').selectOption('');
    await page.locator('[data-filter=outcome]').selectOption('failed');
    await rows.locator('a').click();
    expect(await page.locator('[data-play-facts]').innerText()).toMatch(/its address did not answer/);
    await page.locator('[data-filter=outcome]').selectOption('');
    await page.locator('[data-filter=campaign]').selectOption('milk');
    expect(await rows.count()).toBe(all - 2);
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[data-export]').click()]);
    expect(file.suggestedFilename()).toBe('plays-screen-1-2026-06-13.csv');
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(all - 2 + 1);
    // what the shop did not say stands empty
    expect(lines.some((line) => line.endsWith(',,,,'))).toBe(true);
    await page.context().close();
  });

  it('who may only read sees no way to change anything', async () => {
    const reading = new MockServer({ dist: built.dist, nowMs: () => NOW, role: 'viewer' });
    const at = await reading.start();
    const context = await browser.newContext();
    await context.addCookies([{ name: 'aisle_session', value: 'mock', url: at }]);
    const page = await context.newPage();
    for (const [hash, mark] of [
      ['content', '[data-content]'],
      ['campaigns', '[data-campaign]'],
      ['campaign/milk?tab=edit', '[data-campaign-page]'],
    ] as const) {
      await page.goto(`${at}#/demo/screens/${hash}`);
      await page.locator(mark).first().waitFor();
      expect(
        await page
          .locator('[data-drop], [data-delete], [data-make-campaign], [data-pause], [data-campaign-form]')
          .count(),
      ).toBe(0);
    }
    await context.close();
    await reading.stop();
  });

  it.each([
    ['light', 'en-GB'],
    ['dark', 'zh-CN'],
  ] as const)(
    'in the %s theme none has a serious accessibility fault, and none is wider than a phone',
    async (colorScheme, locale) => {
      const { page, problems } = await open('screens/content', {
        ...{ colorScheme, locale, viewport: { width: 360, height: 740 }, hasTouch: true },
      });
      for (const [hash, mark] of [
        ['content', '[data-content]'],
        ['campaigns', '[data-campaign]'],
        ['campaign/milk', '[data-blocks]'],
        ['campaign/milk?tab=edit', '[data-campaign-form]'],
        ['', '[data-orders]'],
        ['screen/screen-1', '[data-export]'],
      ] as const) {
        await page.evaluate((to) => (location.hash = to), `#/demo/screens/${hash}`);
        await page.locator(mark).first().waitFor();
        await settled(page);
        await page.evaluate(AXE);
        const faults = await page.evaluate(async () => {
          const { axe } = window as unknown as {
            axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
          };
          return (await axe.run()).violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect({ hash, faults, over: Math.max(0, over) }).toEqual({ hash, faults: [], over: 0 });
      }
      expect(problems).toEqual([]);
      await page.context().close();
    },
    60_000,
  );
});
