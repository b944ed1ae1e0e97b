import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoreFile } from '@aisle/contracts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPage } from '../../dashboard/test/browser/honesty.js';
import { openBrowser } from '../support/browser.js';
import { chromium } from '../support/devices.js';
import { Line } from '../support/line.js';
import { System, freePorts, waitFor, type ProcessName } from '../support/system.js';

/** `npm run soak -- silence`: every way of falling silent, every page in both languages. */
const WHOLE = process.env.AISLE_WHOLE_SILENCE !== undefined;
const LANGUAGES = ['en-GB', 'zh-CN'] as const;
/** Every page with a figure of now, by what stands in the address. */
const VIEWS = [
  'place',
  'place?period=today',
  'place/zone/ZONE?period=today',
  'goods?period=today',
  'goods/product/PRODUCT?period=today',
  'people?period=today',
  'people/hours/footfall?period=today',
  'screens',
  'screens/screen/SCREEN',
  'devices',
  'devices?device=CAMERA',
] as const;

type Silent = 'sensors' | 'agent' | 'cloud' | 'the browser’s line' | 'the agent’s line';
type Way = 'frozen' | 'killed';
/** What every page says meanwhile, by its mark. */
const SAYS: Record<Silent, 'sensors' | 'agent' | 'connection'> = {
  sensors: 'sensors',
  agent: 'agent',
  cloud: 'connection',
  'the browser’s line': 'connection',
  'the agent’s line': 'agent',
};
const ALL: readonly [Silent, Way][] = (Object.keys(SAYS) as Silent[]).flatMap((silent): [Silent, Way][] => [
  [silent, 'frozen'],
  [silent, 'killed'],
]);
/** Each of them once, in one of its ways. */
const FEW: readonly [Silent, Way][] = [
  ['sensors', 'frozen'],
  ['agent', 'frozen'],
  ['cloud', 'killed'],
  ['the browser’s line', 'frozen'],
];
/**
 * Said within five seconds of the silence. Of sensors the agent itself must be sure first: a camera's pause of ten seconds is none yet
 * (SEMANTICS 3).
 */
const WITHIN_MS: Record<Silent, number> = {
  sensors: 15_000,
  agent: 5_000,
  cloud: 5_000,
  'the browser’s line': 5_000,
  'the agent’s line': 5_000,
};

