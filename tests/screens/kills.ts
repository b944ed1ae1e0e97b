import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayLogRow } from '@aisle/contracts';
import { itemName } from '../../cloud/src/campaigns/agent-campaign.js';
import type { Dice } from '../fuzz/mutate.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, waitFor } from '../support/system.js';
import { BrowserProcess } from './browser-process.js';
import { verifyTampered } from './tampered.js';

const SCREENS = ['screen-1', 'screen-2'];
const GTINS = ['06901234567892', '06901234567908'];
const MIN_PLAY_SECONDS = 2;
/** Another item is asked for so often, ms: by a person's pin, which waits for nothing. */
const PIN_EVERY_MS = 600;
/** What is painted so shortly before its browser is shot may be known to one side only, ms. */
const EDGE_MS = 500;

interface Rendered {
  screenId: string;
  contentId: string;
  /** `${decisionId}@${startedTs}` */
  play: string;
  at: number;
}

/** A screen's browser, which is shot and started again with the profile that it had; what it renders is heard as it happens. */
class Kiosk {
  readonly rendered: Rendered[] = [];
  readonly shotAt: number[] = [];
  readonly #profile = mkdtempSync(path.join(tmpdir(), 'aisle-kiosk-'));
  readonly #browser = new BrowserProcess(this.#profile, ['--window-size=640,360']);

  constructor(
    readonly screenId: string,
    private readonly url: string,
  ) {}

