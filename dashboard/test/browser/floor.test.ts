import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MockServer } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage, settled } from './open-page.js';
import { isEnglishSentence, textsOf } from './words.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A grey PNG; `claimed`: what its head says of its size, whatever it holds. */
function png(width: number, height: number, claimed = { width, height }): Buffer {
  const crcOf = (bytes: Buffer): number => {
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
    head.writeUInt32BE(data.length);
    tail.writeUInt32BE(crcOf(body));
    return Buffer.concat([head, body, tail]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(claimed.width, 0);
  head.writeUInt32BE(claimed.height, 4);
  head[8] = 8;
  const rows = Buffer.alloc((width + 1) * height, 128);
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
/** One page with one rectangle. */
function pdf(): Buffer {
  const parts = ['%PDF-1.4\n'];
  const offsets: number[] = [];
  const length = (): number => parts.join('').length;
  const object = (text: string): void => {
    offsets.push(length());
    parts.push(`${offsets.length} 0 obj\n${text}\nendobj\n`);
  };
  const drawing = '20 20 160 60 re S';
  object('<< /Type /Catalog /Pages 2 0 R >>');
  object('<< /Type /Pages /Kids [3 0 R] /Count 1 >>');
  object('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Resources << >> >>');
  object(`<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`);
  const at = length();
  parts.push(
    `xref\n0 5\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`,
  );
  parts.push(`trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`);
  return Buffer.from(parts.join(''), 'latin1');
}

describe.skipIf(!chromiumPath)('the floor plan’s drawing board (needs chromium)', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildDashboard>>;
  let mock: MockServer;
  let address: string;

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser();
  }, 120_000);
  beforeEach(async () => {
    await mock?.stop();
    mock = new MockServer({ dist: built.dist, nowMs: () => NOW });
    address = await mock.start();
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
    built?.remove();
  });
  async function open(hash: string, options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
    const opened = await openPage(browser, { address, at: `#/demo/${hash}`, nowMs: NOW, options, expected: /40[09]/ });
    await settled(opened.page);
    return opened;
  }
  /** Where a point of the floor is in the window. */
  async function at(page: Page, x: number, y: number): Promise<[number, number]> {
    return page.evaluate(
      ([px, py]) => {
        const svg = document.querySelector('[data-floor-board]') as SVGSVGElement;
        const { x: left, y: top } = new DOMPoint(px, py).matrixTransform(svg.getScreenCTM() as DOMMatrix);
        return [left, top] as [number, number];
      },
      [x, y],
    );
  }
  async function click(page: Page, x: number, y: number): Promise<void> {
    await page.mouse.click(...(await at(page, x, y)));
  }
  const zone = (id: string) => mock.versions.newest.file.zones?.find((one) => one.id === id);

  it.each([
    ['en-GB', 'Bakery'],
    ['zh-CN', '烘焙'],
  ] as const)(
    '%s, by mouse: a zone is drawn corner by corner, what the schema refuses is shown while drawing, and the map follows without a reload',
    async (locale, bakery) => {
      const language = locale === 'en-GB' ? 'en' : 'zh';
      const { page, problems } = await open('place/floor', { locale });
      await page.locator('[data-floor-board]').scrollIntoViewIfNeeded();
      await page.locator('[data-floor-tool=zones]').click();
      // over the dairy zone, while it is drawn
      for (const [x, y] of [
        [2, 2],
        [6, 2],
      ] as const)
        await click(page, x, y);
      await page.mouse.move(...(await at(page, 6, 4)));
      await page.locator('[data-floor-problem=overlaps]').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.locator('[data-floor-tool=zones]').click();
      for (const [x, y] of [
        [26, 8.5],
        [29, 8.5],
        [29, 11],
        [26, 11],
        [26, 8.5],
      ] as const)
        await click(page, x, y);
      await page.locator('[data-floor-panel="zone-1"]').waitFor();
      // a corner is dragged across: the outline crosses itself, is marked, and cannot be saved
      const [fx, fy] = await at(page, 26, 11);
      await page.mouse.move(fx, fy);
      await page.mouse.down();
      await page.mouse.move(...(await at(page, 29.6, 9.2)), { steps: 4 });
      await page.mouse.up();
      await page.locator('[data-floor-problem=crossesItself]').waitFor();
      expect(await page.locator('[data-submit]').count()).toBe(0);
      await page.locator('[data-undo]').click();
      await page.locator(`[data-floor-panel] [name="name.${language}"]`).fill(bakery);
      await page.locator(`[data-floor-panel] [name="name.${language}"]`).press('Tab');
      await page.locator('[data-submit]').click();
      await page.locator('[data-done]').waitFor();
      expect(zone('zone-1')).toEqual({
        ...{ id: 'zone-1', kind: 'aisle', name: { en: bakery, ...(language === 'zh' && { zh: bakery }) } },
        polygon: [
          [26, 8.5],
          [29, 8.5],
          [29, 11],
          [26, 11],
        ],
      });
      await page.locator('[data-tab=map]').click();
      await page.getByText(bakery).first().waitFor();
      // a period that is over is drawn as the floor was then
      await page.evaluate(() => (location.hash = '#/demo/place?period=2026-06-12T00:00~2026-06-13T00:00'));
      await page.locator('[data-plan-then="3"]').waitFor();
      expect(await page.getByText(bakery).count()).toBe(0);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it.each([
    ['en-GB', 'mouse', /times as much time/],
    ['zh-CN', 'keyboard', /停留时间是其他地方的/],
  ] as const)(
    '%s, by %s: a wall is drawn, a camera put where it hangs, and a zone taken where people spend their time',
    async (locale, by, reason) => {
      mock.hotSpot = { left: 26.5, top: 9, right: 28.5, bottom: 10.5 };
      const { page, problems } = await open('place/floor', { locale });
      const press = async (what: string): Promise<void> => {
        if (by === 'mouse') await page.locator(what).click();
        else await page.locator(what).press('Enter');
      };
      await page.locator('[data-floor-board]').scrollIntoViewIfNeeded();
      if (by === 'mouse') {
        await page.locator('[data-floor-tool=walls]').click();
        await click(page, 25.5, 8);
        await click(page, 25.5, 11);
      } else {
        await page.locator('[data-floor-tool=walls] input').focus();
        await page.keyboard.press('Space');
        await page.locator('[data-floor-board]').focus();
        for (let step = 0; step < 11; step += 1) await page.keyboard.press('Shift+ArrowDown');
        await page.keyboard.press('Space');
        await page.keyboard.press('Shift+ArrowRight');
        await page.keyboard.press('Space');
      }
      await page.locator('[data-floor-panel="wall-1"]').waitFor();
      await press('[data-place="cam-2"]');
      await page.locator('[data-floor-panel="cam-2"]').waitFor();
      const [x, y] = await page
        .locator('[data-floor-panel] [data-spot]')
        .evaluateAll((inputs) => inputs.map((input) => Number((input as HTMLInputElement).value)) as [number, number]);
      if (by === 'mouse') {
        await page.mouse.move(...(await at(page, x, y)));
        await page.mouse.down();
        await page.mouse.move(...(await at(page, x + 2.5, y)), { steps: 3 });
        await page.mouse.up();
      } else {
        await page.locator('[data-floor-board]').focus();
        await page.keyboard.press('Shift+ArrowRight');
        await page.keyboard.press('Shift+ArrowRight');
      }
      await page.locator('[data-floor-panel] [name=facingDegrees]').fill('135');
      await page.locator('[data-floor-panel] [name=facingDegrees]').press('Tab');
      await press('[data-propose-ask]');
      await page.locator('[data-proposed="1"]').waitFor();
      expect(await page.locator('[data-proposal="1"]').innerText()).toMatch(reason);
      const proposed = await page.locator('[data-proposal]').count();
      await press('[data-proposal="1"] [data-take]');
      await page.locator('[data-floor-panel^="zone-"]').waitFor();
      await expect.poll(() => page.locator('[data-proposal]').count()).toBeLessThan(proposed);
      if (locale === 'zh-CN') expect((await textsOf(page)).filter(isEnglishSentence)).toEqual([]);
      await press('[data-submit]');
      await page.locator('[data-done]').waitFor();
      const { file } = mock.versions.newest;
      expect(file.walls?.map(({ line }) => line)).toEqual([
        by === 'mouse'
          ? [
              [25.5, 8],
              [25.5, 11],
            ]
          : [
              [1, 12],
              [2, 12],
            ],
      ]);
      expect(file.devices?.find(({ id }) => id === 'cam-2')).toMatchObject({ facingDegrees: 135 });
      expect(file.devices?.find(({ id }) => id === 'cam-2')?.at?.[0]).toBeGreaterThan(x + 1.5);
      expect(zone('zone-1')?.polygon).toEqual([
        [26.5, 9],
        [28.5, 9],
        [28.5, 10.5],
        [26.5, 10.5],
      ]);
      // the map has the wall without a reload
      await page.locator('[data-tab=map]').click();
      await page.locator('[data-wall="wall-1"]').first().waitFor({ state: 'attached' });
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('by finger on a phone: a zone is tapped corner by corner and closed by its button', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'zh-CN' };
    const { page, problems } = await open('place/floor', phone);
    await page.locator('[data-floor-tool=zones]').tap();
    await page.locator('[data-floor-board]').scrollIntoViewIfNeeded();
    for (const [x, y] of [
      [26, 8.5],
      [29, 8.5],
      [29, 11],
    ] as const)
      await page.touchscreen.tap(...(await at(page, x, y)));
    await page.locator('[data-finish]').tap();
    await page.locator('[data-floor-panel="zone-1"]').waitFor();
    await page.locator('[data-submit]').tap();
    await page.locator('[data-done]').waitFor();
    expect(zone('zone-1')?.polygon).toHaveLength(3);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([['en-GB'], ['zh-CN']] as const)(
    '%s, by keyboard: a fixture is drawn, typed, doubled, aligned, moved and saved over what a colleague made meanwhile',
    async (locale) => {
      const { page, problems } = await open('place/floor', { locale });
      await page.locator('[data-floor-tool=fixtures] input').focus();
      await page.keyboard.press('Space');
      await page.locator('[data-floor-board]').focus();
      // from (1, 1) to (1, 17) and to (3, 17.6)
      for (let step = 0; step < 16; step += 1) await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Space');
      for (let step = 0; step < 2; step += 1) await page.keyboard.press('Shift+ArrowRight');
      for (let step = 0; step < 6; step += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.locator('[data-floor-panel="fx-1"]').waitFor();
      await page.keyboard.press('Control+d');
      await page.locator('[data-floor-panel="fx-2"]').waitFor();
      await page.locator('[data-floor-board]').focus();
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowRight');
      await page.locator('[data-thing="fixtures fx-1"]').focus();
      await page.keyboard.press('Control+Enter');
      const both = page.locator('[data-thing="fixtures fx-1"]');
      if ((await both.getAttribute('aria-pressed')) !== 'true') await both.click({ modifiers: ['Control'] });
      await page.locator('[data-align=top]').focus();
      await page.keyboard.press('Enter');
      if (locale === 'zh-CN') expect((await textsOf(page)).filter(isEnglishSentence)).toEqual([]);
      mock.versions.makeElsewhere((file) => ({
        ...file,
        zones: file.zones?.map((one) => (one.id === 'dairy' ? { ...one, engagedAfterSeconds: 9 } : one)),
      }));
      await page.locator('[data-submit]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-meanwhile]').waitFor();
      await page.locator('[data-over]').focus();
      await page.keyboard.press('Enter');
      await page.locator(`[data-floor="${mock.versions.newest.version}"]`).waitFor();
      await page.locator('[data-submit]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-done]').waitFor();
      const made = (mock.versions.newest.file.fixtures ?? []).filter(({ id }) => /^fx-[12]$/.test(id));
      expect(made.map(({ at: corner, size }) => [corner, size])).toEqual([
        [
          [1, 17],
          [2, 0.6],
        ],
        [
          [3.5, 17],
          [2, 0.6],
        ],
      ]);
      expect(zone('dairy')?.engagedAfterSeconds).toBe(9);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('a plan lies under the drawing, to scale by two points; what is no plain picture is refused in words', async () => {
    const { page, problems } = await open('place/floor');
    const drop = page.locator('[data-underlay-drop] input');
    const give = (name: string, buffer: Buffer, mimeType: string) => drop.setInputFiles({ name, mimeType, buffer });
    const refused = page.locator('[data-picture-refused]');
    const svg = (inside: string): Buffer =>
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="100" height="60">${inside}</svg>`);
    for (const [name, bytes, mimeType, words] of [
      ['huge.png', png(2, 2, { width: 20_000, height: 15_000 }), 'image/png', /too many points/],
      ['script.svg', svg('<script>alert(1)</script>'), 'image/svg+xml', /more than a drawing/],
      ['handler.svg', svg('<rect onload="alert(1)"/>'), 'image/svg+xml', /more than a drawing/],
      ['away.svg', svg('<image href="http://example.org/a.png"/>'), 'image/svg+xml', /more than a drawing/],
      ['cut.png', png(20, 20).subarray(0, 40), 'image/png', /broken/],
      ['text.png', Buffer.from('hello'), 'image/png', /no PNG/],
    ] as const) {
      await give(name, bytes, mimeType);
      await refused.filter({ hasText: words }).waitFor();
      expect(await page.locator('[data-underlay]').count(), name).toBe(0);
    }
    for (const [name, bytes, mimeType] of [
      ['plan.pdf', pdf(), 'application/pdf'],
      ['plan.svg', svg('<rect width="50" height="30"/>'), 'image/svg+xml'],
      ['plan.png', png(60, 40), 'image/png'],
    ] as const) {
      const before = await page.evaluate(() => document.querySelector('[data-underlay]')?.getAttribute('href') ?? null);
      await give(name, bytes, mimeType);
      await page.waitForFunction((old) => {
        const href = document.querySelector('[data-underlay]')?.getAttribute('href') ?? null;
        return href !== null && href !== old;
      }, before);
    }
    // ten metres of the floor are five on the picture
    await page.locator('[data-scale]').click();
    await page.locator('[data-floor-board]').scrollIntoViewIfNeeded();
    await click(page, 5, 12);
    await click(page, 15, 12);
    await page.locator('[data-length]').fill('5');
    await page.locator('[data-length]').press('Enter');
    await expect.poll(() => page.locator('[data-underlay]').getAttribute('width')).toBe('15');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('nothing serious by axe, %s', async (colorScheme) => {
    const { page, problems } = await open('place/floor', {
      colorScheme,
      locale: colorScheme === 'dark' ? 'zh-CN' : 'en-GB',
    });
    await page.locator('[data-thing="zones dairy"]').click();
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      interface Axe {
        run(
          on: Element,
          options: object,
        ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      }
      const { axe } = globalThis as unknown as { axe: Axe };
      const { violations } = await axe.run(document.querySelector('main') as Element, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
    });
    expect(found).toEqual([]);
    if (colorScheme === 'dark') expect((await textsOf(page)).filter(isEnglishSentence)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
