import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VersionRow, VersionView } from '@aisle/contracts';
import { openBrowser, signIn } from '../support/browser.js';
import { chromium } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System } from '../support/system.js';

/** As a manager would: download the file, change it, put it back, while a colleague does the same by the API. */
describe.skipIf(!chromium)('versions of the store file in the dashboard (needs chromium)', () => {
  let browser: Browser;
  let system: System;
  beforeAll(async () => {
    [browser, system] = await Promise.all([openBrowser(), System.start({ storeFile: writeShop(smallShop()) })]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  const call = (path: string, body?: object): Promise<Response> =>
    fetch(`${system.access.apiUrl}/stores/${system.access.storeId}/${path}`, {
      headers: { authorization: `Bearer ${system.access.apiToken}`, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  const rows = async (): Promise<VersionRow[]> => (await call('versions')).json() as Promise<VersionRow[]>;
  const file = async (version: number) => ((await (await call(`versions/${version}`)).json()) as VersionView).storeFile;

  async function download(page: Page): Promise<string> {
    const [got] = await Promise.all([page.waitForEvent('download'), page.locator('[data-download]').click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await got.createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }
  const choose = (page: Page, text: string): Promise<void> =>
    page.locator('input[type=file]').setInputFiles({
      name: 'shop.yaml',
      mimeType: 'application/yaml',
      buffer: Buffer.from(text),
    });

  it('a changed file is in force and in the shop; who was overtaken is told what changed, and may go on', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB', acceptDownloads: true })).newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await signIn(page, system.access);
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await page.locator('[data-versions]').waitFor();

    const text = await download(page);
    expect(text).toMatch(/^# aisle: store \S+, version 1\n/);
    await choose(page, `${text}\nsettings: {minimumCoverage: 0.4}\n`);
    await page.locator('[data-preview]').waitFor();
    expect(await page.locator('[data-preview]').innerText()).toContain('1 change');
    await page.locator('[name=note]').fill('Thin hours count too');
    await page.locator('[data-submit]').click();
    await page.locator('[data-version="2"][data-state=inForce]').getByText('Thin hours count too').waitFor();
    expect((await rows())[0]).toMatchObject({ version: 2, state: 'inForce', author: system.access.email });
    expect((await file(2)).settings?.minimumCoverage).toBe(0.4);
    // and the shop has taken it
    await page.locator('[data-agent="2"]').waitFor({ timeout: 30_000 });

    // the same download again, while a colleague has made version 2
    await choose(page, text.replace(/width: \d+/, 'width: 60'));
    await page.locator('[data-meanwhile="2"]').waitFor();
    expect(await page.locator('[data-meanwhile="2"]').innerText()).toContain('Settings added');
    await page.locator('[data-over]').click();
    await page.locator('[data-preview]').waitFor();
    expect(await page.locator('[data-preview]').innerText()).toMatch(
      /Floor, width in metres[^]*→ 60[^]*Settings removed/,
    );

    // another one comes between the look and the click
    expect((await call('versions', { basedOn: 2, note: 'Mine', storeFile: await file(2) })).status).toBe(201);
    await page.locator('[data-submit]').click();
    await page.locator('[data-meanwhile="3"]').waitFor();
    expect((await rows())[0]!.version).toBe(3);
    expect(problems).toEqual([]);
  }, 120_000);
});
