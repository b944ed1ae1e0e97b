import { spawn, type ChildProcess } from 'node:child_process';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { chromium } from '../support/devices.js';

/** A browser with a profile of its own on the disk, which can be shot as a power cut would, and started again with what it had. */
export class BrowserProcess {
  #child: ChildProcess | undefined;
  #browser: Browser | undefined;

  constructor(
    private readonly profile: string,
    private readonly args: readonly string[] = [],
  ) {}

  async start(): Promise<Page> {
    const child = spawn(
      chromium as string,
      [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
        ...['--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${this.profile}`, ...this.args],
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child = child;
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (data: Buffer) => {
        said += data.toString();
        const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error(`the browser ended: ${said.slice(-500)}`)));
    });
    this.#browser = await playwright.connectOverCDP(address);
    const [context] = this.#browser.contexts();
    return context?.pages()[0] ?? (await (context as NonNullable<typeof context>).newPage());
  }

  /** No process of it has a moment left. */
  async shoot(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await this.#browser?.close().catch(() => undefined);
  }
}
