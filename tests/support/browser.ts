import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { chromium } from './devices.js';
import type { Access } from './system.js';

/** The real Chromium of the machine, without a network of its own. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: chromium as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Signs in as a person would: fills in the form and sends it. */
export async function signIn(page: Page, access: Access): Promise<void> {
  await page.goto(access.dashboardUrl);
  await page.locator('input[type=email]').fill(access.email);
  await page.locator('input[type=password]').fill(access.password);
  await page.locator('button[type=submit]').click();
  await page.locator('canvas').first().waitFor({ timeout: 15_000 });
}

/** What is painted on the heat map, as one text; transparent pixels are blank. */
export async function painted(page: Page): Promise<{ inked: number; picture: string }> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return { inked: 0, picture: '' };
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    let hash = 0;
    for (let i = 0; i < data.length; i += 4) {
      const alpha = data[i + 3] ?? 0;
      if (alpha > 8) inked += 1;
      hash = (Math.imul(hash, 31) + (data[i] ?? 0) + alpha * 257) | 0;
    }
    return { inked, picture: String(hash) };
  });
}
