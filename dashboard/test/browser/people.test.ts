import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOCK_LOGIN, MockServer, type MockServerOptions } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage } from './open-page.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!chromiumPath)('people and tokens, in Chromium (needs chromium)', () => {
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
    { role, ...options }: BrowserContextOptions & Pick<MockServerOptions, 'role'> = {},
    at = 'settings',
  ) {
    const mock = new MockServer({ dist: built.dist, nowMs: () => NOW, ...(role && { role }) });
    closers.push(() => mock.stop());
    const address = await mock.start();
    const { page, problems } = await openPage(browser, {
      ...{ address, at: `#/demo/${at}`, nowMs: NOW, options, expected: /40[0139]/ },
    });
    page.setDefaultTimeout(10_000);
    await page
      .locator(at === 'settings' ? '[data-password-form]' : 'h1')
      .first()
      .waitFor();
    return { page, mock, problems };
  }
  const person = (page: Page, email: string): Locator => page.locator(`[data-person="${email}"]`);
  const LIN = 'lin.xiaomei@example.org';

  it('lists who there is and what they may do', async () => {
    const { page, problems } = await open();
    await page.locator('[data-people]').waitFor();
    expect(await person(page, MOCK_LOGIN.email).innerText()).toMatch(/you[^]*Owner, all stores/);
    expect(await person(page, LIN).innerText()).toMatch(/Store manager, Demo shop/);
    expect(await person(page, 'regional.office@example.org').innerText()).toMatch(
      /Region manager, region East[^]*Viewer, all stores/,
    );
    expect(await person(page, 'agency@example.com').innerText()).toContain('cannot sign in');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('somebody is added for a store, with a password that is shown this once', async () => {
    const { page, mock, problems } = await open();
    await page.locator('[data-add-person]').click();
    const form = page.locator('[data-person-form]');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('email');
    await form.locator('[data-save]').click();
    expect(await form.innerText()).toContain('This is no e-mail address.');
    await page.keyboard.type('new.manager@example.org');
    await form.getByLabel('Role', { exact: true }).selectOption({ label: 'Store manager' });
    expect(await form.innerText()).toContain('Store files, devices, sales and walk tests.');
    await form.getByLabel('Where').selectOption({ label: 'Demo shop' });
    await form.locator('[data-save]').click();
    const once = page.locator('[data-once]');
    await once.waitFor();
    const secret = await once.locator('[data-secret]').innerText();
    expect(secret).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    const made = mock.access.users.find(({ email }) => email === 'new.manager@example.org');
    expect(made).toMatchObject({
      password: secret,
      grants: [{ role: 'storeManager', scope: { kind: 'store', id: 'demo' } }],
    });
    await person(page, 'new.manager@example.org').waitFor();
    await once.locator('[data-done]').click();
    expect(await page.content()).not.toContain(secret);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('an address that has an account is refused at its field, and nothing that was typed is lost', async () => {
    const { page } = await open();
    await page.locator('[data-add-person]').click();
    await page.getByLabel('E-mail address').fill(LIN);
    await page.locator('[data-person-form] [data-save]').click();
    await page.getByText('This address has an account already.').waitFor();
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(LIN);
    expect(await page.getByLabel('E-mail address').getAttribute('aria-invalid')).toBe('true');
    await page.context().close();
  });

  it('a role is changed, another one given for a new region, and taken away again', async () => {
    const { page, mock } = await open();
    const lin = person(page, LIN);
    await lin.locator('[data-change]').click();
    await lin.getByLabel('Role', { exact: true }).selectOption({ label: 'Merchandiser' });
    await lin.getByRole('button', { name: 'Add another role' }).click();
    await lin.getByLabel('Where').nth(1).selectOption({ label: 'another region …' });
    await lin.locator('[data-save]').click();
    expect(await lin.innerText()).toContain('Say which region.');
    await lin.getByLabel('Name of the region').fill('East coast');
    await lin.locator('[data-save]').click();
    await page.getByText(`${LIN}: saved.`).waitFor();
    await lin.getByText('Merchandiser, Demo shop').waitFor();
    await lin.getByText('Viewer, region East coast').waitFor();
    await lin.locator('[data-change]').click();
    await lin.getByRole('button', { name: 'Take this role away' }).nth(1).click();
    await lin.locator('[data-save]').click();
    await lin.getByText('Viewer, region East coast').waitFor({ state: 'detached' });
    expect(mock.access.users.find(({ email }) => email === LIN)?.grants).toEqual([
      { role: 'merchandiser', scope: { kind: 'store', id: 'demo' } },
    ]);
    await page.context().close();
  });

  it('the last owner cannot make themselves less', async () => {
    const { page } = await open();
    const self = person(page, MOCK_LOGIN.email);
    await self.locator('[data-change]').click();
    expect(await self.locator('[data-remove]').count()).toBe(0);
    await self.getByLabel('Role', { exact: true }).selectOption({ label: 'Viewer' });
    await self.locator('[data-save]').click();
    await page.getByText('Somebody must stay owner of all stores.').waitFor();
    await page.context().close();
  });

  it('somebody is locked out, let in again, given a new password, and removed after a question', async () => {
    const { page, mock } = await open();
    const lin = person(page, LIN);
    const change = () => lin.locator('[data-change]').click();
    await change();
    await lin.locator('[data-disable]').click();
    await page.getByText(`${LIN} cannot sign in any more.`).waitFor();
    await change();
    await lin.locator('[data-disable]').click();
    await page.getByText(`${LIN} can sign in again.`).waitFor();
    await change();
    await lin.locator('[data-renew]').click();
    await lin.locator('[data-confirm]').click();
    await page.locator('[data-once]').waitFor();
    await change();
    await lin.locator('[data-remove]').click();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Leave it');
    await page.keyboard.press('Enter');
    await lin.locator('[data-remove]').click();
    await lin.locator('[data-confirm]').click();
    await lin.waitFor({ state: 'detached' });
    expect(mock.access.users.map(({ email }) => email)).not.toContain(LIN);
    await page.context().close();
  });

  it('a token is made, shown once and copied, listed with its last use, and ended after a question', async () => {
    const { page, mock } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const token = (name: string) => page.locator(`[data-token="${name}"]`);
    await token('till system').waitFor();
    expect(await token('till system').innerText()).toMatch(/last used 4 min\.? ago[^]*has no end/);
    expect(await token('monthly report').innerText()).toMatch(/not used yet[^]*ends 4 May 2027/);
    await page.locator('[data-add-token]').click();
    const form = page.locator('[data-token-form]');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('no/slash');
    await form.locator('[data-save]').click();
    expect(await form.innerText()).toContain('1 to 64 letters');
    await form.getByLabel('Name of the program').fill('monthly report');
    await form.getByText('There is a token of this name').waitFor();
    await form.getByLabel('Name of the program').fill('sheet 2');
    await form.getByLabel('Ends').selectOption({ label: 'in 90 days' });
    await form.locator('[data-save]').click();
    const once = page.locator('[data-once]');
    await once.waitFor();
    const secret = await once.locator('[data-secret]').innerText();
    await once.getByRole('button', { name: /Copy/ }).click();
    await once.getByText('Copied').first().waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    expect(mock.access.tokens.find(({ name }) => name === 'sheet 2')).toMatchObject({
      ...{ role: 'viewer', expires: new Date(NOW + 90 * 86_400_000).toISOString() },
    });
    await token('sheet 2').locator('[data-revoke]').click();
    await token('sheet 2').locator('[data-confirm]').click();
    await token('sheet 2').waitFor({ state: 'detached' });
    await page.getByText('The token sheet 2 has ended.').waitFor();
    await page.context().close();
  });

  it('the own password is changed by whoever knows it', async () => {
    const { page } = await open({ role: 'viewer' });
    const form = page.locator('[data-password-form]');
    await form.getByLabel('Password until now').fill('not it');
    await form.getByLabel('New password').fill('short');
    await form.locator('[data-save]').click();
    expect(await form.getByLabel('New password').getAttribute('aria-invalid')).toBe('true');
    await form.getByLabel('New password').fill('four words are enough');
    await form.locator('[data-save]').click();
    await form.getByText('This is not the password until now.').waitFor();
    await form.getByLabel('Password until now').fill(MOCK_LOGIN.password);
    await form.locator('[data-save]').click();
    await form.getByText('Your password was changed.').waitFor();
    expect(await form.getByLabel('New password').inputValue()).toBe('');
    await page.context().close();
  });

  it('the store is put into a region, which can be chosen for a role then', async () => {
    const { page, mock } = await open();
    const form = page.locator('[data-region-form]');
    await form.getByLabel('Region of Demo shop').fill('North');
    await form.locator('[data-save]').click();
    await form.getByText('Saved.').waitFor();
    expect(mock.access.region).toBe('North');
    await page.locator('[data-add-person]').click();
    await page.locator('[data-person-form]').getByLabel('Where').selectOption({ label: 'region North' });
    await page.context().close();
  });

  it.each([
    ['en-GB', 'Alerts', 'Show what would be deleted', 'Delete and save', /Alerts: everything before .*99,910 records/],
    ['zh-CN', '待处理记录', '先看看会删除什么', '删除并保存', /待处理记录：.*之前的全部（.+ 条）/],
  ])('in %s, how long data is kept is set once what goes has been shown', async (locale, label, show, set, line) => {
    const { page, mock, problems } = await open({ locale });
    const form = page.locator('[data-retention-form]');
    await form.getByLabel(label).fill('90');
    expect(await form.locator('[data-set]').count()).toBe(0);
    await form.getByText(show).click();
    await form.getByText(line).waitFor();
    expect(mock.access.retention.alerts).toBeNull();
    await form.getByLabel(label).fill('91');
    // what was shown is of other days: it has to be asked again
    expect(await form.locator('[data-set]').count()).toBe(0);
    await form.getByLabel(label).fill('90');
    await form.getByText(set).click();
    await form.locator('[role=status] p').waitFor();
    expect(mock.access.retention).toEqual({ sensed: null, sales: null, screens: null, alerts: 90 });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['settings', '[data-people], [data-tokens], [data-region-form], [data-upload], [data-add-person]'],
    ['devices/enrol', '[data-enrol]'],
    ['devices/tare', 'form'],
    ['devices', '[href*="tare"], [href*="enrol"]'],
  ])('who may only look sees on %s no control that is not theirs', async (at, controls) => {
    const { page, problems } = await open({ role: 'viewer' }, at);
    await page.waitForLoadState('networkidle');
    expect(await page.locator(controls).count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['en-GB', 'light', 1440],
    ['zh-CN', 'dark', 1440],
    ['zh-CN', 'light', 390],
    ['en-GB', 'dark', 390],
  ] as const)(
    'in %s, %s, at %d px: no fault that axe finds, nothing beside the page',
    async (locale, colorScheme, width) => {
      const { page } = await open({ locale, colorScheme, viewport: { width, height: 900 } });
      await page.locator('[data-add-person]').click();
      await page.locator('[data-add-token]').click();
      await person(page, LIN).locator('[data-change]').click();
      await person(page, LIN).locator('[data-remove]').click();
      await page.evaluate(AXE);
      const found = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      });
      expect(found).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await page.context().close();
    },
  );
});
