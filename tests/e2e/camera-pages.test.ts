import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  SECRETS,
  STORE,
  openShop,
  storeFileCommand,
  topic,
  until,
  type Shop,
} from '../../agent/test/runtime/harness.js';
import { openBrowser } from '../support/browser.js';
import { VIEW, boxOf, pixelOf, shopPicture } from '../support/camera-picture.js';
import { chromium } from '../support/devices.js';
import { ScriptedDetector } from '../support/scripted-detector.js';

const root = path.resolve(import.meta.dirname, '../..');
const PEOPLE: [number, number][] = [
  [2, 3],
  [9, 4],
];
const store = {
  ...STORE,
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle', name: { en: 'Dairy corner', zh: '乳品区' } },
    { id: 'cam-2', family: 'camera', dialect: 'aisle', calibration: VIEW },
  ],
};

describe.skipIf(!chromium)("the agent's camera pages in a real browser", () => {
  const detector = new ScriptedDetector();
  let shop: Shop;
  let browser: Browser;
  let publicDir: string;
  let client: MqttClient;
  let sender: NodeJS.Timeout;
  const pictures: Buffer[] = [];

  beforeAll(async () => {
    publicDir = mkdtempSync(path.join(os.tmpdir(), 'aisle-pages-'));
    await build({
      absWorkingDir: root,
      entryPoints: {
        'camera-live': 'agent/src/camera-page/live.ts',
        'camera-calibrate': 'agent/src/camera-page/calibrate.ts',
      },
      outdir: publicDir,
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      logLevel: 'warning',
      alias: { '@aisle/contracts': path.join(root, 'contracts/src/index.ts') },
    });
    const inter = 'node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
    copyFileSync(path.join(root, inter), path.join(publicDir, 'inter.woff2'));
    detector.people = PEOPLE.map(([x, y]) => boxOf(x, y));
    shop = await openShop({ deps: { publicDir, openDetector: async () => detector } });
    shop.cloud.command(storeFileCommand(2, store));
    await until('the store file', () => shop.agent.host.config?.devices.has('cam-2'));
    browser = await openBrowser();
    client = await shop.connect();
    for (let i = 0; i < 4; i += 1) pictures.push(await shopPicture(PEOPLE, `picture ${i}`));
    let n = 0;
    sender = setInterval(() => {
      const picture = pictures[(n += 1) % pictures.length] as Buffer;
      for (const camera of ['cam-1', 'cam-2'])
        client.publish(topic(camera, `camera/frame/${Date.now()}`), picture, { qos: 1 });
    }, 150);
  });
  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await shop?.end();
    rmSync(publicDir, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 1000 }, ...options });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/40[13]|429/.test(message.text())) problems.push(message.text());
    });
    return { page, problems };
  }
  async function signIn(page: Page, address = '/cameras'): Promise<void> {
    await page.goto(shop.http + address);
    await page.locator('input[name=secret]').fill(SECRETS.local);
    await page.locator('.login button.primary').click();
    await page.waitForURL(shop.http + address);
  }
  const look = async (page: Page, name: string) => {
    if (process.env['AISLE_LOOK'])
      await page.screenshot({ path: path.join(process.env['AISLE_LOOK'], `${name}.png`), fullPage: true });
  };
  /** How many pixels of the picture's canvas have nearly this colour. */
  const coloured = (page: Page, area: [x: number, y: number, w: number, h: number], rgb: [number, number, number]) =>
    page.evaluate(
      ([[x, y, w, h], [r, g, b]]) => {
        const canvas = document.querySelector<HTMLCanvasElement>('#picture');
        const pen = canvas?.getContext('2d');
        if (!canvas || canvas.width < 10 || !pen) return 0;
        const { data } = pen.getImageData(Math.round(x), Math.round(y), Math.round(w), Math.round(h));
        let found = 0;
        for (let i = 0; i < data.length; i += 4)
          if (
            Math.abs((data[i] as number) - r) +
              Math.abs((data[i + 1] as number) - g) +
              Math.abs((data[i + 2] as number) - b) <
            60
          )
            found += 1;
        return found;
      },
      [area, rgb] as const,
    );
  const AMBER: [number, number, number] = [255, 176, 0];
  const TEAL: [number, number, number] = [53, 224, 200];

  it('asks for the secret, refuses a wrong one in words, lets in with the right one, and out again', async () => {
    const { page, problems } = await open();
    await page.goto(`${shop.http}/cameras/cam-2`);
    expect(new URL(page.url()).pathname).toBe('/login');
    await look(page, 'login');
    await page.locator('input[name=secret]').fill('not it');
    await page.locator('.login button.primary').click();
    await page.getByText('That secret is not right.').waitFor();
    await look(page, 'login-wrong');
    await page.locator('input[name=secret]').fill(SECRETS.local);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${shop.http}/cameras/cam-2`);
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === 'aisle-agent')).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/\/login$/);
    await page.goto(`${shop.http}/cameras`);
    expect(new URL(page.url()).pathname).toBe('/login');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('speaks Chinese to a Chinese browser, and the language can be changed', async () => {
    const { page } = await open({ locale: 'zh-CN' });
    await signIn(page);
    await page.getByRole('heading', { name: '摄像头' }).waitFor();
    await look(page, 'cameras-zh');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Cameras' }).waitFor();
    await page.context().close();
  });

  it('shows picture, boxes, tracks, zones and figures of a calibrated camera, live', async () => {
    const { page, problems } = await open();
    await signIn(page, '/cameras/cam-2');
    for (const [x, y] of PEOPLE) {
      const box = boxOf(x, y);
      await until(
        'the box of a person',
        async () => (await coloured(page, [box.x - 3, box.y - 3, box.w + 6, box.h + 6], AMBER)) > 60,
      );
    }
    // The edge of the zone "dairy", projected into the picture.
    const [ax, ay] = pixelOf(5, 2.5);
    await until('the zone', async () => (await coloured(page, [ax - 4, ay - 4, 8, 8], TEAL)) > 3);
    await until('two people', async () => (await page.locator('#people').innerText()) === '2');
    await until(
      'the figures',
      async () => Number((await page.locator('#processed').innerText()).replace(/\D/g, '')) > 3,
    );
    expect(await page.locator('#model').innerText()).toMatch(/^scripted 5c5c/);
    const before = await page.locator('#received').innerText();
    await until('the figures to rise', async () => (await page.locator('#received').innerText()) !== before);
    await look(page, 'live');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  const markAt = (page: Page, surface: 'picture' | 'plan', x: number, y: number) =>
    page.evaluate(
      ([id, px, py]) => {
        const svg = document.querySelector<SVGSVGElement>(`#${id} svg`) as SVGSVGElement;
        const at = new DOMPoint(px, py).matrixTransform(svg.getScreenCTM() as DOMMatrix);
        return [at.x, at.y] as [number, number];
      },
      [surface, x, y] as const,
    );
  async function pair(page: Page, x: number, y: number, offPixels = 0): Promise<void> {
    const [px, py] = pixelOf(x, y);
    await page.mouse.click(...(await markAt(page, 'picture', px + offPixels, py)));
    await page.mouse.click(...(await markAt(page, 'plan', x, y)));
  }

  it('calibrates a camera by clicking: shows the error, refuses a line, saves, and uses it at once', async () => {
    const { page, problems } = await open();
    await signIn(page, '/cameras/cam-1/calibrate');
    await page.getByText('Click a point on the floor in the picture', { exact: true }).waitFor();
    await until('a still', () => page.evaluate(() => (document.querySelector('canvas')?.width ?? 0) === 640));
    expect(shop.agent.host.engine.calibrationOf('cam-1')).toBeUndefined();

    for (const x of [1, 3, 5, 7]) await pair(page, x, 2);
    await page.getByText(/too close to one line/).waitFor();
    await look(page, 'calibrate-refused');
    for (let i = 0; i < 3; i += 1) await page.locator('#pairs button').last().click();
    await page.getByText('3 more pairs are needed').waitFor();
    await pair(page, 11, 1);
    await pair(page, 11, 5);
    await pair(page, 1, 5);
    await page.getByText('Four pairs always fit. A fifth shows how good they are.').waitFor();
    await pair(page, 6, 4, 25);
    await until('a pair that is not good', async () => (await page.locator('#verdict .mark').innerText()) !== 'good');
    await look(page, 'calibrate-poor');
    await page.locator('#pairs button').last().click();
    await pair(page, 6, 4);
    await until('a good calibration', async () => (await page.locator('#verdict .mark').innerText()) === 'good');
    await look(page, 'calibrate-good');
    expect(await page.locator('#yaml').textContent()).toMatch(
      /^calibration:\n {2}resolution: \[640, 360\]\n {2}points:\n {4}- \{image: \[/,
    );

    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved and in force.').waitFor();
    const saved = shop.agent.host.engine.calibrationOf('cam-1');
    expect(saved?.points.length).toBe(5);
    for (const { image, floor } of saved?.points ?? []) {
      const [px, py] = pixelOf(...floor);
      expect(Math.hypot(image[0] - px, image[1] - py)).toBeLessThan(2);
    }
    await until('pictures of it to be looked at', async () => {
      const text = await (
        await fetch(`${shop.http}/metrics`, { headers: { authorization: `Bearer ${SECRETS.local}` } })
      ).text();
      return Number(/aisle_frames_total\{device="cam-1",outcome="processed"\} (\d+)/.exec(text)?.[1] ?? 0) > 3;
    });
    await page.getByRole('button', { name: 'Back to the store file’s' }).click();
    await page.getByText('This camera is not calibrated any more.').waitFor();
    expect(shop.agent.host.engine.calibrationOf('cam-1')).toBeUndefined();
    expect(problems).toEqual([]);
    await page.context().close();
  }, 60_000);

  it('calibrates by keyboard alone', async () => {
    const { page } = await open();
    await signIn(page, '/cameras/cam-1/calibrate');
    await until('a still', () => page.evaluate(() => (document.querySelector('canvas')?.width ?? 0) === 640));
    await page.locator('#picture').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await until('the plan to be next', () => page.evaluate(() => document.activeElement?.id === 'plan'));
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    expect(await page.locator('#pairs tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/1\s+330, 180\s+9\.90, 5\.00/),
    ]);
    // The point on the plan is chosen: arrows move it by a centimetre, with Shift by ten.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await page.locator('#pairs tbody tr').innerText()).toMatch(/10\.00, 5\.01/);
    await page.keyboard.press('Delete');
    expect(await page.locator('#pairs tbody tr').count()).toBe(0);
    await page.context().close();
  });

  it('works on a phone, by touch, in the dark', async () => {
    const { page, problems } = await open({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      deviceScaleFactor: 2,
      colorScheme: 'dark',
      locale: 'zh-CN',
    });
    await signIn(page, '/cameras/cam-2/calibrate');
    await until('a still', () => page.evaluate(() => (document.querySelector('canvas')?.width ?? 0) === 640));
    await until('the four pairs of the store file', async () => (await page.locator('#pairs tbody tr').count()) === 4);
    await page.locator('#picture').scrollIntoViewIfNeeded();
    await page.touchscreen.tap(...(await markAt(page, 'picture', ...pixelOf(6, 3))));
    await page.locator('#plan').scrollIntoViewIfNeeded();
    await page.touchscreen.tap(...(await markAt(page, 'plan', 6, 3)));
    await until('the fifth pair', async () => (await page.locator('#pairs tbody tr').count()) === 5);
    await look(page, 'calibrate-phone-dark-zh');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(`${shop.http}/cameras/cam-2`);
    await until('a picture', async () => (await coloured(page, [0, 0, 640, 360], AMBER)) > 60);
    await look(page, 'live-phone-dark-zh');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('has written no picture anywhere', () => {
    const files = readdirSync(shop.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(2);
    for (const entry of files) {
      const bytes = readFileSync(path.join(entry.parentPath, entry.name));
      expect(bytes.includes(Buffer.from([0xff, 0xd8, 0xff])), entry.name).toBe(false);
      for (const picture of pictures) expect(bytes.includes(picture.subarray(600, 664)), entry.name).toBe(false);
    }
  });
});
