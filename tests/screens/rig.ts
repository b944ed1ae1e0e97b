import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Aedes } from 'aedes';
import { build } from 'esbuild';
import { WebSocketServer, createWebSocketStream } from 'ws';
import { filledTemplateOf, type Content } from './contents.js';
import type { AgentCampaign, MediaFile, ScreenPlay, StoreFile } from '@aisle/contracts';
import { indexStore } from '../../agent/src/devices/store-index.js';
import { playerFileRoutes } from '../../agent/src/http/player-files.js';
import { playerRoutes } from '../../agent/src/http/player-routes.js';
import { scriptRoute } from '../../agent/src/http/scripts.js';
import { createHttpServer } from '../../agent/src/http/server.js';
import { PlayerReports } from '../../agent/src/screens/media/player-reports.js';
import { ScreenItems } from '../../agent/src/screens/media/screen-items.js';
import { systemClock } from '../../agent/src/adapters/system.js';
import { root } from '../support/system.js';

export const SCREEN = 'screen-1';
export const KEY = 'screen-key';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Builds the player's page as the agent serves it. */
export async function buildPlayer(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { player: 'agent/src/player/player.ts', 'player-worker': 'agent/src/player/worker.ts' },
    outdir: folder,
    ...{ bundle: true, format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'error' },
  });
  const inter = 'node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
  copyFileSync(path.join(root, inter), path.join(folder, 'inter.woff2'));
}

/**
 * What a player needs of an agent, and nothing that chooses: its page, list and files by the agent's own routes, and a broker by which
 * a test says what to show, at any pace, and hears the receipts.
 */
export class PlayerRig {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'aisle-player-'));
  readonly items = new ScreenItems();
  readonly reports = new PlayerReports(systemClock);
  readonly receipts: ScreenPlay[] = [];
  readonly #listeners = new Set<(play: ScreenPlay) => void>();
  readonly #files = new Map<string, Buffer>();
  readonly #pictures = new Map<string, Buffer>();
  #broker: Aedes | undefined;
  #server: Server | undefined;
  #outside: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #shown = 0;
  #revision = 0;
  port = 0;

  constructor(public storeFile: StoreFile) {}

  async start(port = 0): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    await this.#serve(port);
    this.#outside ??= await this.#servePictures();
  }

  /** Where a product's picture lies: another server than the shop's own. */
  picture(name: string, bytes: Buffer): string {
    this.#pictures.set(`/${name}.png`, bytes);
    return `http://127.0.0.1:${(this.#outside?.address() as AddressInfo).port}/${name}.png`;
  }

  file(bytes: Buffer, type: MediaFile['type'], seconds: number | null = null): MediaFile {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#files.set(sha256, bytes);
    writeFileSync(path.join(this.folder, sha256), bytes);
    return { sha256, type, bytes: bytes.length, width: 1280, height: 720, seconds };
  }

  /** All of them in one campaign, for the list that the player holds. */
  offer(contents: readonly Content[], more: Partial<AgentCampaign> = {}): void {
    const campaign: AgentCampaign = {
      ...{ campaignId: 'c', revision: (this.#revision += 1), name: 'c', state: 'live', screens: null, category: null },
      ...{ items: contents.map(({ item }) => item), gtins: [], goal: 'stops', policy: 'loop', holdoutPpm: 0 },
      ...{ blockMinutes: 20, washInMinutes: 5, minPlaySeconds: 2, dailyCap: null, frequencyCap: null, weight: 1 },
      ...{ fromTs: null, toTs: null, days: null, hours: null, seed: 1 },
      ...more,
    };
    this.items.apply({ seq: 1, event: { kind: 'campaign', ts: Date.now(), campaign } } as never);
  }

  /** Says what to show; comes back with the decision's name. */
  show(content: Content, forMs = 60_000): string {
    this.#shown += 1;
    const decisionId = `d-${this.#shown}`;
    const filled = filledTemplateOf(this.storeFile, content.item);
    this.publish({
      ...{ decisionId, contentId: content.item.contentId, url: '', reason: '', expiresTs: Date.now() + forMs },
      ...(filled && { filled }),
    });
    return decisionId;
  }
  publish(show: object): void {
    this.#broker?.publish(
      {
        ...{ cmd: 'publish', topic: `aisle/v1/devices/${SCREEN}/screen/show`, qos: 1, retain: true, dup: false },
        payload: Buffer.from(JSON.stringify(show)),
      },
      () => undefined,
    );
  }

  /** The player says that it is on the screen. */
  rendered(decisionId: string, withinMs = 10_000): Promise<ScreenPlay> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#listeners.delete(look);
        reject(new Error(`${decisionId} was not on the screen within ${withinMs} ms`));
      }, withinMs);
      const look = (play: ScreenPlay): void => {
        if (play.decisionId !== decisionId) return;
        clearTimeout(timer);
        this.#listeners.delete(look);
        if (play.outcome === 'failed') reject(new Error(`${decisionId} failed: ${play.trouble}`));
        else resolve(play);
      };
      this.#listeners.add(look);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/player/${SCREEN}#key=${KEY}`;
  }

  /** As a machine that has no power: nothing answers, no connection stays. */
  async halt(): Promise<void> {
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    this.#sockets?.close();
    this.#server?.closeAllConnections();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(undefined)));
    await new Promise<void>((resolve) => (this.#broker ? this.#broker.close(() => resolve()) : resolve()));
    this.#server = undefined;
    this.#broker = undefined;
  }
  async fallPictures(): Promise<void> {
    this.#outside?.closeAllConnections();
    await new Promise((resolve) => (this.#outside ? this.#outside.close(resolve) : resolve(undefined)));
  }
  async stop(): Promise<void> {
    await this.halt();
    await this.fallPictures();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #serve(port: number): Promise<void> {
    const index = () => indexStore(this.storeFile, 1);
    const isDevice = (id: string, key: string) => id === SCREEN && key === KEY;
    const media = {
      items: this.items,
      reports: this.reports,
      disk: { pathOf: (sha256: string) => path.join(this.folder, sha256) },
      keeper: { has: (sha256: string) => this.#files.has(sha256) },
    };
    const files = playerFileRoutes({ isScreen: (id) => id === SCREEN, isDevice, media, clock: systemClock });
    const parts = { config: index, isDevice, items: this.items, now: () => Date.now() };
    const page = playerRoutes({ ...parts, probe: { troubleOf: () => Promise.resolve(undefined) } });
    const scripts = scriptRoute(this.folder, ['player.js', 'player-worker.js', 'inter.woff2']);
    const server = createHttpServer({ get: [files.get, page, scripts], post: [files.post] }, quiet);
    const broker = await Aedes.createBroker();
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'mqtt' });
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (one) => void broker.handle(createWebSocketStream(one))),
    );
    broker.on('publish', (packet) => {
      if (!packet.topic.endsWith('/screen/play')) return;
      const play = JSON.parse(packet.payload.toString()) as ScreenPlay;
      this.receipts.push(play);
      for (const listener of [...this.#listeners]) listener(play);
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#broker = broker;
    this.#sockets = sockets;
  }

  async #servePictures(): Promise<Server> {
    const server = createServer((request, response) => {
      const bytes = this.#pictures.get(request.url ?? '');
      response.writeHead(bytes ? 200 : 404, { 'content-type': 'image/png' }).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }
}

/** Runs ffmpeg to its end. @throws with what it said */
export function ffmpeg(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(said))));
  });
}
