import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { chromium, integrator, publish } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, waitFor } from '../support/system.js';
import { atMost, percentile, type Figure } from './figures.js';

/** Each screen is stood before once: its choice waits for no minimum play time. */
const SCREENS = 100;
/** Players that are open at the same time. */
const OPEN = 4;
const RATE = 2000;
const TICK_MS = 20;
const SHELVES = 4;
const ENGAGED_MS = 2_000;

const screenOf = (n: number) => `screen-${String(n).padStart(3, '0')}`;
/** The middle of a screen's own square metre, away from the shelves. */
const placeOf = (n: number): [number, number] => [1.5 + (n % 10) * 2, 11.5 + Math.floor(n / 10) * 2];

function manyScreens(): Record<string, unknown> {
  const shop = smallShop();
  const all = Array.from({ length: SCREENS }, (_, n) => n);
  const square = (n: number) => {
    const [x, y] = placeOf(n);
    return [
      [x - 0.5, y - 0.5],
      [x + 0.5, y - 0.5],
      [x + 0.5, y + 0.5],
      [x - 0.5, y + 0.5],
    ];
  };
  return {
    ...shop,
    floor: { width: 22, depth: 32 },
    entrances: [],
    zones: [
      ...(shop['zones'] as object[]),
      ...all.map((n) => ({
        id: `by-${n}`,
        kind: 'screen',
        polygon: square(n),
        engagedAfterSeconds: ENGAGED_MS / 1000,
      })),
    ],
    fixtures: Array.from({ length: SHELVES }, (_, n) => ({
      ...{ id: `fx-${n}`, zone: 'dairy', slots: [{ id: `fx-${n}-a`, gtin: '06901234567892', facings: 3 }] },
    })),
    devices: [
      ...all.map((n) => ({ id: `cam-${n}`, family: 'camera', dialect: 'aisle' })),
      ...all.map((n) => ({ id: screenOf(n), family: 'screen', dialect: 'aisle', zone: `by-${n}` })),
      ...Array.from({ length: SHELVES }, (_, n) => ({
        id: `shelf-${n}`,
        family: 'shelf',
        dialect: 'aisle',
        fixture: `fx-${n}`,
      })),
    ],
  };
}

/**
 * Milliseconds from the message by which somebody has stood before a screen for as long as its zone asks, given to the store's
 * broker, to the frame in which the player shows what was chosen, beside 2,000 other messages a second.
 */
export async function benchScreenPaint(): Promise<Figure[]> {
  if (!chromium) throw new Error('Chromium is not installed');
  const system = await System.start({ storeFile: writeShop(manyScreens()) });
  const browser = await openBrowser();
  const load = await integrator(system.access);
  const people = await integrator(system.access);
  let busy = true;
  try {
    const pages = await Promise.all(
      Array.from({ length: OPEN }, () => browser.newPage({ viewport: { width: 1280, height: 720 } })),
    );
    const flood = (async () => {
      for (let due = Date.now(); busy; due += TICK_MS) {
        await sleep(Math.max(0, due - Date.now()));
        const each = (RATE * TICK_MS) / 1000 / SHELVES;
        for (let shelf = 0; shelf < SHELVES; shelf += 1)
          for (let n = 0; n < each; n += 1)
            load.publish(
              `aisle/v1/devices/shelf-${shelf}/shelf/weight`,
              JSON.stringify({ ts: due + Math.floor((n * TICK_MS) / each), slot: `fx-${shelf}-a`, grams: 8000 + n }),
              { qos: 1 },
            );
      }
    })();
    const latencies: number[] = [];
    for (let first = 0; first < SCREENS; first += OPEN) {
      await Promise.all(pages.map((page, at) => open(page, system.access.players[screenOf(first + at)] ?? '')));
      for (const [at, page] of pages.entries()) latencies.push(await stand(page, first + at));
    }
    busy = false;
    await flood;
    const name = `dwell threshold at the broker → screen painted, beside ${RATE} messages/s`;
    return [
      atMost(`${name}, p99 of ${latencies.length}`, percentile(latencies, 0.99), 'ms', {
        name: 'promised',
        value: 100,
      }),
      atMost(`${name}, median`, percentile(latencies, 0.5), 'ms', { name: 'promised', value: 40 }),
    ];
  } finally {
    busy = false;
    await browser.close();
    await Promise.all([load.endAsync(true), people.endAsync(true)]);
    await system.stop();
  }

  async function open(page: Page, url: string): Promise<void> {
    // another hash alone would not load the page anew
    await page.goto('about:blank');
    await page.goto(url);
    await page.locator('#stage[data-ready] > [data-content=idle]').waitFor();
  }

  /** Somebody comes from the dairy, and stands before the screen. */
  async function stand(page: Page, n: number): Promise<number> {
    const [x, y] = placeOf(n);
    const at = (ts: number, place: [number, number]) =>
      publish(people, `cam-${n}`, 'camera/positions', { ts, people: [{ id: 'p', x: place[0], y: place[1] }] });
    const arrives = Date.now() - ENGAGED_MS;
    for (let before = 8_000; before > 0; before -= 500) await at(arrives - before, [3, 3]);
    for (let after = 0; after < ENGAGED_MS; after += 500) await at(arrives + after, [x, y]);
    const sent = Date.now();
    await at(Math.max(sent, arrives + ENGAGED_MS), [x, y]);
    const painted = await waitFor('the choice on the screen', () =>
      page.evaluate((least) => {
        const { content, paintedAt } = document.querySelector<HTMLElement>('#stage')?.dataset ?? {};
        return content !== undefined && content !== 'idle' && Number(paintedAt) >= least
          ? Number(paintedAt)
          : undefined;
      }, sent),
    );
    return painted - sent;
  }
}
