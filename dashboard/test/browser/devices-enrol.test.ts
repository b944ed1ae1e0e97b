import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MockServer, type MockServerOptions } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage, settled } from './open-page.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  'devices/enrol',
  'devices/enrol?device=cam-9',
  'devices/tare',
  'devices/walk',
  'devices/handover',
  'devices?device=shelf-13',
];

describe.skipIf(!chromiumPath)('getting devices in, in Chromium (needs chromium)', () => {
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

  async function open(
    hash: string,
    { role, ...options }: BrowserContextOptions & Pick<MockServerOptions, 'role'> = {},
  ): Promise<{ page: Page; mock: MockServer; problems: string[] }> {
    const mock = new MockServer({ dist: built.dist, nowMs: () => NOW, ...(role && { role }) });
    closers.push(() => mock.stop());
    const address = await mock.start();
    const { page, problems } = await openPage(browser, {
      ...{ address, at: `#/demo/${hash}`, nowMs: NOW, options, expected: /40[019]/ },
    });
    await settled(page);
    return { page, mock, problems };
  }
  /** The address has been read and the page it names has been put up: two turns of the page. */
  async function turned(page: Page): Promise<void> {
    await page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    });
  }

  it('a device is enrolled: faults stand at their fields, its password is shown once, it turns green when it speaks', async () => {
    const { page, mock, problems } = await open('devices');
    await page.getByRole('link', { name: 'Enrol a device' }).click();
    await page.locator('[data-family=shelf]').click();
    await page.locator('[data-dialect=bthome]').click();
    await page.locator('[name=id]').fill('shelf-01');
    await page.locator('[name=fixture]').selectOption('fx-04');
    expect(await page.locator('[name^="sensors["]').count()).toBe(3);
    await page.locator('[data-enrol]').click();
    const id = page.locator('[name=id]');
    await page.getByText('A device with this id is there already').waitFor();
    expect(await id.getAttribute('aria-invalid')).toBe('true');
    expect(await id.evaluate((field) => field === document.activeElement)).toBe(true);
    await id.fill('shelf-40');
    await page.locator('[data-enrol]').click();
    await page.getByText('This is missing.').waitFor();
    expect(await page.locator('[name=address]').getAttribute('aria-invalid')).toBe('true');

    await page.locator('[data-dialect=esphome]').click();
    await page.locator('[name=name]').fill('Juice');
    await page.locator('[data-enrol]').click();
    await page.locator('[data-waiting=waiting]').waitFor();
    expect(mock.file.devices?.at(-1)).toEqual({
      id: 'shelf-40',
      name: 'Juice',
      family: 'shelf',
      dialect: 'esphome',
      fixture: 'fx-04',
      sensors: [1, 2, 3].map((number) => ({ sensor: `weight_${number}`, slot: `fx-04-${'abc'[number - 1]}` })),
    });
    expect(await page.locator('main').innerText()).toContain('the password is not shown again');
    const password = await page.locator('[data-password]').innerText();
    expect(await page.getByRole('tabpanel').innerText()).toContain(`password: ${password}`);
    await page.getByRole('tab', { name: 'shelf-40.yaml' }).press('ArrowRight');
    expect(await page.getByRole('tabpanel').innerText()).toContain('user name  shelf-40');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('shelf-40-mqtt.txt');

    mock.installation.speak('shelf-40');
    await page.locator('[data-waiting=heard]').waitFor();
    await page.locator('[data-done]').click();
    await page.locator('[data-device=shelf-40]').first().waitFor();
    expect(await page.content()).not.toContain(password);
    await page.goBack();
    await settled(page);
    expect(await page.content()).not.toContain(password);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['en-GB', 'Choose on the plan', /Slots from the front/],
    ['zh-CN', '在平面图上选择', /从正面看的货位/],
  ])('where a device stands is picked on the plan, by mouse or by keyboard, in %s', async (locale, plan, slots) => {
    const { page, mock, problems } = await open('devices/enrol', { locale });
    await page.locator('[data-family=shelf]').click();
    await page.locator('[data-dialect=esphome]').click();
    const onPlan = page.getByRole('group', { name: plan });
    await onPlan.locator('[data-pick="fixture:fx-02"]').click();
    expect(await page.locator('[name=fixture]').inputValue()).toBe('fx-02');
    await onPlan.locator('[data-pick="fixture:fx-04"]').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('[name=fixture]').inputValue()).toBe('fx-04');
    expect(await onPlan.locator('[aria-pressed=true]').getAttribute('data-pick')).toBe('fixture:fx-04');
    // One of its slots has no scale.
    const front = page.getByRole('group', { name: slots });
    await front.locator('[data-slot=fx-04-b]').click();
    expect(await page.locator('[name^="sensors["][name$=".slot"]').count()).toBe(2);
    await page.locator('[name=id]').fill('shelf-41');
    await page.locator('[data-enrol]').click();
    await page.locator('[data-waiting=waiting]').waitFor();
    expect(mock.file.devices?.at(-1)).toMatchObject({
      id: 'shelf-41',
      fixture: 'fx-04',
      sensors: [{ slot: 'fx-04-a' }, { slot: 'fx-04-c' }],
    });

    await page.evaluate(() => (location.hash = '#/demo/devices/enrol?device=cam-7'));
    await page.locator('[data-pick^="entrance:"]').first().waitFor();
    const zone = page.locator('[data-pick^="zone:"]').first();
    const id = (await zone.getAttribute('data-pick'))?.slice('zone:'.length) ?? '';
    await zone.focus();
    await page.keyboard.press(' ');
    expect(await page.locator(`[name=covers][value="${id}"]`).isChecked()).toBe(true);
    await page.locator(`[name=covers][value="${id}"]`).uncheck();
    expect(await zone.getAttribute('aria-pressed')).toBe('false');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('who knocks is enrolled from there; when nothing is heard for a minute it says what may be wrong', async () => {
    const { page, mock } = await open('devices', { locale: 'zh-CN' });
    await page.locator('[data-knock=shelf-31]').getByRole('link').click();
    expect(await page.locator('[name=id]').inputValue()).toBe('shelf-31');
    expect(mock.file.devices?.some(({ id }) => id === 'shelf-31')).toBe(false);
    await page.locator('[name=fixture]').selectOption('fx-04');
    await page.locator('[data-enrol]').click();
    await page.locator('[data-waiting=waiting]').waitFor();
    expect(await page.locator('[data-hint]').count()).toBe(0);
    mock.installation.knocks = [{ name: 'shelf_31', count: 3, firstTs: NOW + 5000, lastTs: NOW + 9000 }];
    await page.clock.setFixedTime(NOW + 61_000);
    await page.locator('[data-hint=knocks]').waitFor();
    expect(await page.locator('[data-hint=knocks]').innerText()).toMatch(/用户名输错[^]*shelf_31/);
    expect(await page.locator('[data-hint=pending]').innerText()).toContain('门店还没有收到密码');
    expect(await page.locator('[data-hint=check]').innerText()).toContain('192.168.1.10');
    await page.context().close();
  });

  it('a device is revoked after a second word, cut off when the shop says so, and let in again; a dead one is replaced', async () => {
    const { page, mock, problems } = await open('devices');
    await page.getByRole('button', { name: 'Details of Personal care left' }).first().click();
    expect(page.url()).toContain('device=shelf-13');
    const sheet = page.locator('[data-sheet=shelf-13]');
    expect(await sheet.innerText()).toMatch(/12[^]*a field is missing or wrong[^]*gross grams on the slot/);
    await sheet.locator('[data-revoke]').click();
    await sheet.getByRole('button', { name: 'Leave it' }).click();
    expect(mock.installation.credential('shelf-13').state).toBe('given');
    await sheet.locator('[data-revoke]').click();
    await sheet.locator('[data-confirm]').click();
    await sheet.locator('[data-cut=pending]').waitFor();
    mock.installation.acknowledge();
    await sheet.locator('[data-cut=done]').waitFor();
    expect(await sheet.innerText()).toMatch(/revoked 17:24; it is cut off/);
    await sheet.locator('[data-replace]').click();
    await sheet.locator('[data-confirm]').click();
    await page.getByRole('heading', { level: 1, name: /New password for/ }).waitFor();
    // It was heard before: only what it says from now on counts.
    expect(await page.locator('[data-waiting]').getAttribute('data-waiting')).toBe('waiting');
    mock.installation.speak('shelf-13');
    await page.locator('[data-waiting=heard]').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('a slot is tared with a known weight, asked twice', async () => {
    const { page } = await open('devices/tare');
    await page.locator('[name=fixture]').selectOption('fx-02');
    await page.locator('[data-tare]').click();
    await page.getByText('Give grams from 0 to 1,000,000.').waitFor();
    await page.locator('[name=knownGrams]').fill('1,250');
    await page.locator('[data-tare]').click();
    await page.locator('[data-confirm]').click();
    await page.getByText('fx-02-a is tared with 1,250 g').waitFor();
    await page.getByRole('button', { name: /fx-02-a.*1,250 g/ }).waitFor();
    await page.context().close();
  });

  it('a walk test on a phone: tap, take back, load anew, end; the comparison is kept', async () => {
    const { page } = await open('devices/walk', { viewport: { width: 360, height: 740 }, hasTouch: true });
    await page.locator('[data-start]').tap();
    for (const way of ['in', 'out', 'in', 'out', 'out']) await page.locator(`[data-tap=${way}]`).tap();
    await page.locator('[data-undo]').tap();
    for (const way of ['in', 'out']) {
      const box = await page.locator(`[data-tap=${way}]`).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(120);
    }
    await page.reload();
    await settled(page);
    expect(await page.locator('[data-tap=in]').innerText()).toMatch(/In\s*2/);
    await page.locator('[data-end]').tap();
    const result = page.locator('[data-result]');
    await result.waitFor();
    expect((await result.innerText()).replace(/\s+/g, ' ')).toMatch(/86 % Agreement.* In 2 2 0 Out 2 1 −1/);
    await settled(page);
    await page.getByRole('region', { name: 'Earlier walk tests' }).last().getByText('2 / 2').waitFor();
    await page.context().close();
  });

  it('the hand-over sheet prints on A4, black on white, without the frame', async () => {
    const { page } = await open('devices/handover', { colorScheme: 'dark' });
    const sheet = page.locator('[data-handover]');
    const words = await sheet.innerText();
    for (const part of [
      'Demo shop',
      'shelf-13',
      '13 Jun 2026',
      'version 7',
      'fx-01-b: 500 g',
      'Main entrance',
      'Handed over by',
    ])
      expect(words).toContain(part);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('nav:visible, [data-print]:visible').count()).toBe(0);
    const look = await page.evaluate(() => {
      const paper = getComputedStyle(document.querySelector('[data-handover]') as Element);
      return [getComputedStyle(document.documentElement).backgroundColor, paper.backgroundColor, paper.color];
    });
    expect(look).toEqual(['rgb(255, 255, 255)', 'rgb(255, 255, 255)', 'rgb(17, 17, 17)']);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1')).toMatch(/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await page.context().close();
  });

  it('who may only look sees no way to change anything', async () => {
    const { page } = await open('devices?device=shelf-13', { role: 'viewer' });
    await page.locator('[data-sheet=shelf-13]').waitFor();
    expect(await page.locator('[data-revoke], [data-replace]').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.locator('[data-sheet]').waitFor({ state: 'detached' });
    expect(await page.getByRole('link', { name: /Enrol|Tare/ }).count()).toBe(0);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)(
    'no page has a serious accessibility fault in the %s theme',
    async (colorScheme) => {
      const { page, problems } = await open('devices', { colorScheme });
      await page.evaluate(AXE);
      for (const hash of PAGES) {
        await page.evaluate((to) => (location.hash = to), `#/demo/${hash}`);
        await turned(page);
        await settled(page);
        if (hash === 'devices/enrol') await page.locator('[data-family=rfid]').click();
        if (hash === 'devices/walk') await page.locator('[data-start]').click();
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
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(
              ({ id, nodes }) =>
                `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`).join('; ')}`,
            );
        });
        expect({ hash, faults }).toEqual({ hash, faults: [] });
      }
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it.each(['en-GB', 'zh-CN'])('on a phone in %s nothing is too wide, cut off, or too small to hit', async (locale) => {
    const { page } = await open('devices', { locale, viewport: { width: 360, height: 740 }, hasTouch: true });
    for (const hash of [...PAGES, 'devices/enrol?device=till-x']) {
      await page.evaluate((to) => (location.hash = to), `#/demo/${hash}`);
      await turned(page);
      await settled(page);
      if (hash.endsWith('till-x')) await page.locator('[data-dialect=csv]').click();
      if (hash === 'devices/walk') await page.locator('[data-start]').click();
      const found = await page.evaluate(() => {
        const name = (element: Element): string =>
          `${element.tagName}.${element.className} ${element.textContent?.trim().slice(0, 30)}`;
        const shown = [...document.querySelectorAll<HTMLElement>('body *')].filter(
          (element) =>
            !element.closest('.visually-hidden, .skip, .scroll, .tabs, pre') &&
            element.getBoundingClientRect().width > 0,
        );
        return {
          over: document.documentElement.scrollWidth - window.innerWidth > 0,
          outside: shown
            .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
            .map(name)
            .slice(0, 5),
          cut: shown
            .filter(
              (element) =>
                element.matches('button, a, label, h1, h2, h3, dt, dd, th, td') &&
                getComputedStyle(element).overflowX !== 'visible' &&
                element.scrollWidth > element.clientWidth + 1,
            )
            .map(name),
          small: shown
            .filter(
              (element) =>
                element.matches(
                  'button, a, select, input:not([type=checkbox]):not(.visually-hidden), label:has(input)',
                ) && element.getBoundingClientRect().height < 43.5,
            )
            .map(name),
        };
      });
      expect({ hash, ...found }).toEqual({ hash, over: false, outside: [], cut: [], small: [] });
    }
    await page.context().close();
  });
});
