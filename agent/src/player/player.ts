/** The player page: shows what the agent decides, says what it showed, and goes on by itself while the agent is away. */
import mqtt from 'mqtt';
import { version } from '../../package.json';
import type { ScreenShow } from '@aisle/contracts';
import type { PlayerCard, PlayerList } from '../screens/player-list.js';
import { Agent } from './agent.js';
import { Library } from './library.js';
import { OwnList } from './own-list.js';
import { Receipts, type Receipt } from './receipts.js';
import { openShelf, type Shelf } from './shelf.js';
import { Stage, StageError } from './stage.js';

type Show = Pick<ScreenShow, 'decisionId' | 'contentId' | 'expiresTs' | 'filled' | 'link'> & {
  /** chosen by this page itself: for so long, ms */
  own?: number;
  /** until then at the latest, by the agent's clock; where nothing ends it, it has its whole time */
  untilTs?: number;
};

const root = document.querySelector<HTMLElement>('#stage') as HTMLElement;
const screenId = root.dataset['screen'] ?? '';
const key = new URLSearchParams(location.hash.slice(1)).get('key') ?? '';
const topic = (channel: string) => `aisle/v1/devices/${screenId}/${channel}`;
const HEARTBEAT_MS = 10_000;
const REPORT_MS = 30_000;
const LIST_MS = 60_000;
const RELOAD_MS = 600_000;
/** Timers and lines are late by so much: what is taken off by less before its time has had it. */
const LATE_MS = 100;
/** Waits before what could not be shown is tried again: often at first, for a server that only starts anew. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

const agent = new Agent(screenId, key);
const library = new Library((sha256) => agent.path(`file/${sha256}`), key);
const own = new OwnList();
const stage = new Stage(root, {
  isThere,
  fileOf: (card) => (card.file ? library.take(card.file) : Promise.reject(new Error('no file'))),
});
const cards = new Map<string, PlayerCard>();
let list: PlayerList = { timezone: 'UTC', origins: [], cards: [], items: [] };
let shelf: Shelf;
let receipts: Receipts;
let current: Show | undefined;
let expiry: number | undefined;
let retry: number | undefined;
let idleShown: PlayerCard | undefined;

const state = (value: 'online' | 'offline') =>
  JSON.stringify({ state: value, model: 'Aisle player', firmware: version });
const client = mqtt.connect(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`, {
  username: screenId,
  password: key,
  clientId: `player-${screenId}-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
  clean: true,
  keepalive: 15,
  reconnectPeriod: 1000,
  timerVariant: 'native',
  manualConnect: true,
  will: { topic: topic('state'), payload: new TextEncoder().encode(state('offline')) as never, qos: 1, retain: true },
});

client.on('connect', () => {
  note('');
  // What is chosen ends by the agent's clock: how far this one is from it comes first.
  const listening = report().finally(() => client.subscribeAsync(topic('screen/show'), { qos: 1 }));
  alive();
  void Promise.all([listening, loadList()]).then(() => (root.dataset['ready'] = ''));
  receipts.flush();
});
client.on('close', () => {
  if (!current) void goOn();
});
client.on('error', (error) => {
  if ('code' in error && (error.code === 4 || error.code === 5))
    note(
      `This screen's key is not right. Open the page with #key=… behind its address. 屏幕密钥不正确，请在网址后加上 #key=…`,
    );
});
client.on('message', (_topic, payload) => {
  try {
    const show = JSON.parse(new TextDecoder().decode(payload)) as Show;
    if (typeof show.decisionId !== 'string') return;
    if (show.expiresTs > agent.now()) void play(show);
    // What was taken off is said by the same decision, over now.
    else if (show.decisionId === current?.decisionId) void goOn(true);
  } catch {
    // Not for this page.
  }
});
addEventListener('pagehide', () => receipts?.end(Date.now(), true));
void begin();

/** What is kept comes first: the page goes on with it, whether or not anybody answers. */
async function begin(): Promise<void> {
  shelf = await openShelf(`aisle-player-${screenId}`);
  receipts = new Receipts(
    shelf,
    (body, done) => client.publish(topic('screen/play'), body, { qos: 1 }, (error) => done(!error)),
    () => agent.clockOffMs,
  );
  await receipts.load(takeOlder());
  await library.open();
  learn(((await shelf.get('list').catch(() => undefined)) as PlayerList | undefined) ?? list);
  await goOn();
  setInterval(alive, HEARTBEAT_MS);
  setInterval(() => void loadList(), LIST_MS);
  setInterval(() => void report(), REPORT_MS);
  addEventListener('resize', () => void report());
  client.connect();
  if (isSecureContext)
    navigator.serviceWorker?.register('/player-worker.js', { scope: '/player/' }).catch((error: unknown) => {
      console.warn('no service worker', error);
    });
}

