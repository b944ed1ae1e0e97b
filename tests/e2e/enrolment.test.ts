import mqtt, { type MqttClient } from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, signIn } from '../support/browser.js';
import { chromium, integrator, publish } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, waitFor } from '../support/system.js';

const DAY_MS = 86_400_000;

/** As a new user would: with the dashboard alone, and a device that is set up from what it shows. */
describe.skipIf(!chromium)('getting a device in from the dashboard (needs chromium)', () => {
  let browser: Browser;
  let system: System;
  beforeAll(async () => {
    [browser, system] = await Promise.all([openBrowser(), System.start({ storeFile: writeShop(smallShop()) })]);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('is enrolled, turns green when it speaks, is revoked and cut off within 2 s', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await signIn(page, system.access);
    await page.getByRole('link', { name: 'Devices' }).first().click();
    await page.getByRole('link', { name: 'Enrol a device' }).click();
    await page.locator('[data-family=camera]').click();

    // What the server does not accept is told at its field.
    await page.locator('[name=id]').fill('cam 9');
    await page.locator('[data-enrol]').click();
    await page.locator('[name=id][aria-invalid=true]').waitFor();
    await page.locator('[name=id]').fill('cam-9');
    await page.locator('[data-enrol]').click();
    await page.locator('[data-waiting=waiting]').waitFor();
    await page.getByText('The shop knows its password').waitFor();

    const username = await page.locator('[data-user]').innerText();
    const password = await page.locator('[data-password]').innerText();
    expect(await page.getByRole('tabpanel').innerText()).toContain(password);
    const device: MqttClient = await mqtt.connectAsync(system.access.storeMqttUrl, {
      username,
      password,
      clientId: 'cam-9',
      reconnectPeriod: 0,
    });
    device.on('error', () => undefined);
    const closed = new Promise<number>((resolve) => device.once('close', () => resolve(Date.now())));
    await publish(device, 'cam-9', 'state', { state: 'online', model: 'Test camera', ts: Date.now() });
    await page.locator('[data-waiting=heard]').waitFor();

    await page.locator('[data-done]').click();
    await page.getByRole('button', { name: 'Details of cam-9' }).last().click();
    const sheet = page.locator('[data-sheet=cam-9]');
    await sheet.getByText('Test camera').waitFor();
    await sheet.locator('[data-revoke]').click();
    await sheet.locator('[data-confirm]').click();
    const revokedAt = Date.now();
    expect((await closed) - revokedAt).toBeLessThan(2000);
    await sheet.locator('[data-cut=done]').waitFor();
    await expect(
      mqtt.connectAsync(system.access.storeMqttUrl, { username, password, clientId: 'cam-9', reconnectPeriod: 0 }),
    ).rejects.toThrow();
    expect(problems).toEqual([]);
  }, 90_000);

  it('lets a person count a sale whose time is impossible, or drop it: one counts, the other nowhere', async () => {
    const till = await integrator(system.access);
    const sell = (receipt: string, ts: number, net: number) =>
      publish(till, 'till-1', 'till/sale', { ts, receipt, lines: [{ gtin: '06901234567892', quantity: 1, net }] });
    const began = Date.now();
    await sell('unset', Date.UTC(1980, 0, 6), 12.5);
    await sell('ahead', began + 3 * DAY_MS, 99);
    const page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await signIn(page, system.access);
    await page.getByRole('link', { name: '设备' }).first().click();
    const held = (receipt: string) => page.locator('[data-held]', { hasText: receipt });
    await held('unset').waitFor();
    await held('ahead').waitFor();
    expect(await held('unset').innerText()).toMatch(/till-1 的小票 unset .*12\.5/s);
    const sold = async () => {
      const from = new Date(Math.floor(began / DAY_MS) * DAY_MS - DAY_MS).toISOString();
      const to = new Date(Math.floor(began / DAY_MS) * DAY_MS + 5 * DAY_MS).toISOString();
      const query = `from=${from}&to=${to}`;
      return system.get<{ transactions: number | null; salesNet: number | null }>(
        `${system.store}/shoppers/metrics?${query}`,
      );
    };
    await page.getByRole('button', { name: '丢弃小票 ahead' }).click();
    await held('ahead').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '计入小票 unset' }).click();
    await held('unset').waitFor({ state: 'detached' });
    await waitFor('the accepted sale alone', async () => (await sold()).transactions === 1);
    await waitFor(
      'nothing to be held any more',
      async () => (await system.get<unknown[]>(`${system.store}/sales/held`)).length === 0,
    );
    expect(await system.settled(sold)).toMatchObject({ transactions: 1, salesNet: 12.5 });
    await page.reload();
    await page.getByRole('link', { name: '设备' }).first().waitFor();
    await page.locator('[data-held]').first().waitFor({ state: 'detached' });
    await till.endAsync();
  }, 90_000);
});