describe.skipIf(!chromium)('real processes that fall silent under pages that are open (needs chromium)', () => {
  let browser: Browser;
  let system: System;
  let browserLine: Line;
  let agentLine: Line;
  const tabs: { view: string; page: Page }[] = [];
  const agentTabs: Page[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    const ports = await freePorts();
    [browser, system, browserLine, agentLine] = await Promise.all([
      openBrowser(),
      System.start({ simulator: true, seed: 7, ports }),
      Line.to(ports.port),
      Line.to(ports.cloudMqtt),
    ]);
    await putOnLine(agentLine.port);
    for (const [at, locale] of LANGUAGES.entries()) {
      const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 } });
      const { dashboardUrl, apiUrl, email, password, agentUrl, agentLocalSecret } = system.access;
      const address = dashboardUrl.replace(/:\d+/, `:${browserLine.port}`);
      const login = await context.request.post(`${address.replace(/\/$/, '')}${new URL(apiUrl).pathname}/session`, {
        data: { email, password },
        headers: { origin: address.replace(/\/$/, '') },
      });
      expect(login.status()).toBeLessThan(300);
      const names = await namesOfShop();
      // one language each when quick: Place and Screens in both
      const shown = VIEWS.filter((view, n) => WHOLE || n % 2 === at || view === 'place' || view === 'screens');
      for (const view of shown) {
        const page = await context.newPage();
        page.on('pageerror', (error) => problems.push(`${view}: ${error.message}`));
        await page.goto(
          `${address}#/${system.access.storeId}/${view.replace(/[A-Z]{4,}/, (name) => names[name] ?? name)}`,
        );
        tabs.push({ view: `${view} (${locale})`, page });
      }
      const own = await context.newPage();
      await own.goto(agentUrl);
      await own.locator('input[type=password]').fill(agentLocalSecret);
      await own.locator('button').first().click();
      await own.locator('#asof').waitFor();
      agentTabs.push(own);
    }
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await browserLine?.close();
    await agentLine?.close();
  });

  /** From its next start on the agent speaks to its cloud through the test's line. */
  async function putOnLine(port: number): Promise<void> {
    const file = path.join(system.dataDir, 'agent/agent.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as { cloud: { url: string } };
    config.cloud.url = config.cloud.url.replace(/:\d+$/, `:${port}`);
    writeFileSync(file, JSON.stringify(config));
    await killAgain('agent');
  }
  async function killAgain(name: ProcessName): Promise<void> {
    const before = system.pid(name);
    system.kill(name);
    await waitFor(`another ${name}`, () => (system.pid(name) ?? before) !== before, 30_000);
  }
  async function namesOfShop(): Promise<Record<string, string>> {
    const { storeFile } = await system.get<{ storeFile: StoreFile }>(`${system.store}/file`);
    const { zones, products, devices } = storeFile;
    const device = (family: string): string => devices?.find((one) => one.family === family)?.id ?? '';
    return {
      ...{ ZONE: zones?.[0]?.id ?? '', PRODUCT: products?.[0]?.gtin ?? '' },
      ...{ SCREEN: device('screen'), CAMERA: device('camera') },
    };
  }

  const PROCESS: Partial<Record<Silent, ProcessName>> = { sensors: 'simulator', agent: 'agent', cloud: 'cloud' };
  function begin(silent: Silent, way: Way): void {
    const name = PROCESS[silent];
    if (name && way === 'frozen') process.kill(system.pid(name) as number, 'SIGSTOP');
    else if (name) {
      // its parent would start it again at once
      system.child.kill('SIGSTOP');
      system.kill(name);
    } else {
      const line = silent === 'the agent’s line' ? agentLine : browserLine;
      if (way === 'frozen') line.silence();
      else line.cut();
    }
  }
  function end(silent: Silent, way: Way): void {
    const name = PROCESS[silent];
    if (name && way === 'frozen') process.kill(system.pid(name) as number, 'SIGCONT');
    else if (name) system.child.kill('SIGCONT');
    else (silent === 'the agent’s line' ? agentLine : browserLine).mend();
  }
  const isMarked = (page: Page, mark: string): Promise<boolean> =>
    page.locator(`main [data-since=${mark}]`).first().isVisible();
  const isLive = (page: Page): Promise<boolean> =>
    page.evaluate(
      () =>
        document.querySelector('h1') !== null &&
        document.querySelector('main [data-stands=live]') !== null &&
        document.querySelector('.skeleton, main [aria-busy=true], main [role=status] [data-since]') === null,
    );
  const everyTab = (what: string, holds: (page: Page) => Promise<boolean>, ms: number): Promise<unknown> =>
    Promise.all(tabs.map(({ page, view }) => waitFor(`${what}: ${view}`, () => holds(page), ms, 100)));
  const everyOwn = (what: string, holds: (text: string, page: Page) => boolean, ms: number): Promise<unknown> =>
    Promise.all(
      agentTabs.map((page) => waitFor(what, async () => holds(await page.locator('main').innerText(), page), ms, 100)),
    );

  it.each(WHOLE ? ALL : FEW)(
    '%s, %s: every page says so, shows no number as of now, and is live again by itself',
    async (silent, way) => {
      const mark = SAYS[silent];
      await everyTab('a live page', isLive, 60_000);
      const begunMs = Date.now();
      begin(silent, way);
      try {
        await everyTab(`the word that ${silent} is silent`, (page) => isMarked(page, mark), WITHIN_MS[silent]);
        if (WHOLE) process.stdout.write(`${silent}, ${way}: said after ${Date.now() - begunMs} ms\n`);
        for (const { page, view } of tabs) {
          const { live, loud, people } = await readPage(page);
          if (mark === 'sensors') expect(people, view).toEqual([]);
          else expect({ live, loud }, view).toEqual({ live: [], loud: [] });
        }
        if (silent === 'agent')
          await everyOwn(
            'the agent’s own page to say so',
            (text) => /has not answered since|主机没有响应/.test(text),
            5_000,
          );
        if (silent === 'cloud' || silent === 'the agent’s line')
          await everyOwn('the agent’s page without a cloud', (text) => /not reachable|连接中断/.test(text), 15_000);
        if (silent === 'sensors')
          await everyOwn('the agent’s page without sensors', (text) => /not sensed|无客流数据/.test(text), 5_000);
      } finally {
        end(silent, way);
      }
      await everyTab('a live page again', isLive, 60_000);
      if (!(silent === 'agent' && way === 'killed'))
        await everyOwn(
          'the agent’s own page',
          (text) => /As of|更新于/.test(text) && !/not reachable|中断/.test(text),
          30_000,
        );
      expect(problems).toEqual([]);
    },
    180_000,
  );
});
