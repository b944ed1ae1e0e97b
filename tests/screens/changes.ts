import sharp from 'sharp';
import type { Page } from 'playwright-core';
import type { Dice } from '../fuzz/mutate.js';
import { openBrowser } from '../support/browser.js';
import { makeContents, shop, type Content } from './contents.js';
import { Judge, Looks, Watch, lookOfPage, type Verdict } from './frames.js';
import { PlayerRig, buildPlayer } from './rig.js';

/** A frame is handed on by then. */
const LATE_MS = 2000;
const SIZE = { width: 1280, height: 720 };

/** A page of the player with its list and files, its contents looked at one by one. */
export async function openPlayer(rig: PlayerRig, page: Page): Promise<{ contents: Content[]; looks: Looks }> {
  await buildPlayer(rig.folder);
  const pictures = await Promise.all(
    [0, 1, 2].map((n) =>
      sharp({
        create: { width: 400, height: 400, channels: 3, background: { r: 200 - n * 60, g: 90 + n * 50, b: 60 } },
      })
        .png()
        .toBuffer(),
    ),
  );
  rig.storeFile = shop(pictures.map((bytes, n) => rig.picture(`goods-${n}`, bytes)));
  const contents = await makeContents(rig);
  rig.offer(contents);
  await page.setViewportSize(SIZE);
  await page.goto(rig.url);
  await page.locator('#stage > [data-content=idle]').waitFor();
  const looks = new Looks();
  for (const content of contents) {
    await rig.rendered(rig.show(content));
    looks.learn(content, await lookOfPage(page));
  }
  return { contents, looks };
}

/**
 * Changes items as fast as the player says that each is on its screen, in an order that a seed gives, and looks at every frame that
 * the browser composes meanwhile.
 */
export async function watchChanges(
  changes: number,
  dice: Dice,
  onHundred: (done: number, verdict: Verdict) => void = () => undefined,
): Promise<Verdict & { seconds: number; kinds: Record<string, number> }> {
  const rig = new PlayerRig(shop());
  await rig.start();
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const { contents, looks } = await openPlayer(rig, page);
    const sequence = [{ shown: contents.length - 1, askedMs: 0 }];
    const judge = new Judge(looks, sequence);
    const watch = new Watch();
    await watch.start(page);
    const kinds: Record<string, number> = {};
    const began = performance.now();
    for (let change = 1; change <= changes; change += 1) {
      // another one than what is shown
      const before = sequence.at(-1)?.shown as number;
      const chosen = (before + 1 + dice.below(contents.length - 1)) % contents.length;
      const content = contents[chosen] as Content;
      sequence.push({ shown: chosen, askedMs: Date.now() });
      const kind = content.item.file ? content.item.file.type.split('/')[0] : 'template';
      kinds[kind as string] = (kinds[kind as string] ?? 0) + 1;
      await rig.rendered(rig.show(content));
      if (change % 20 === 0) judge.look(await watch.take(Date.now() - LATE_MS));
      if (change % 100 === 0) onHundred(change, judge.verdict);
    }
    await watch.stop();
    judge.look(await watch.take());
    return { ...judge.verdict, kinds, seconds: (performance.now() - began) / 1000 };
  } finally {
    await browser.close();
    await rig.stop();
  }
}