/** Receipts that a player of up to 0.2 left in this browser. */
function takeOlder(): Receipt[] {
  const name = `aisle.receipts.${screenId}`;
  try {
    const left = JSON.parse(localStorage.getItem(name) ?? '[]') as Receipt[];
    localStorage.removeItem(name);
    localStorage.removeItem(`aisle.playing.${screenId}`);
    return left;
  } catch {
    return [];
  }
}

function alive(): void {
  if (client.connected) client.publish(topic('state'), state('online'), { qos: 1, retain: true });
  receipts.touch(Date.now());
}

async function report(): Promise<void> {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
  const free = quota === undefined || usage === undefined ? null : Math.max(0, Math.floor(quota - usage));
  const scale = devicePixelRatio;
  await agent.report({
    width: Math.round(innerWidth * scale),
    height: Math.round(innerHeight * scale),
    ...{ freeBytes: free, here: library.count, waiting: receipts.waiting, dropped: receipts.dropped },
  });
}

/** All cards beforehand, so that a decision is on the screen without another question; files after them. */
async function loadList(): Promise<void> {
  try {
    const told = await agent.get<PlayerList>('list.json');
    // A page may hold pictures and pages of those places only that were known when it was opened.
    const known = (root.dataset['origins'] ?? '').split(' ');
    if (told.origins.some((origin) => !known.includes(origin)) && mayReload()) return location.reload();
    learn(told);
    await shelf.set('list', told);
    if (!current) void goOn();
    await library.hold(told.cards.flatMap(({ file }) => file ?? []));
    const goods = told.cards.flatMap(({ template }) => template?.products ?? []);
    await library.holdPictures(goods.flatMap(({ picture }) => picture ?? []));
  } catch {
    // Those that are here already will do.
  }
}

/** Once in a while: a page that comes from its cache again and again stays as it is. */
function mayReload(): boolean {
  const last = Number(sessionStorage.getItem('aisle.reloaded') ?? 0);
  if (Math.abs(Date.now() - last) < RELOAD_MS) return false;
  sessionStorage.setItem('aisle.reloaded', String(Date.now()));
  return true;
}

function learn(told: PlayerList): void {
  list = told;
  cards.clear();
  for (const card of told.cards) cards.set(card.contentId, card);
}

async function cardOf({ contentId, filled }: Show): Promise<PlayerCard | undefined> {
  const known = cards.get(contentId);
  // Prices and the link are those of the decision.
  if (known) return filled ? { ...known, template: filled } : known;
  try {
    const card = await agent.get<PlayerCard>(`content/${encodeURIComponent(contentId)}.json`);
    cards.set(card.contentId, card);
    return filled ? { ...card, template: filled } : card;
  } catch {
    return undefined;
  }
}

async function play(show: Show): Promise<void> {
  if (current?.decisionId === show.decisionId) {
    current.expiresTs = show.expiresTs;
    return expireAt(show.expiresTs);
  }
  current = show;
  const askedAt = Date.now();
  clearTimeout(retry);
  expireAt(show.expiresTs);
  const card = await cardOf(show);
  if (current !== show) return;
  if (!card) {
    receipts.failed(show.decisionId, show.contentId, 'notCached', Date.now());
    return goOn();
  }
  await present(show, card, FIRST_RETRY_MS, askedAt);
}

