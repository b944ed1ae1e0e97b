import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MockServer, type MockServerOptions } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage } from './open-page.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!chromiumPath)('the settings, in Chromium (needs chromium)', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildDashboard>>;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    for (const close of closers) await close();
    built?.remove();
  });

  async function open({ role, ...options }: BrowserContextOptions & Pick<MockServerOptions, 'role'> = {}) {
    const mock = new MockServer({ dist: built.dist, nowMs: () => NOW, ...(role && { role }) });
    closers.push(() => mock.stop());
    const address = await mock.start();
    const { page, problems } = await openPage(browser, {
      ...{ address, at: '#/demo/settings', nowMs: NOW, options, expected: /40[019]/ },
    });
    page.setDefaultTimeout(10_000);
    await page.locator('[data-versions]').waitFor();
    await page.locator('[data-download]').first().waitFor();
    return { page, mock, problems };
  }
  /** The newest version as a download gives it, changed, and chosen as a file. */
  async function take(page: Page, change: (text: string) => string): Promise<void> {
    const href = (await page.locator('[data-version] a').first().getAttribute('href')) as string;
    const text = await page.evaluate(async (address) => (await fetch(address)).text(), href);
    await page.locator('input[type=file]').setInputFiles({
      name: 'demo.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from(change(text)),
    });
  }
  const dearer = (text: string): string => text.replace('price: 15.9', 'price: 14.9');
  const states = (page: Page): Promise<string[]> =>
    page
      .locator('[data-version]')
      .evaluateAll((items) =>
        items.map((item) => `${item.getAttribute('data-version')} ${item.getAttribute('data-state')}`),
      );

  it('a changed file is looked at, planned for a day and a time of the shop, and stands in the list', async () => {
    const { page, problems } = await open();
    expect(await states(page)).toEqual(['5 planned', '4 inForce', '3 past', '2 past', '1 past']);
    await take(page, dearer);
    const preview = page.locator('[data-preview]');
    await preview.waitFor();
    // against what is in force now, the planned price comes at once
    expect(await preview.innerText()).toMatch(
      /2 changes[^]*¥16\.90 → ¥10\.90[^]*¥15\.90 → ¥14\.90[^]*place of version 5/,
    );
    await page.locator('[data-when=later]').click();
    await page.locator('[data-day]').click();
    await page.getByRole('button', { name: 'Month after' }).click();
    await page.getByRole('button', { name: 'Wed, 1 Jul 2026' }).click();
    const hour = page.locator('[data-part=hour]');
    await hour.click();
    await page.keyboard.type('0930');
    await page.locator('[data-preview]:not([aria-busy=true])').getByText('1 change', { exact: true }).waitFor();
    expect(await preview.innerText()).not.toContain('place of version');
    await page.locator('[name=note]').fill('July prices');
    const submit = page.locator('[data-submit]');
    expect(await submit.innerText()).toBe('Plan for 1 Jul 2026, 09:30');
    await submit.click();
    await page.locator('[data-version="6"]').waitFor();
    expect(await page.locator('[data-done]').innerText()).toContain('Version 6 is planned for 1 Jul 2026, 09:30');
    const made = await page.locator('[data-version="6"]').innerText();
    for (const part of ['Planned', 'from 1 Jul 2026, 09:30', 'July prices', 'manager@example.org', '¥15.90 → ¥14.90'])
      expect(made).toContain(part);
    expect((await states(page)).slice(0, 3)).toEqual(['6 planned', '5 planned', '4 inForce']);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('from now on it is in force, and what was planned is cancelled; every page goes by it', async () => {
    const { page } = await open();
    await take(page, (text) => text.replace('en: Dairy', 'en: Milk corner').replace('zh: 乳品', 'zh: 奶角'));
    await page.locator('[data-preview]').getByText('renamed: Dairy → Milk corner').waitFor();
    await page.locator('[data-submit]').click();
    await page.locator('[data-version="6"][data-state=inForce]').waitFor();
    expect((await states(page))[1]).toBe('5 cancelled');
    expect(await page.locator('main').innerText()).toContain('In force: version 6');
    await page.evaluate(() => (location.hash = '#/demo/place'));
    await page.getByText('Milk corner').first().waitFor();
    await page.context().close();
  });

  it('who edits an older version is told who was faster and what changed, loses nothing, and may go on', async () => {
    const { page, mock, problems } = await open();
    await take(page, dearer);
    await page.locator('[data-preview]').waitFor();
    await page.locator('[name=note]').fill('Cheaper rice');
    mock.versions.makeElsewhere((file) => ({ ...file, hours: [{ days: ['mon'], open: '10:00', close: '19:00' }] }));
    await page.locator('[data-submit]').click();
    const told = page.locator('[data-meanwhile="6"]');
    await told.waitFor();
    expect(await told.innerText()).toMatch(
      /Version 6 was made meanwhile[^]*colleague@example\.org[^]*version 5[^]*Opening hours/,
    );
    expect(await page.locator('[name=note]').inputValue()).toBe('Cheaper rice');
    expect(await page.locator('[data-submit]').isDisabled()).toBe(true);
    await told.locator('[data-over]').click();
    await page.locator('[data-preview]').waitFor();
    // what the other has changed is not in this file: it would be taken back, and that is said
    expect(await page.locator('[data-preview]').innerText()).toContain('Opening hours');
    await page.locator('[data-submit]').click();
    await page.locator('[data-version="7"]').getByText('Cheaper rice').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('a download of an older version is known by its first line', async () => {
    const { page } = await open();
    await take(page, (text) => text.replace(/version \d+/, 'version 3'));
    await page.locator('[data-meanwhile="5"]').waitFor();
    expect(await page.locator('[data-upload]').innerText()).toContain('Made from version 3');
    await page.context().close();
  });

  it('what is wrong in a pasted file stands there by its path, and nothing is made', async () => {
    const { page } = await open({ locale: 'zh-CN' });
    await page.locator('[data-paste]').click();
    await page.locator('textarea').fill('store: {id: demo}\ncolour: red\n');
    await page.locator('[data-check]').click();
    const problems = page.locator('[data-problems]');
    await problems.waitFor();
    expect(await problems.locator('code').allInnerTexts()).toEqual(
      expect.arrayContaining(['colour', 'floor', 'store.name', 'store.timezone']),
    );
    expect(await problems.innerText()).toMatch(/colour\s+不是可用的键/);
    expect(await problems.innerText()).toMatch(/floor\s+未填写/);
    expect(await problems.innerText()).not.toMatch(/expected|missing|known/);
    expect(await page.locator('[data-submit]').isDisabled()).toBe(true);
    await page.context().close();
  });

  it('a moment that has passed cannot be chosen', async () => {
    const { page } = await open();
    await take(page, dearer);
    await page.locator('[data-when=later]').click();
    await page.locator('[data-day]').click();
    expect(await page.getByRole('button', { name: 'Fri, 12 Jun 2026' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Sat, 13 Jun 2026' }).click();
    await page.locator('[data-past]').waitFor();
    expect(await page.locator('[data-submit]').isDisabled()).toBe(true);
    await page.context().close();
  });

  it('a plan is cancelled after a second word, or replaced on its own day', async () => {
    const { page } = await open();
    await page.locator('[data-version="5"] [data-replace]').click();
    await take(page, dearer);
    await page.locator('[data-preview]').waitFor();
    expect(await page.locator('[data-submit]').innerText()).toBe('Plan for 15 Jun 2026, 17:24');
    await page.locator('[data-version="5"] [data-cancel]').click();
    expect(await page.locator('[data-asking]').innerText()).toContain('Version 5');
    await page.locator('[data-asking] [data-confirm]').click();
    await page.locator('[data-version="6"][data-state=inForce]').waitFor();
    expect((await states(page))[1]).toBe('5 cancelled');
    await page.context().close();
  });

  it('while the shop has not got the version in force, the page says so', async () => {
    const { page, mock } = await open();
    mock.agentVersion = 3;
    await page.reload();
    await page.locator('[data-agent="3"]').waitFor();
    expect(await page.locator('[data-agent="3"]').innerText()).toContain('still goes by version 3');
    await page.context().close();
  });

  it('who may only look sees versions and downloads, and no way to change anything', async () => {
    const { page } = await open({ role: 'viewer' });
    await page.locator('[data-download]').waitFor();
    expect(await page.locator('[data-upload], [data-replace], [data-cancel]').count()).toBe(0);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('has no serious accessibility fault in the %s theme', async (colorScheme) => {
    const { page, problems } = await open({ colorScheme });
    await page.evaluate(AXE);
    const faults = () =>
      page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }> };
        };
        const { violations } = await axe.run();
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`);
      });
    await take(page, dearer);
    await page.locator('[data-when=later]').click();
    await page.locator('[data-preview]').waitFor();
    expect(await faults()).toEqual([]);
    await page.locator('[data-day]').click();
    await page.locator('.calendar table').waitFor();
    expect(await faults()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take another one' }).click();
    await take(page, (text) => text.replace(/version \d+/, 'version 2'));
    await page.locator('[data-meanwhile]').waitFor();
    expect(await faults()).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each(['en-GB', 'zh-CN'])(
    'on a phone in %s it is found under More, and nothing is too wide or too small to hit',
    async (locale) => {
      const { page } = await open({ locale, viewport: { width: 360, height: 740 }, hasTouch: true });
      await page.evaluate(() => (location.hash = '#/demo/goods'));
      await page.locator('[data-more-pages]').tap();
      await page.locator('.more-pages a').last().tap();
      await page.waitForFunction(() => location.hash.includes('/settings'));
      await page.locator('[data-upload]').waitFor();
      await take(page, dearer);
      await page.locator('[data-when=later]').tap();
      await page.locator('[data-preview]').waitFor();
      const found = await page.evaluate(() => {
        const shown = [...document.querySelectorAll<HTMLElement>('body *')].filter(
          (element) => !element.closest('.visually-hidden, .skip') && element.getBoundingClientRect().width > 0,
        );
        const name = (element: Element): string => `${element.tagName} ${element.textContent?.trim().slice(0, 30)}`;
        return {
          over: document.documentElement.scrollWidth > window.innerWidth,
          outside: shown.filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1).map(name),
          small: shown
            .filter(
              (element) =>
                element.matches('button, a, label:has(input)') && element.getBoundingClientRect().height < 43.5,
            )
            .map(name),
        };
      });
      expect(found).toEqual({ over: false, outside: [], small: [] });
      await page.context().close();
    },
  );
});
