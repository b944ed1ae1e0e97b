import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MockServer } from '../mock/server.js';
import type { demoShop } from '../mock/shop.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const COLUMNS = { receipt: '小票', date: '时间', gtin: '条码', quantity: '数量', net: '金额' };

describe.skipIf(!chromiumPath)('checking a file of a till, in Chromium (needs chromium)', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildDashboard>>;
  let mock: MockServer | undefined;
  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
    built?.remove();
  });

  it('shows in the reader’s language how a file would be read, sends it nowhere, and names what it would refuse', async () => {
    mock = new MockServer({ dist: built.dist, nowMs: () => NOW });
    const address = await mock.start();
    const context = await browser.newContext({ locale: 'zh-CN', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.clock.setFixedTime(NOW);
    await context.addCookies([{ name: 'aisle_session', value: 'mock', url: address }]);
    // A till that writes files, beside what the mock shop has.
    await page.route('**/api/v1/stores/demo/file', async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as { storeFile: ReturnType<typeof demoShop> };
      const till = { id: 'till-9', family: 'till', dialect: 'csv', csv: { columns: COLUMNS } };
      answer.storeFile.devices = [...(answer.storeFile.devices ?? []), till as never];
      await route.fulfill({ response, json: answer });
    });
    await page.goto(`${address}#/demo/devices/files?device=till-9`);
    await page.locator('[data-till-file]').waitFor();
    const sent: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()));
    const head = '小票,时间,条码,数量,金额,状态\n';
    const rows = `A,2026-03-02 12:00:00,06901234567892,1,"1,250.50",\nB,2026-03-02 12:00:00,6.9E+12,1,1.00,\nC,2026-03-02 12:00:00,06901234567892,1,1.00,作废\n`;
    const file = { name: 'till.csv', mimeType: 'text/csv', buffer: Buffer.from(head + rows) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.locator('[data-sums]').waitFor();
    expect(await page.locator('[data-sums]').innerText()).toContain('1,250.5 CNY');
    expect(await page.locator('[data-refused]').innerText()).toMatch(/第 3 行\s*条码: 完整的商品编码/);
    expect(await page.locator('[data-skipped]').innerText()).toMatch(/第 4 行\s*状态 为 作废/);
    expect(await page.locator('[data-mapping]').innerText()).toContain('商品编码');
    await page.locator('input[type=file]').setInputFiles({ ...file, buffer: Buffer.from('a;b\n1;2\n') });
    expect(await page.locator('[data-problem]').innerText()).toContain('首行没有这一列标题');
    expect(problems).toEqual([]);
    expect(sent).toEqual([]);
  }, 60_000);
});
