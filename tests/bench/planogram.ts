import { openBrowser, signIn } from '../support/browser.js';
import { chromium } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System } from '../support/system.js';
import { atMost, percentile, type Figure } from './figures.js';

const FIXTURES = 40;
const SLOTS = 50;
const MOVES = 240;

/** A planogram of 2,000 positions on the page: milliseconds of a frame while one is dragged over it, and of saving what was moved. */
export async function benchPlanogram(): Promise<Figure[]> {
  if (!chromium) throw new Error('Chromium is not installed');
  const shop = smallShop();
  const products = shop['products'] as { gtin: string }[];
  const fixtures = Array.from({ length: FIXTURES }, (_, fixture) => ({
    ...{ id: `big-${fixture}`, zone: 'dairy', at: [1, 1], size: [4, 0.6] },
    slots: Array.from({ length: SLOTS }, (_, slot) => ({
      ...{ id: `big-${fixture}-${slot}`, level: 1 + (slot % 5), facings: 1 + (slot % 3) },
      gtin: products[(fixture + slot) % products.length]?.gtin,
    })),
  }));
  const system = await System.start({
    storeFile: writeShop(smallShop({ fixtures: [...(shop['fixtures'] as object[]), ...fixtures] })),
  });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    await signIn(page, system.access);
    await page.evaluate((storeId) => (location.hash = `#/${storeId}/goods/planogram`), system.access.storeId);
    await page.locator('[data-slot="big-0-0"]').waitFor({ timeout: 30_000 });
    await page.locator('[data-slot="big-0-0"]').scrollIntoViewIfNeeded();
    const box = await page.locator('[data-slot="big-0-0"]').boundingBox();
    if (!box) throw new Error('no slot');
    await page.evaluate(() => {
      const frames: number[] = [];
      let last = performance.now();
      const next = (now: number): void => {
        frames.push(now - last);
        last = now;
        requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
      Object.assign(window, { frames });
    });
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    for (let move = 0; move < MOVES; move += 1)
      await page.mouse.move(box.x + 20 + ((move * 7) % 500), box.y + 20 + ((move * 3) % 300));
    const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames);
    await page.locator('.plan-mark').waitFor();
    await page.mouse.up();
    await page.locator('[data-lines] li').first().waitFor();
    const began = performance.now();
    await page.locator('[data-submit]').click();
    await page.locator('[data-done]').waitFor({ timeout: 30_000 });
    const saved = performance.now() - began;
    const name = `planogram of ${FIXTURES * SLOTS} positions`;
    return [
      atMost(
        `${name}, a frame while dragging, p95`,
        percentile(frames.slice(5), 0.95),
        'ms',
        {
          name: '60 a second',
          value: 1000 / 60,
        },
        1.1,
      ),
      atMost(`${name}, saved`, saved, 'ms', { name: 'promised', value: 1000 }),
    ];
  } finally {
    await browser.close();
    await system.stop();
  }
}
