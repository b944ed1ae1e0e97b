import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, painted, signIn } from '../support/browser.js';
import { chromium, findProgram, integrator, publish, runProgram } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, waitFor } from '../support/system.js';

const START = Date.parse('2026-03-02T02:00:00Z');
const mosquittoPub = findProgram('mosquitto_pub');

describe.skipIf(!chromium)('in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function open(language = 'en-GB'): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext({ locale: language, viewport: { width: 1440, height: 1000 } });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/401/.test(message.text())) problems.push(message.text());
    });
    return { page, problems };
  }

  it('the live heat map of the simulated shop moves, without an error in the console', async () => {
    const system = await System.start({ simulator: true, seed: 7 });
    try {
      const { page, problems } = await open();
      await signIn(page, system.access);
      const pictures = new Set<string>();
      await waitFor(
        'the map to move',
        async () => {
          const { inked, picture } = await painted(page);
          if (inked > 0) pictures.add(picture);
          return pictures.size >= 4;
        },
        15_000,
        300,
      );
      expect(problems).toEqual([]);
      await page.context().close();
    } finally {
      expect(await system.stop()).toEqual({ code: 0, signal: null });
    }
  }, 90_000);

  describe('with a small shop and no simulator', () => {
    let system: System;
    beforeAll(async () => {
      system = await System.start({ storeFile: writeShop(smallShop()) });
    }, 60_000);
    afterAll(async () => {
      await system?.stop();
    });

    it.skipIf(!mosquittoPub)('one position published by mosquitto_pub is painted within a second', async () => {
      const { page } = await open();
      await signIn(page, system.access);
      const seq = () => page.evaluate(() => document.querySelector('canvas')?.dataset['seq']);
      await waitFor('the page to watch', async () => (await seq()) !== undefined);
      expect((await painted(page)).inked).toBe(0);
      const url = new URL(system.access.storeMqttUrl);
      const account = system.access.devices['cam-1'] as { username: string; password: string };
      const message = JSON.stringify({ ts: Date.now(), people: [{ id: '1', x: 3, y: 3 }] });
      const sent = await runProgram(mosquittoPub as string, [
        '-h',
        url.hostname,
        '-p',
        url.port,
        '-u',
        account.username,
        '-P',
        account.password,
        '-q',
        '1',
        '-t',
        'aisle/v1/devices/cam-1/camera/positions',
        '-m',
        message,
      ]);
      expect(sent.code).toBe(0);
      await waitFor('the paint', async () => (await painted(page)).inked > 0, 1_000, 20);
      await page.context().close();
    });

    it('the player switches after a shopper dwells by the screen, and the receipt reaches /plays', async () => {
      const { page } = await open();
      await page.goto(system.access.players['screen-1'] as string);
      await waitFor('the player to be online', async () => {
        const { devices } = await system.get<{ devices: { deviceId: string; state: string }[] }>(
          `${system.store}/devices`,
        );
        return devices.find(({ deviceId }) => deviceId === 'screen-1')?.state === 'online';
      });
      const idle = await page.locator('body').innerText();
      const client = await integrator(system.access);
      // Ten seconds among the dairy, then by the screen: the screen speaks of dairy.
      let ts = Date.now(); // rising from here on, whatever another test has sent before
      const step = async (x: number, y: number) =>
        publish(client, 'cam-1', 'camera/positions', { ts: (ts += 500), people: [{ id: 'shopper', x, y }] });
      for (let i = 0; i < 20; i += 1) await step(3, 3);
      for (let i = 0; i < 12; i += 1) await step(10, 5);
      const shown = await waitFor('the player to switch', async () => {
        const text = await page.locator('body').innerText();
        return text !== idle && text;
      });
      expect(shown).toMatch(/Milk|Dairy|牛奶|乳品/);
      const plays = await waitFor('the receipt', async () => {
        const range = `from=${new Date(Math.floor(Date.now() / 60_000) * 60_000 - 600_000).toISOString()}&to=${new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 60_000).toISOString()}`;
        const rows = await system.get<
          {
            decisionId: string;
            contentId: string;
            reason: { code: string; en: string; zh: string };
            startedTs: number;
            probability: number;
            heldOut: boolean;
          }[]
        >(`${system.store}/screens/screen-1/plays?${range}`);
        return rows.length > 0 && rows;
      });
      expect(plays[0]).toMatchObject({ probability: 1, heldOut: false });
      expect(plays[0]?.reason.en).toMatch(/Dairy/);
      expect(plays[0]?.reason.zh).toMatch(/乳品/);

      // Then a longer stay among the bread: the next choice is another.
      for (let i = 0; i < 60; i += 1) await step(16, 3);
      for (let i = 0; i < 12; i += 1) await step(10, 5);
      await waitFor(
        'bread on the screen',
        async () => /Toast|Bakery|吐司|面包/.test(await page.locator('body').innerText()),
        20_000,
      );
      await client.endAsync();
      await page.context().close();
    }, 60_000);

    it('an hour that was hardly sensed says so in words, in both languages', async () => {
      const client = await integrator(system.access);
      // Ten minutes of an hour long past: under a sixth of it was sensed.
      for (let second = 0; second < 600; second += 10)
        await publish(client, 'cam-1', 'camera/positions', { ts: START + second * 1000, people: [] });
      await publish(client, 'till-1', 'till/sale', {
        ts: START + 300_000,
        receipt: 'x',
        lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }],
      });
      await client.endAsync();
      const range = `from=${new Date(START).toISOString()}&to=${new Date(START + 3_600_000).toISOString()}`;
      await waitFor('the hour in the figures', async () => {
        const rows = await system.get<{ zoneId: string; coverage: number; salesNet: number }[]>(
          `${system.store}/zones/metrics?${range}&bucket=all`,
        );
        return rows.some((row) => row.zoneId === 'dairy' && row.coverage > 0.1 && row.salesNet === 12.5);
      });
      for (const [language, words] of [
        ['en-GB', /not enough was sensed/i],
        ['zh-CN', /数据不足/],
      ] as const) {
        const { page } = await open(language);
        await signIn(page, system.access);
        await page.goto(`${system.access.dashboardUrl}/#/small/place?period=2026-03-02T10:00~2026-03-02T11:00`);
        await waitFor(
          `the words in ${language}`,
          async () => words.test(await page.locator('body').innerText()),
          10_000,
        );
        await page.context().close();
      }
    }, 60_000);
  });
});
