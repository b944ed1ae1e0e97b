import mqtt, { type MqttClient } from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, signIn } from '../support/browser.js';
import { chromium, publish } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System } from '../support/system.js';

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
});