/** Only what is on the screen is a play: while its picture or page cannot be had, the drawn card stands in, and counts as nothing. */
async function present(show: Show, card: PlayerCard, pauseMs: number, askedAt: number): Promise<void> {
  try {
    await stage.show(card, show.link);
    if (current !== show) return;
    const now = Date.now();
    // Its time runs from when it was asked for: what comes next is asked for by the same clock.
    const planned = leastMs(show, card);
    const least = planned - (show.own === undefined ? now - askedAt : 0) - LATE_MS;
    receipts.begin(show.decisionId, show.contentId, now, Math.max(planned / 2, least));
    if (show.own !== undefined) expireAt(Math.min(agent.now() + show.own, show.untilTs ?? Infinity));
    // for those who watch the page from outside
    root.dataset['play'] = `${show.decisionId}@${now}`;
    return;
  } catch (error) {
    if (current !== show) return;
    const trouble = error instanceof StageError ? error.code : 'notDecodable';
    if (pauseMs === FIRST_RETRY_MS) {
      receipts.end(Date.now());
      receipts.failed(show.decisionId, show.contentId, trouble, Date.now());
      if (!card.file) await stage.show({ ...card, url: null }).catch(() => undefined);
      else await showIdle();
      if (current !== show) return;
    }
    if (show.own !== undefined) retry = later(pauseMs, () => void goOn());
    else retry = later(pauseMs, () => void present(show, card, Math.min(pauseMs * 2, LONGEST_RETRY_MS), Date.now()));
  }
}

/** From then on a play is complete: a video once through, else what its campaign says, else any change that was meant to come. */
function leastMs({ contentId, own: ownMs }: Show, { file }: PlayerCard): number {
  const seconds = stage.seconds ?? file?.seconds ?? undefined;
  if (seconds !== undefined && Number.isFinite(seconds)) return seconds * 1000;
  return ownMs ?? (list.items.find((item) => item.contentId === contentId)?.minPlaySeconds ?? 0) * 1000;
}

/**
 * From here it must be reached, whatever it answers; its answer and whether it lets itself be held in a frame only the agent can see.
 */
async function isThere({ contentId }: PlayerCard, url: string): Promise<boolean> {
  try {
    await fetch(url, { mode: 'no-cors', cache: 'no-store', credentials: 'omit' });
    const path = `content/${encodeURIComponent(contentId)}/trouble.json`;
    return (await agent.get<{ trouble: string | null }>(path)).trouble === null;
  } catch {
    return false;
  }
}

/** Nothing is chosen: while the agent is away the page's own list goes on, else the shop's card. */
async function goOn(ended = false): Promise<void> {
  if (ended || !client.connected) clearTimeout(expiry);
  const item = client.connected ? undefined : own.next(list, agent.now(), isHere);
  if (!item) {
    current = undefined;
    clearTimeout(retry);
    receipts.end(Date.now());
    return showIdle();
  }
  const ms = Math.max(item.minPlaySeconds, cards.get(item.contentId)?.file?.seconds ?? 0) * 1000;
  const decisionId = `own-${[...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16)).join('-')}`;
  const untilTs = item.toTs ?? Infinity;
  await play({
    decisionId,
    contentId: item.contentId,
    expiresTs: Math.min(agent.now() + ms, untilTs),
    own: ms,
    untilTs,
  });
}

function isHere(contentId: string): boolean {
  const card = cards.get(contentId);
  return card !== undefined && card.url === null && (card.file === undefined || library.has(card.file.sha256));
}

async function showIdle(): Promise<void> {
  if (root.dataset['content'] === 'idle' && cards.get('idle') === idleShown) return;
  idleShown = cards.get('idle');
  const empty = { ...{ contentId: 'idle', category: null, hue: 210, url: null, currency: '', products: [] } };
  const names = { name: { en: '', zh: '' }, shop: { en: '', zh: '' } };
  await stage.show(cards.get('idle') ?? { ...empty, ...names }).catch(() => undefined);
}

/** @param ts by the agent's clock */
function expireAt(ts: number): void {
  clearTimeout(expiry);
  expiry = later(Math.max(0, ts - agent.now()), () => void goOn(true));
}

const later = (afterMs: number, work: () => void) => setTimeout(work, afterMs) as unknown as number;

function note(text: string): void {
  const element = document.querySelector<HTMLElement>('#note');
  if (!element) return;
  element.hidden = text === '';
  element.textContent = text;
}
