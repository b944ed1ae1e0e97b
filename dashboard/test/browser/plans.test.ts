import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MOCK_LOGIN, MockServer } from '../mock/server.js';
import { buildDashboard } from './build.js';
import { chromiumPath, openBrowser } from './chromium.js';
import { openPage, settled } from './open-page.js';
import { isEnglishSentence, textsOf } from './words.js';

const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const DAY = 86_400_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!chromiumPath)('planogram, facings and history (needs chromium)', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildDashboard>>;
  let mock: MockServer;
  let address: string;
  let now = NOW;

  beforeAll(async () => {
    built = await buildDashboard();
    browser = await openBrowser();
  }, 120_000);
  beforeEach(async () => {
    now = NOW;
    await mock?.stop();
    mock = new MockServer({ dist: built.dist, nowMs: () => now });
    address = await mock.start();
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
    built?.remove();
  });

  async function open(hash: string, options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
    const opened = await openPage(browser, { address, at: `#/demo/${hash}`, nowMs: now, options, expected: /40[09]/ });
    await settled(opened.page);
    return opened;
  }
  const slot = (id: string) => `[data-slot="${id}"]`;
  const kept = (id: string) =>
    mock.versions.newest.file.fixtures?.flatMap(({ slots = [] }) => slots).find((one) => one.id === id);
  const told = (page: Page) => page.locator('[data-told]').innerText();
  async function dragTo(page: Page, from: string, to: string, side: 'onto' | 'before'): Promise<void> {
    await page.locator(to).scrollIntoViewIfNeeded();
    const [a, b] = [await page.locator(from).boundingBox(), await page.locator(to).boundingBox()];
    if (!a || !b) throw new Error('not on the page');
    await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
    await page.mouse.down();
    await page.mouse.move(a.x + a.width / 2 + 20, a.y + 20);
    await page.mouse.move(b.x + (side === 'onto' ? b.width / 2 : 4), b.y + b.height / 2, { steps: 3 });
    await page.locator('.plan-mark').waitFor();
    await page.mouse.up();
  }

  it.each([
    ['en-GB', /moved from Dairy left level 2 to Dairy left level 3/],
    ['zh-CN', /从乳品左架第 2 层移到乳品左架第 3 层/],
  ] as const)(
    '%s, by mouse: products are found, dragged, chosen together and saved as a version with a reason; steps can be undone',
    async (locale, moved) => {
      const { page, problems } = await open('goods/planogram', { locale });
      const [milk, yoghurt] = [kept('fx-01-a')?.gtin, kept('fx-01-b')?.gtin];
      await dragTo(page, slot('fx-01-a'), slot('fx-01-b'), 'onto');
      await page.locator('[data-lines] li').first().waitFor();
      expect(await page.locator('[data-lines]').innerText()).toMatch(moved);
      await page.locator('[data-undo]').click();
      expect(await page.locator('[data-lines]').count()).toBe(0);
      await page.locator('[data-redo]').click();
      // facings of two slots at once
      await page.locator(slot('fx-01-b')).click();
      await page.locator(slot('fx-01-c')).click({ modifiers: ['Control'] });
      await page.locator('[data-facings]').fill('6');
      await page.locator('[data-facings]').press('Enter');
      // a product of the list, into a new slot between others: it is found by its code
      await page.locator('[data-product-search]').fill(milk as string);
      await page.locator('[data-plan-product]').nth(1).waitFor({ state: 'detached' });
      await dragTo(page, `[data-plan-product="${milk}"]`, slot('fx-02-a'), 'before');
      await page.locator('[name=note]').fill('Milk to the eyes');
      await page.locator('[data-submit]').click();
      await page.locator('[data-done]').waitFor();
      expect(kept('fx-01-a')).toMatchObject({ gtin: yoghurt, level: 2 });
      expect(kept('fx-01-b')).toMatchObject({ gtin: milk, facings: 6, level: 3, tareGrams: 450 });
      expect(kept('fx-01-c')).toMatchObject({ facings: 6 });
      expect(kept('fx-02-1')).toEqual({ id: 'fx-02-1', gtin: milk, facings: 1, level: 3 });
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it.each([
    ['en-GB', /picked up/, /in the place of/, /Dairy left, level 4/, /colleague@example.org/],
    ['zh-CN', /已拿起/, /的位置/, /乳品左架第 4 层/, /colleague@example.org/],
  ] as const)(
    '%s, by keyboard: picked up, carried with arrows, put down and told; who was faster is shown, and nothing is lost',
    async (locale, up, onto, where, who) => {
      const { page, problems } = await open('goods/planogram?fixture=fx-01', { locale });
      const [milk, top] = [kept('fx-01-a')?.gtin, kept('fx-01-c')?.gtin];
      await page.locator(slot('fx-01-c')).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['slot'])).toBe('fx-01-a');
      await page.keyboard.press('Space');
      expect(await told(page)).toMatch(up);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect(await told(page)).toMatch(onto);
      await page.keyboard.press('Space');
      expect(await told(page)).toMatch(where);
      expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['slot'])).toBe('fx-01-c');
      await page.keyboard.press('+');
      await page.keyboard.press('Control+z');
      await page.keyboard.press('Control+y');
      if (locale === 'zh-CN') expect((await textsOf(page)).filter(isEnglishSentence)).toEqual([]);
      // somebody else puts something into the slot that is changed here, and into another one
      mock.versions.makeElsewhere((file) => ({
        ...file,
        fixtures: file.fixtures?.map((fixture) => ({
          ...fixture,
          slots: fixture.slots?.map((one) =>
            one.id === 'fx-02-a'
              ? { ...one, facings: 9 }
              : one.id === 'fx-01-a'
                ? { ...one, gtin: file.products?.at(-1)?.gtin }
                : one,
          ),
        })),
      }));
      await page.locator('[data-submit]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-meanwhile]').waitFor();
      expect(await page.locator('[data-meanwhile]').innerText()).toMatch(who);
      await page.locator('[data-over]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-clashes]').getByText('fx-01-a').waitFor();
      await page.locator('[data-submit]').focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-done]').waitFor();
      expect([kept('fx-02-a')?.facings, kept('fx-01-a')?.gtin, kept('fx-01-c')?.gtin]).toEqual([9, top, milk]);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('what is refused is marked at its slot; a file is looked at line by line before it is taken', async () => {
    const { page, problems } = await open('goods/planogram');
    const gone = kept('fx-01-a')?.gtin;
    // the product leaves the list while somebody moves it
    mock.versions.makeElsewhere((file) => ({
      ...file,
      products: file.products?.filter(({ gtin }) => gtin !== gone),
      fixtures: file.fixtures?.map((fixture) => ({
        ...fixture,
        slots: fixture.slots?.map((one) => (one.gtin === gone ? { id: one.id, level: one.level } : one)),
      })),
    }));
    await dragTo(page, slot('fx-01-a'), slot('fx-02-a'), 'onto');
    await page.locator('[data-submit]').click();
    await page.locator('[data-over]').click();
    await page.locator(`[data-planogram="${mock.versions.newest.version}"]`).waitFor();
    await page.locator('[data-submit]').click();
    await page.locator('[data-slot-problem="fx-02-a"]').waitFor();
    expect(await page.locator(slot('fx-02-a')).getAttribute('aria-label')).toContain(gone as string);

    const other = kept('fx-04-a')?.gtin;
    const csv = `fixture,slot,level,gtin,facings\nfx-03,fx-03-a,4,${other},7\nfx-03,fx-03-b,1,0000000000000,1\n`;
    await page.locator('[data-import]').click();
    await page
      .locator('[data-plan-import] input')
      .setInputFiles({ name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.locator('[data-refused-line="3"]').waitFor();
    expect(await page.locator('[data-import-preview]').innerText()).toContain('0000000000000');
    await page.locator('[data-import-take]').click();
    await page.locator('[data-import-done]').waitFor();
    expect(kept('fx-03-a')).toMatchObject({ gtin: other, facings: 7 });
    const exported = await page.request.get(
      new URL((await page.locator('[data-export=csv]').getAttribute('href')) as string, address).href,
    );
    expect(await exported.text()).toContain(`fx-03,fx-03-a,4,${other},7`);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['en-GB', 'mouse'],
    ['zh-CN', 'keyboard'],
  ] as const)(
    '%s, by %s: a draft is kept, found by a colleague, kept by both at once, drawn on further on the floor, and becomes one version',
    async (locale, by) => {
      const { page, problems } = await open('goods/planogram?fixture=fx-01', { locale });
      const press = async (what: string): Promise<void> => {
        if (by === 'mouse') await page.locator(what).click();
        else await page.locator(what).press('Enter');
      };
      const { version } = mock.versions.newest;
      const [milk, other] = [kept('fx-01-a')?.gtin, kept('fx-01-b')?.gtin];
      await page.locator(slot('fx-01-a')).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Space');
      await page.locator('[data-draft-name]').fill('Summer');
      await press('[data-draft-new]');
      await page.locator('[data-draft-open="Summer"]').waitFor();
      expect(mock.versions.newest.version).toBe(version);
      // as a colleague finds it, after all here is forgotten
      await page.reload();
      await settled(page);
      await press('[data-draft="Summer"] [data-draft-show]');
      await page.locator('[data-lines] li').first().waitFor();
      mock.drafts.changeElsewhere('Summer', (drawing) => ({
        ...drawing,
        fixtures: drawing.fixtures?.map((fixture) => ({
          ...fixture,
          slots: fixture.slots?.map((one) => (one.id === 'fx-02-a' ? { ...one, facings: 9 } : one)),
        })),
      }));
      await page.locator(slot('fx-01-c')).focus();
      await page.keyboard.press('+');
      await press('[data-draft-keep]');
      await page.locator('[data-draft-meanwhile]').getByText('colleague@example.org').waitFor();
      await press('[data-draft-over]');
      await page.locator('[data-draft-meanwhile]').waitFor({ state: 'detached' });
      await press('[data-draft-keep]');
      await expect.poll(() => mock.drafts.all[0]?.revision).toBe(3);
      // a branch of it
      await page.locator('[data-draft-name]').fill('Autumn');
      await press('[data-draft-new]');
      await page.locator('[data-draft-open="Autumn"]').waitFor();
      await page.evaluate(() => (location.hash = '#/demo/place/floor'));
      await page.locator('[data-floor-board]').waitFor();
      await press('[data-draft="Summer"] [data-draft-show]');
      await page.locator('[data-draft-open="Summer"]').waitFor();
      await page.locator('[data-thing="zones dairy"]').press('Enter');
      await page.locator('[data-floor-board]').focus();
      await page.keyboard.press('Alt+ArrowDown');
      if (locale === 'zh-CN') expect((await textsOf(page)).filter(isEnglishSentence)).toEqual([]);
      await press('[data-submit]');
      await page.locator('[data-done]').waitFor();
      expect(mock.versions.newest.version).toBe(version + 1);
      expect([kept('fx-01-a')?.gtin, kept('fx-01-b')?.gtin, kept('fx-02-a')?.facings]).toEqual([other, milk, 9]);
      expect(mock.versions.newest.file.zones?.find(({ id }) => id === 'dairy')?.polygon[0]).toEqual([1, 0.61]);
      await press('[data-draft="Autumn"] [data-draft-remove]');
      await press('[data-draft="Autumn"] [data-confirm]');
      await page.locator('[data-draft="Autumn"]').waitFor({ state: 'detached' });
      expect(mock.drafts.all.map(({ name }) => name)).toEqual(['Summer']);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it.each([
    ['en-GB', 'mouse'],
    ['zh-CN', 'keyboard'],
  ] as const)(
    '%s, by %s: a fixture is copied onto another, and into another shop, where what it does not sell is named; pictures stand in the slots',
    async (locale, by) => {
      const [milk, butter] = [kept('fx-01-a')?.gtin, kept('fx-01-c')?.gtin];
      for (const product of mock.file.products ?? [])
        if (product.gtin === milk) product.picture = 'https://pictures.example.org/milk.png';
        else if (product.gtin === butter) product.picture = 'https://pictures.example.org/none.png';
      mock.addShop((file) => ({
        ...file,
        store: { ...file.store, id: 'riverside', name: { en: 'Riverside', zh: '滨江店' } },
        products: file.products?.filter(({ gtin }) => gtin !== butter),
        fixtures: file.fixtures?.map((fixture) => ({
          ...fixture,
          slots: fixture.slots?.map(({ gtin: _gtin, ...one }) => one),
        })),
      }));
      const { page, problems } = await openPage(browser, {
        ...{ address, at: '#/demo/goods', nowMs: now, options: { locale }, expected: /40[049]|ERR_/ },
      });
      await page.route('https://pictures.example.org/**', (route) =>
        route.request().url().endsWith('milk.png')
          ? route.fulfill({
              contentType: 'image/svg+xml',
              body: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>',
            })
          : route.abort(),
      );
      await page.evaluate(() => (location.hash = '#/demo/goods/planogram'));
      await page.locator(`[data-product-picture="${milk}"]`).first().waitFor();
      await page.locator(`[data-product-picture="${butter}"]`).waitFor({ state: 'detached' });
      const press = async (what: string): Promise<void> => {
        if (by === 'mouse') await page.locator(what).click();
        else await page.locator(what).press('Enter');
      };
      const choose = async (at: number, name: RegExp): Promise<void> => {
        await page.locator('[data-copy-panel] .trigger').nth(at).press('Enter');
        const option = page.getByRole('option', { name });
        await option.waitFor();
        if (by === 'mouse') await option.click();
        else {
          // the next one below what was chosen
          await page.keyboard.press('ArrowDown');
          await page.keyboard.press('Enter');
        }
      };
      await press('[data-copy="fx-01"]');
      // the first that is offered is the next fixture
      await press('[data-copy-take]');
      expect(await page.locator('[data-lines] li').count()).toBeGreaterThan(0);
      await press('[data-submit]');
      await page.locator('[data-done]').waitFor();
      // level by level: what a sensor looks at and is left over stays, empty
      expect(['fx-02-1', 'fx-02-b', 'fx-02-c'].map((id) => [kept(id)?.level, kept(id)?.gtin])).toEqual([
        [2, milk],
        [4, butter],
        [1, undefined],
      ]);
      await press('[data-copy="fx-01"]');
      await choose(0, /Riverside|滨江店/);
      await page.locator('[data-copy-missing]').waitFor();
      if (locale === 'zh-CN') expect((await textsOf(page)).filter(isEnglishSentence)).toEqual([]);
      await press('[data-copy-panel] [data-submit]');
      await page.locator('[data-copy-panel] [data-done]').waitFor();
      const there = mock.second?.versions.newest.file.fixtures?.find(({ id }) => id === 'fx-01')?.slots ?? [];
      expect(there.map(({ id, gtin }) => [id, gtin])).toEqual(
        expect.arrayContaining([
          ['fx-01-a', milk],
          ['fx-01-c', undefined],
        ]),
      );
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('by finger on a phone: a product is moved by tapping it, Move, and its new place', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page, problems } = await open('goods/planogram?fixture=fx-01', phone);
    const [milk, other] = [kept('fx-01-a')?.gtin, kept('fx-01-b')?.gtin];
    await page.locator(slot('fx-01-a')).tap();
    await page.locator('[data-move]').tap();
    await page.locator(slot('fx-01-b')).tap();
    await page.locator('[data-submit]').tap();
    await page.locator('[data-done]').waitFor();
    expect([kept('fx-01-a')?.gtin, kept('fx-01-b')?.gtin]).toEqual([other, milk]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('moment B: the slot with a wrong label is the first that is named, two taps from signing in; what nobody senses is no 0', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page, problems } = await openPage(browser, {
      address,
      nowMs: now,
      options: phone,
      signedIn: false,
      expected: /401/,
    });
    await page.locator('input[type=email]').fill(MOCK_LOGIN.email);
    await page.locator('input[type=password]').fill(MOCK_LOGIN.password);
    await page.keyboard.press('Enter');
    await page.locator('.bottom a[href*="/goods"]').tap();
    await page.locator('[data-tab=funnel]').tap();
    const first = page.locator('[data-funnel-slot]').first();
    await first.waitFor();
    expect(await first.getAttribute('data-funnel-slot')).toBe('fx-05-b');
    expect(await page.locator('[data-stands-out]').count()).toBe(1);
    expect(await first.innerText()).toMatch(/price label[^]*more than usual[^]*fewer than usual/);
    const unsensed = page.locator('[data-funnel-slot^="fx-06"]').first();
    await unsensed.scrollIntoViewIfNeeded();
    // rows far from the window are laid out once they come near
    await expect.poll(() => unsensed.locator('[data-step=pickups]').innerText()).toMatch(/^Picked up\s+not sensed$/i);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('the job: a product is moved to eye level from next Monday; a week later its worth is told, and the way back is there', async () => {
    const { page, problems } = await open('goods/planogram?fixture=fx-02');
    const fresh = kept('fx-02-c')?.gtin;
    await dragTo(page, slot('fx-02-c'), slot('fx-02-b'), 'onto');
    await page.locator('[data-when=later]').click();
    await page.locator('[data-day="2026-06-15"]').waitFor();
    await page.locator('[data-submit]').click();
    await page.locator('[data-done]').waitFor();
    const { version } = mock.versions.newest;
    expect(kept('fx-02-b')?.gtin).toBe(fresh);
    await page.locator('[data-tab=versions]').click();
    const line = page.locator(`[data-history-version="${version}"]`);
    await line.waitFor();
    expect(await line.getAttribute('data-state')).toBe('planned');
    expect(await line.innerText()).toMatch(
      /moved from Dairy right level 1 to Dairy right level 4, 4 → 2 facings|moved from Dairy right level 1 to Dairy right level 4/,
    );
    await page.context().close();

    now = NOW + 10 * DAY;
    mock.versions.follow();
    const later = await open(`goods/versions?version=${version}`);
    await later.page.locator('[data-effect]').getByText('rose by 11 %').waitFor();
    await later.page.locator('[data-picture-of-change]').waitFor();
    // the work list of it: ticked off, and still so after a reload
    await later.page.goto(`${address}#/demo/goods/worklist?version=${version}`);
    await later.page.locator('[data-tick]').first().click();
    expect(await later.page.locator('[data-work-sum]').innerText()).toMatch(/Move 1 product, 2 min/);
    await later.page.reload();
    await later.page.locator('[data-tick] input:checked').waitFor();
    expect(await later.page.locator('[data-compliance]').innerText()).toMatch(/placed as planned: \d+ of \d+/);
    // and back again
    await later.page.goto(`${address}#/demo/goods/versions?version=4`);
    await later.page.locator('[data-back-to]').click();
    await later.page.locator('[data-submit]').click();
    await later.page.locator('[data-history-version]').first().waitFor();
    await expect.poll(() => kept('fx-02-c')?.gtin).toBe(fresh);
    expect([...problems, ...later.problems]).toEqual([]);
    await later.page.context().close();
  });

  it.each(['light', 'dark'] as const)(
    'nothing serious by axe on any of the pages, %s; in Chinese no English',
    async (colorScheme) => {
      const locale = colorScheme === 'light' ? 'en-GB' : 'zh-CN';
      const { page, problems } = await open('goods/planogram?fixture=fx-01', { colorScheme, locale });
      await page.evaluate(AXE);
      await page.locator(slot('fx-01-a')).click();
      for (const at of ['planogram', 'funnel', 'versions?version=4', 'labels?fixture=fx-01', 'worklist']) {
        if (at !== 'planogram') await page.evaluate((hash) => (location.hash = hash), `#/demo/goods/${at}`);
        if (at !== 'planogram') await page.waitForFunction(() => document.querySelector('[data-planogram]') === null);
        await settled(page);
        const found = await page.evaluate(async () => {
          interface Axe {
            run(
              on: Element,
              options: object,
            ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
          }
          const { axe } = globalThis as unknown as { axe: Axe };
          const main = document.querySelector('main') as Element;
          const { violations } = await axe.run(main, { resultTypes: ['violations'] });
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
        });
        expect(found, at).toEqual([]);
        if (locale === 'zh-CN') expect((await textsOf(page)).filter(isEnglishSentence), at).toEqual([]);
      }
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );
});
