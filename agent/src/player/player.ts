/** The player page: shows what the agent decides, says what it showed. Plain TypeScript, built for browsers. */
import mqtt from 'mqtt';
import { version } from '../../package.json';
import { Receipts } from './receipts.js';
import { Stage, type CardData } from './stage.js';

interface Show {
  decisionId: string;
  contentId: string;
  url: string;
  expiresTs: number;
}

const screenId = document.querySelector<HTMLElement>('#stage')?.dataset['screen'] ?? '';
const key = new URLSearchParams(location.hash.slice(1)).get('key') ?? '';
const topic = (channel: string) => `aisle/v1/devices/${screenId}/${channel}`;
const HEARTBEAT_MS = 10_000;

const files = new Map<string, string>();
const stage = new Stage(document.querySelector('#stage') as HTMLElement, isThere, fileOf);
const receipts = new Receipts(localStorage, screenId, (body, done) =>
  client.publish(topic('screen/play'), body, { qos: 1 }, (error) => done(!error)),
);
const cards = new Map<string, CardData>();
let current: Show | undefined;
let expiry: number | undefined;
let retry: number | undefined;
/** Waits before what could not be shown is tried again: often at first, for a server that only starts anew. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

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
  will: { topic: topic('state'), payload: new TextEncoder().encode(state('offline')) as never, qos: 1, retain: true },
});

client.on('connect', () => {
  note('');
  client.subscribe(topic('screen/show'), { qos: 1 });
  alive();
  void loadCards();
  receipts.flush();
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
    if (typeof show.decisionId === 'string' && show.expiresTs > Date.now()) void play(show);
  } catch {
    // Not for this page.
  }
});
setInterval(alive, HEARTBEAT_MS);
setInterval(() => void loadCards(), 300_000);
addEventListener('pagehide', () => receipts.end(Date.now()));
void idle();

function alive(): void {
  if (client.connected) client.publish(topic('state'), state('online'), { qos: 1, retain: true });
  receipts.touch(Date.now());
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** All cards beforehand, so that a decision is on the screen without another question. */
async function loadCards(): Promise<void> {
  try {
    const { content } = await get<{ content: CardData[] }>(`/player/${encodeURIComponent(screenId)}/content.json`);
    for (const card of content) cards.set(card.contentId, card);
    if (!current) void idle();
  } catch {
    // Those that are here already will do.
  }
}

async function cardOf(show: Show): Promise<CardData | undefined> {
  const known = cards.get(show.contentId);
  if (known) return known;
  try {
    const card = await get<CardData>(
      show.url.startsWith('/player/')
        ? show.url
        : `/player/${encodeURIComponent(screenId)}/content/${encodeURIComponent(show.contentId)}.json`,
    );
    cards.set(card.contentId, card);
    return card;
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
  clearTimeout(retry);
  const card = await cardOf(show);
  if (current !== show) return;
  if (!card) return idle();
  expireAt(show.expiresTs);
  await present(show, card, FIRST_RETRY_MS);
}

/** Only what is on the screen is a play: while its picture or page cannot be had, the drawn card stands in, and counts as nothing. */
async function present(show: Show, card: CardData, pauseMs: number): Promise<void> {
  const rendered = await stage.show(card);
  if (current !== show) return;
  const now = Date.now();
  if (rendered) {
    receipts.end(now);
    return receipts.begin(show.decisionId, show.contentId, now);
  }
  if (pauseMs === FIRST_RETRY_MS) {
    receipts.end(now);
    await stage.show({ ...card, url: null });
    if (current !== show) return;
  }
  retry = later(pauseMs, () => void present(show, card, Math.min(pauseMs * 2, LONGEST_RETRY_MS)));
}

/**
 * From here it must be reached, whatever it answers; its answer and whether it lets itself be held in a frame only the agent can see.
 */
async function isThere({ contentId }: CardData, url: string): Promise<boolean> {
  try {
    await fetch(url, { mode: 'no-cors', cache: 'no-store', credentials: 'omit' });
    const path = `/player/${encodeURIComponent(screenId)}/content/${encodeURIComponent(contentId)}/trouble.json`;
    return (await get<{ trouble: string | null }>(path)).trouble === null;
  } catch {
    return false;
  }
}

/** Files kept in memory, the newest used last: a browser holds blobs on disk where they are many. */
const FILES_KEPT = 24;

/** A campaign's file wants the screen's key, which an `img` cannot say: it is fetched once, and shown from memory. */
async function fileOf(path: string): Promise<string | undefined> {
  const known = files.get(path);
  if (known !== undefined) {
    files.delete(path);
    files.set(path, known);
    return known;
  }
  try {
    const response = await fetch(path, { headers: { authorization: `Bearer ${key}` } });
    if (!response.ok) return undefined;
    const address = URL.createObjectURL(await response.blob());
    files.set(path, address);
    for (const [oldest, its] of files) {
      if (files.size <= FILES_KEPT) break;
      files.delete(oldest);
      URL.revokeObjectURL(its);
    }
    return address;
  } catch {
    return undefined;
  }
}

async function idle(): Promise<void> {
  current = undefined;
  clearTimeout(retry);
  receipts.end(Date.now());
  await stage.show(
    cards.get('idle') ?? {
      contentId: 'idle',
      category: null,
      hue: 210,
      name: { en: '', zh: '' },
      shop: { en: '', zh: '' },
      url: null,
      currency: '',
      products: [],
    },
  );
}

function expireAt(ts: number): void {
  clearTimeout(expiry);
  expiry = later(Math.max(0, ts - Date.now()), () => void idle());
}

const later = (afterMs: number, work: () => void) => setTimeout(work, afterMs) as unknown as number;

function note(text: string): void {
  const element = document.querySelector<HTMLElement>('#note');
  if (!element) return;
  element.hidden = text === '';
  element.textContent = text;
}
