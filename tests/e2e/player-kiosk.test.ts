import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, waitFor } from '../support/system.js';
import { chromium } from '../support/devices.js';
import { BrowserProcess } from '../screens/browser-process.js';
import { shop, type Content } from '../screens/contents.js';
import { KEY, PlayerRig, SCREEN, buildPlayer } from '../screens/rig.js';

/** A name that is no loopback's: what a browser trusts of 127.0.0.1 it must be told of a shop's machine. */
const HOST = 'shop.test';

/** What the configuration of a kiosk says, for an agent at this address: the flags of its service and the places that its policy trusts. */
function kioskFlags(host: string, port: number): string[] {
  const read = (name: string) =>
    readFileSync(path.join(root, 'firmware-configs/screen-kiosk', name), 'utf8')
      .replaceAll('{{host}}', host)
      .replaceAll('{{httpPort}}', String(port));
  const started = /^ExecStart=.*?chromium ((?:.*\\\n)*.*)$/m.exec(read('aisle-kiosk.service'))?.[1] ?? '';
  const flags = [...started.matchAll(/--\S+/g)].map(([flag]) => flag);
  // A test has neither a display nor rights to a machine's policies: this flag is what the policy sets (chromeenterprise.google/policies).
  const { OverrideSecurityRestrictionsOnInsecureOrigin: trusted } = JSON.parse(read('policy.json')) as Record<
    string,
    string[]
  >;
  const ofDisplay = /^--(ozone-platform|user-data-dir|kiosk$)/;
  return [
    ...flags.filter((flag) => !ofDisplay.test(flag)),
    `--unsafely-treat-insecure-origin-as-secure=${trusted?.join(',')}`,
  ];
}

describe.skipIf(!chromium)('the player on a kiosk, at an address that counts as secure (needs Chromium)', () => {
  const rig = new PlayerRig(shop());
  const profile = mkdtempSync(path.join(tmpdir(), 'aisle-kiosk-'));
  let kiosk: BrowserProcess | undefined;
  let page: Page;
  let contents: Content[];
  const url = () => `http://${HOST}:${rig.port}/player/${SCREEN}#key=${KEY}`;

  /** As the kiosk's service starts it, with the profile that it had. */
  async function power(): Promise<void> {
    kiosk = new BrowserProcess(profile, [
      '--window-size=1080,1920',
      `--host-resolver-rules=MAP ${HOST} 127.0.0.1`,
      ...kioskFlags(HOST, rig.port),
    ]);
    page = await kiosk.start();
    await page.goto(url());
  }
  const shown = () => page.locator('#stage').getAttribute('data-content');
  /** Both items come on the screen by themselves, whole. */
  async function goesOn(): Promise<void> {
    for (const { item } of contents) {
      await waitFor(`${item.contentId} on the screen`, async () => (await shown()) === item.contentId, 20_000);
      // while one item follows another, both stand on the stage for a moment
      await waitFor(`${item.contentId} alone and whole`, async () => {
        const widths = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLImageElement>('#stage img')].map(({ naturalWidth }) => naturalWidth),
        );
        return (await shown()) === item.contentId && widths.length === 1 && (widths[0] ?? 0) > 0;
      });
    }
  }

  beforeAll(async () => {
    await rig.start();
    await buildPlayer(rig.folder);
    const plain = (background: string) =>
      sharp({ create: { width: 90, height: 160, channels: 3, background } })
        .png()
        .toBuffer();
    rig.storeFile = shop([rig.picture('milk', await plain('#3366cc'))]);
    const gtin = rig.storeFile.products?.[0]?.gtin ?? '';
    contents = [
      {
        name: 'picture',
        item: {
          ...{ contentId: 'picture', gtins: [], category: null, weight: 1 },
          file: rig.file(await plain('#cc3366'), 'image/png'),
        },
      },
      { name: 'offer', item: { contentId: 'offer', template: 'offer', gtins: [gtin], category: null, weight: 1 } },
    ];
    rig.offer(contents);
  }, 60_000);
  afterAll(async () => {
    await kiosk?.shoot();
    await rig.stop();
    rmSync(profile, { recursive: true, force: true });
  });

  it('goes on without agent and network, also after a power cut, and then tells of every play once', async () => {
    await power();
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
    await waitFor('the page, its files and its pictures in its own cache', () =>
      page.evaluate(async () => {
        const count = async (name: string) => (await (await caches.open(name)).keys()).length;
        await navigator.serviceWorker.ready;
        return (
          (await count('aisle-page')) >= 3 &&
          (await count('aisle-files')) === 1 &&
          (await count('aisle-pictures')) === 1
        );
      }),
    );
    // once more, so that the service worker has seen the page itself
    await page.reload();
    const first = rig.show(contents[0] as Content, 60_000);
    await rig.rendered(first);
    const { port } = rig;
    await rig.halt();
    await rig.fallPictures();
    await kiosk?.shoot();

    await power();
    expect(await page.locator('#stage > *').count()).toBeGreaterThan(0);
    await goesOn();
    await kiosk?.shoot();
    await power();
    await goesOn();

    await rig.start(port);
    const plays = await waitFor(
      'what was played meanwhile',
      () => {
        const own = rig.receipts.filter(({ decisionId }) => decisionId.startsWith('own-'));
        const begun = new Set(own.map(({ decisionId }) => decisionId)).size;
        const ended = own.filter(({ outcome }) => outcome !== undefined);
        return ended.filter(({ outcome }) => outcome === 'completed').length >= 2 && begun - ended.length <= 1 && own;
      },
      20_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(rig.receipts)}`);
    });
    // two receipts of each, its beginning and its end; of the one that is on the screen the beginning only. What was not acknowledged
    // when the agent went away comes again, the same bytes.
    const ends = new Map<string, string[]>();
    const told = new Map(rig.receipts.map((receipt) => [JSON.stringify(receipt), receipt]));
    for (const { decisionId, outcome } of told.values())
      ends.set(decisionId, [...(ends.get(decisionId) ?? []), outcome ?? 'begun']);
    for (const [decisionId, said] of ends) {
      expect(said[0], decisionId).toBe('begun');
      expect(said.length, decisionId).toBeLessThanOrEqual(2);
    }
    expect([...ends.values()].filter((said) => said.length === 1).length).toBeLessThanOrEqual(1);
    expect(ends.get(first)).toEqual(['begun', 'cut']);
    // one after the other, never two at once
    const once = new Map(plays.map((receipt) => [JSON.stringify(receipt), receipt]));
    const whole = [...once.values()]
      .filter(({ outcome }) => outcome !== undefined)
      .sort((a, b) => a.startedTs - b.startedTs);
    for (const [at, { startedTs }] of whole.entries())
      if (at > 0) expect(startedTs).toBeGreaterThanOrEqual(whole[at - 1]?.endedTs ?? 0);
  }, 120_000);
});