  async start(): Promise<void> {
    const page = await this.#browser.start();
    await page.exposeFunction('heard', (play: string, contentId: string) =>
      this.rendered.push({ screenId: this.screenId, play, contentId, at: Date.now() }),
    );
    await page.addInitScript(() => {
      let last = '';
      new MutationObserver(() => {
        const { play = '', content = '' } = document.querySelector<HTMLElement>('#stage')?.dataset ?? {};
        if (play === last) return;
        last = play;
        (window as unknown as { heard(play: string, content: string): void }).heard(play, content);
      }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-play'] });
    });
    // Its agent may be dead at this moment: then the page comes from its cache, and before it has one, again.
    await waitFor('the page', () => page.goto(this.url).then(() => true), 60_000, 200);
  }
  async shoot(): Promise<void> {
    this.shotAt.push(Date.now());
    await this.#browser.shoot();
  }
  async end(): Promise<void> {
    await this.#browser.shoot();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

export interface KillsVerdict {
  kills: Record<string, number>;
  rendered: number;
  counted: number;
  /** shot so shortly before that only one side knows of it */
  onTheEdge: number;
  faults: string[];
}

/** Agent with its broker, cloud and players die at random while items change; then plays as rendered are held against plays as counted. */
export async function killWhilePlaying(kills: number, dice: Dice, say: (text: string) => void): Promise<KillsVerdict> {
  const shop = smallShop();
  const devices = (shop['devices'] as { id: string }[]).filter(({ id }) => !id.startsWith('screen'));
  const screens = SCREENS.map((id) => ({ id, family: 'screen', dialect: 'aisle', zone: 'by-screen' }));
  const system = await System.start({ storeFile: writeShop({ ...shop, devices: [...devices, ...screens] }) });
  const kiosks = SCREENS.map((id) => new Kiosk(id, system.access.players[id] as string));
  let busy = true;
  try {
    const began = wholeMinute(Date.now());
    const items = await makeItems(system);
    for (const kiosk of kiosks) await kiosk.start();
    const pins = (async () => {
      while (busy) {
        await pin(system, dice.pick(SCREENS), dice.pick(items)).catch(() => undefined);
        await sleep(PIN_EVERY_MS);
      }
    })();
    const killed: Record<string, number> = { agent: 0, cloud: 0, player: 0 };
    for (let kill = 1; kill <= kills; kill += 1) {
      await sleep(1_500 + dice.below(2_500));
      const what = dice.pick(['agent', 'agent', 'player', 'player', 'cloud'] as const);
      killed[what] = (killed[what] ?? 0) + 1;
      if (what === 'player') {
        const kiosk = dice.pick(kiosks);
        await kiosk.shoot();
        await kiosk.start();
      } else system.kill(what);
      if (kill % 10 === 0) say(`${kill} kills, ${kiosks.flatMap(({ rendered }) => rendered).length} plays rendered`);
    }
    busy = false;
    await pins;
    const rows = await settledPlays(system, kiosks, began);
    const verdict = judge(kiosks, rows);
    verdict.faults.push(...(await verifyTampered(system, [began, wholeMinute(Date.now() + 60_000)], rows, dice)));
    return { kills: killed, ...verdict };
  } finally {
    busy = false;
    for (const kiosk of kiosks) await kiosk.end();
    await system.stop();
  }
}

async function ask<T>(system: System, call: string, body: object): Promise<T> {
  const answer = await fetch(`${system.access.apiUrl}${call}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.access.apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok) throw new Error(`${call}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
const pin = (system: System, screenId: string, contentId: string) =>
  ask(system, `${system.store}/screens/${screenId}/pin`, { contentId, minutes: 60 });

/** A campaign of four templates; their names, as decisions and plays call them. */
async function makeItems(system: System): Promise<string[]> {
  const content = (['product', 'offer'] as const).flatMap((template) =>
    GTINS.map((gtin) => ({ template, gtins: [gtin] })),
  );
  const body = {
    name: 'Kills',
    stores: [system.access.storeId],
    content,
    policy: 'loop',
    holdout: 0,
    minPlaySeconds: MIN_PLAY_SECONDS,
  };
  const { campaignId } = await ask<{ campaignId: string }>(system, '/campaigns', body);
  await ask(system, `/campaigns/${campaignId}/state`, { state: 'live' });
  return content.map((item) => itemName(item, []));
}

const plays = (system: System, from: string) =>
  system.get<PlayLogRow[]>(
    `${system.store}/plays?from=${encodeURIComponent(from)}&to=${encodeURIComponent(wholeMinute(Date.now() + 60_000))}`,
  );
/** The log of plays is asked for by the minute. */
const wholeMinute = (ts: number): string => new Date(Math.floor(ts / 60_000) * 60_000).toISOString();
const keyOf = ({ decisionId, startedTs }: PlayLogRow): string => `${decisionId}@${startedTs}`;

/** What was rendered last has come, or it never will. */
async function settledPlays(system: System, kiosks: readonly Kiosk[], from: string): Promise<PlayLogRow[]> {
  const last = kiosks.map(({ rendered }) => rendered.at(-1)?.play);
  await waitFor(
    'the last plays',
    async () => {
      const known = new Set((await plays(system, from)).map(keyOf));
      return last.every((play) => play === undefined || known.has(play));
    },
    90_000,
    500,
  ).catch(() => undefined);
  return system.settled(() => plays(system, from));
}

function judge(kiosks: readonly Kiosk[], rows: readonly PlayLogRow[]): Omit<KillsVerdict, 'kills'> {
  const faults: string[] = [];
  let onTheEdge = 0;
  const rendered = kiosks.flatMap((kiosk) => kiosk.rendered);
  const isNearShot = (screenId: string, at: number): boolean =>
    kiosks.some(
      (kiosk) => kiosk.screenId === screenId && kiosk.shotAt.some((shot) => shot >= at && shot - at <= EDGE_MS),
    );
  const byKey = new Map<string, PlayLogRow>();
  for (const row of rows) {
    if (byKey.has(keyOf(row))) faults.push(`${keyOf(row)} is counted twice`);
    byKey.set(keyOf(row), row);
  }
  const seen = new Map<string, Rendered>();
  for (const one of rendered) {
    if (seen.has(one.play)) continue;
    seen.set(one.play, one);
    const row = byKey.get(one.play);
    if (row?.contentId === one.contentId && row.screenId === one.screenId) continue;
    if (row)
      faults.push(
        `${one.play} was ${one.contentId} on ${one.screenId}, and is counted as ${row.contentId} on ${row.screenId}`,
      );
    else if (isNearShot(one.screenId, one.at)) onTheEdge += 1;
    else faults.push(`${one.play} (${one.contentId} on ${one.screenId}) was rendered and is not counted`);
  }
  for (const row of rows) {
    if (seen.has(keyOf(row)) || row.outcome === 'failed') continue;
    if (isNearShot(row.screenId, row.startedTs)) onTheEdge += 1;
    else faults.push(`${keyOf(row)} is counted and was not rendered`);
  }
  for (const screenId of SCREENS) {
    const own = rows.filter((row) => row.screenId === screenId && row.outcome !== 'failed');
    own.sort((a, b) => a.startedTs - b.startedTs);
    own.forEach((row, at) => {
      const before = own[at - 1];
      if (before && before.endedTs > row.startedTs)
        faults.push(`${keyOf(before)} ends behind the beginning of ${keyOf(row)}`);
      if (row.outcome === 'completed' && row.endedTs - row.startedTs < (MIN_PLAY_SECONDS * 1000) / 2)
        faults.push(`${keyOf(row)} is told as completed after ${row.endedTs - row.startedTs} ms`);
    });
  }
  return { rendered: seen.size, counted: rows.length, onTheEdge, faults };
}
