import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fact } from '@aisle/contracts';
import {
  SECRETS,
  STORE,
  freePort,
  openShop,
  positions,
  storeFileCommand,
  topic,
  until,
  type Shop,
} from '../../agent/test/runtime/harness.js';
import { openBrowser } from '../support/browser.js';
import { chromium } from '../support/devices.js';

const root = path.resolve(import.meta.dirname, '../..');

describe.skipIf(!chromium)('a web page on a screen, in a browser (needs Chromium)', () => {
  let browser: Browser;
  let shop: Shop;
  let page: Page;
  let board: Server | undefined;
  let port = 0;
  /** what the board's server answers */
  let answer = { status: 200, headers: {} as Record<string, string> };

  const serve = async () => {
    board = createServer((_request, response) => {
      response.writeHead(answer.status, { 'content-type': 'text/html', ...answer.headers });
      response.end('<h1>Board of the day</h1>');
    });
    await new Promise<void>((resolve) => board?.listen(port, '127.0.0.1', resolve));
  };
  const fall = async () => {
    board?.closeAllConnections();
    await new Promise((resolve) => (board ? board.close(resolve) : resolve(undefined)));
    board = undefined;
  };
  const boardShown = () => page.frames().some((frame) => frame.url().includes(`:${port}/board`));
  const cardShown = async () => /Milk 1 l/.test(await page.locator('#stage').innerText());
  const plays = (): Fact[] => [...shop.cloud.facts.values()].filter(({ kind }) => kind === 'play');

  /** Somebody stands before the screen for longer than it needs, at times of their own. */
  async function comeToTheScreen(): Promise<void> {
    const client = await shop.connect();
    const start = Date.now() - 20_000;
    const at = (ts: number, x: number, y: number) =>
      client.publishAsync(topic('cam-1', 'camera/positions'), positions(ts, [['p', x, y]]), { qos: 1 });
    for (let i = 0; i < 20; i += 1) await at(start + i * 500, 2, 2);
    for (let i = 20; i < 40; i += 1) await at(start + i * 500, 10, 4);
  }

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.close();
    await fall();
    await shop.end();
  });

  async function open(): Promise<void> {
    port = await freePort();
    answer = { status: 200, headers: {} };
    const content = [{ id: 'board', category: 'dairy', name: 'Board', url: `http://127.0.0.1:${port}/board` }];
    shop = await openShop({ withStore: false });
    await build({
      entryPoints: [path.join(root, 'agent/src/player/player.ts')],
      outfile: path.join(shop.dir, 'player.js'),
      ...{ bundle: true, format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'error' },
    });
    shop.cloud.command(storeFileCommand(1, { ...STORE, content }));
    await until('the store file', () => shop.agent.host.config);
    page = await browser.newPage();
    await page.goto(`${shop.http}/player/screen-1#key=${SECRETS['screen-1']}`);
    await page.locator('#stage > *').first().waitFor();
  }

  it('is a drawn card and no play while its server is away, and is shown by itself when it is back', async () => {
    await open();
    await comeToTheScreen();
    await until('the card instead', cardShown);
    expect(boardShown()).toBe(false);
    expect(plays()).toEqual([]);
    await serve();
    await until('the page', boardShown, 20_000);
    await until('its play', () => plays().length > 0);
    expect(plays()[0]).toMatchObject({ value: { contentId: 'board' } });
  }, 60_000);

  it.each([
    ['answers with an error', { status: 500, headers: {} }],
    ['lets no other page hold it', { status: 200, headers: { 'x-frame-options': 'DENY' } }],
  ])(
    'is a drawn card and no play while it %s',
    async (_what, broken) => {
      await open();
      answer = broken;
      await serve();
      await comeToTheScreen();
      await until('the card instead', cardShown);
      expect(plays()).toEqual([]);
      answer = { status: 200, headers: {} };
      await until('the page', boardShown, 20_000);
      await until('its play', () => plays().length > 0);
    },
    60_000,
  );

  it('leaves the screen within two seconds of being taken off: ended, taken out of its campaign, or no longer pinned', async () => {
    await open();
    await serve();
    let seq = 1;
    const command = (more: object) => shop.cloud.command({ seq: (seq += 1), ...more });
    const item = (contentId: string, template: string) => ({
      ...{ contentId, template, gtins: ['06901234567892'], category: null, weight: 1 },
    });
    const [milk, offer, pinned] = [item('milk', 'product'), item('cheap', 'offer'), item('pinned', 'offer')];
    const campaign = (revision: number, state: string, items: object[]) =>
      command({
        kind: 'campaign',
        campaign: {
          ...{ campaignId: 'c', revision, name: 'c', state, screens: null, category: null, items, gtins: [] },
          ...{ goal: 'stops', policy: 'loop', holdoutPpm: 0, blockMinutes: 20, washInMinutes: 5, minPlaySeconds: 600 },
          ...{
            dailyCap: null,
            frequencyCap: null,
            weight: 1,
            fromTs: null,
            toTs: null,
            days: null,
            hours: null,
            seed: 1,
          },
        },
      });
    const order = (action: string, more: object) =>
      command({
        kind: 'screenOrder',
        order: { screenId: 'screen-1', action, untilTs: null, by: 'boss@shop.test', atTs: Date.now(), ...more },
      });
    const isOn = async (contentId: string) => (await page.locator('#stage').getAttribute('data-content')) === contentId;
    const within = async (what: string, contentId: string, word: () => void) => {
      const began = Date.now();
      word();
      await until(what, () => isOn(contentId));
      expect(Date.now() - began, what).toBeLessThan(2_000);
    };
    campaign(1, 'live', [milk]);
    await until('the campaign', () => isOn('milk'));
    await within('another item, after the first was taken out', 'cheap', () => campaign(2, 'live', [offer]));
    order('pin', { item: pinned });
    await until('the pinned one', () => isOn('pinned'));
    await within('the campaign again', 'cheap', () => order('resume', {}));
    await within('nothing', 'idle', () => campaign(3, 'ended', [offer]));
  }, 60_000);
});
