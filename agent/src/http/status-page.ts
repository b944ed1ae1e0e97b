import {
  devicesOf,
  problem,
  sentenceOf,
  wordsOf,
  zoneGroup,
  type LiveDevice,
  type LiveScreen,
  type StoreFile,
} from '@aisle/contracts';
import { CAMERA_STYLE } from './camera-style.js';
import { namesOf } from './camera-api.js';
import { isEnding } from './certificate-watch.js';
import type { Door } from './door.js';
import { PAGE_CSP, escape, sheet } from './look.js';
import { LOOK_STYLE } from './look-style.js';
import type { LineTrouble } from '../ports/line-trouble.js';
import { lineWords } from './line-words.js';
import { html, json, type Language, type Request, type Route } from './server.js';
import { sidesLine, type Sides } from './sides.js';
import { STATUS_WORDS, type StatusWord } from './status-words.js';

export interface StatusView {
  storeId: string;
  /** undefined before the first */
  file: StoreFile | undefined;
  configVersion: number;
  cloudConnected: boolean;
  cloudTrouble?: LineTrouble | undefined;
  outbox: { waiting: number; oldestTs: number | null; discarded: number };
  journalSeq: number;
  blocked: boolean;
  sides: Sides;
  devices: LiveDevice[];
  screens: LiveScreen[];
  unknown: readonly { reason: string; count: number; sample: string }[];
  /** wall clock, epoch ms */
  now: number;
  /** of what listens here, epoch ms; undefined without TLS */
  certificateEndsTs?: number | undefined;
}

/** `GET /`: what a technician in the shop needs to see, behind the login. `GET /healthz` is open. */
export function statusRoutes(door: Door, view: () => StatusView, isFull: () => boolean = () => false): Route {
  return (request) => {
    if (request.path === '/healthz')
      return isFull()
        ? json(503, { error: { code: 'diskFull', message: sentenceOf(problem('', 'noRoom')) } })
        : json(200, { status: 'ok' });
    if (request.path === '/status.css')
      return { status: 200, type: 'text/css; charset=utf-8', body: LOOK_STYLE + CAMERA_STYLE };
    if (request.path !== '/') return undefined;
    if (!door.lets(request)) return door.turnAway(request);
    return html(page(request, view()), PAGE_CSP);
  };
}

/** Why the cloud is not reached, and what to look at. */
const lineTrouble = ({ cloudConnected, cloudTrouble }: StatusView, language: Language): string =>
  cloudConnected || !cloudTrouble
    ? ''
    : `<p class="bad" data-trouble="${cloudTrouble}">${escape(lineWords(language, cloudTrouble))}</p>`;

/** Before it is too late: after its end no device comes in that checks it. */
function certificate({ view, word, time }: Parts): string {
  const { certificateEndsTs: ends, now } = view;
  if (ends === undefined || !isEnding(ends, now)) return '';
  return `<p class="bad" data-certificate>${word(ends > now ? 'certificateEnds' : 'certificateEnded', { time: time(ends) })}</p>`;
}

type Word = (name: StatusWord, values?: Readonly<Record<string, string | number>>) => string;

/**
 * The page as a whole. Its script asks for it again every few seconds and puts in what differs, part by part (`data-part`), so
 * that nothing moves under a finger; without scripts it is true for the moment at which it was loaded, and says which.
 */
function page(request: Request, view: StatusView): string {
  const { language } = request;
  const word: Word = (name, values = {}) =>
    STATUS_WORDS[name][language].replace(/\{(\w+)\}/g, (whole, key: string) => escape(String(values[key] ?? whole)));
  const time = timeIn(language, view.file?.store.timezone);
  const shop = view.file && namesOf(view.file.store.name, view.storeId)[language];
  const names = new Map((view.file?.devices ?? []).map(({ id, name }) => [id, namesOf(name, id)[language]]));
  const parts = { view, word, time, language, called: (id: string) => names.get(id) ?? id };
  const part = (id: string, body: string): string => `<section data-part="${id}">${body}</section>`;
  const body = `<div class="head"><h1>${escape(shop ?? view.storeId)}</h1><p class="n" id="asof" role="status" data-lost="${word('lost', { time: '{time}' })}" data-part="asof">${word('updated', { time: time(view.now) })}</p></div>
${part('state', summary(parts) + lineTrouble(view, language) + certificate(parts) + sidesLine(view.sides, language))}
${part('screens', screens(parts))}
${part('devices', devices(parts))}
${part('unknown', unknown(parts))}`;
  return sheet({
    title: shop ?? view.storeId,
    language,
    here: 'status',
    path: '/',
    shop: shop ?? view.storeId,
    body,
    script: '/status.js',
  });
}

interface Parts {
  view: StatusView;
  word: Word;
  time: (ts: number | null) => string;
  language: Language;
  called: (deviceId: string) => string;
}

/** In the shop's own time: whoever stands in it looks at its clock. */
export function timeIn(language: Language, timeZone = 'UTC'): (ts: number | null) => string {
  const format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    hourCycle: 'h23',
    ...({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
  });
  return (ts) => (ts === null ? STATUS_WORDS.never[language] : format.format(ts));
}

function summary({ view, word, time }: Parts): string {
  const { outbox } = view;
  const waits = outbox.waiting === 0 ? word('nothingWaits') : word('waiting', { n: outbox.waiting });
  const oldest = outbox.oldestTs === null ? '' : ` · ${word('oldest', { time: time(outbox.oldestTs) })}`;
  const lost = outbox.discarded > 0 ? ` · <span class="bad">${word('dropped', { n: outbox.discarded })}</span>` : '';
  const rows: [string, string][] = [
    [
      word('cloud'),
      `<span class="state ${view.cloudConnected ? 'good' : 'bad'}">${word(view.cloudConnected ? 'cloudUp' : 'cloudDown')}</span>`,
    ],
    [word('outbox'), `${waits}${oldest}${lost}`],
    [word('storeFile'), view.configVersion > 0 ? word('version', { n: view.configVersion }) : word('noVersion')],
    [
      word('journal'),
      `${word('entry', { n: view.journalSeq })}${view.blocked ? ` · <span class="bad">${word('diskFull')}</span>` : ''}`,
    ],
  ];
  return `<dl class="figures facts">${rows.map(([name, value]) => `<div><dt>${name}</dt><dd class="n">${value}</dd></div>`).join('')}</dl>`;
}

function screens({ view, word, language, called }: Parts): string {
  const rows = view.screens.map((screen) => [
    `<a href="/player/${encodeURIComponent(screen.deviceId)}">${escape(called(screen.deviceId))}</a>`,
    screen.contentId === null ? word('idle') : escape(contentIn(view.file, screen.contentId, language)),
    screen.contentId === null ? '' : reason(view.file, screen, word, language),
    isWatched(view, screen.deviceId) ? String(screen.audience) : word('notSensed'),
  ]);
  const head = [word('screen'), word('shows'), word('why'), word('audience')];
  return `<h2>${word('screens')}</h2>${table(head, rows) || `<p>${word('noScreens')}</p>`}${rows.length > 0 ? `<p class="small">${word('playerKey')}</p>` : ''}`;
}

/** Whether everything speaks that senses the people before a screen: else nobody knows how many there are. */
function isWatched({ file, devices }: StatusView, screenId: string): boolean {
  const zone = file?.devices?.find(({ id }) => id === screenId)?.zone;
  if (!file || zone === undefined) return false;
  const watching = devicesOf(zoneGroup(file, zone));
  const known = new Map(devices.map((device) => [device.deviceId, device]));
  const senses = (device: LiveDevice | undefined): boolean => device?.sensing ?? device?.state === 'online';
  return watching.length > 0 && watching.every((id) => senses(known.get(id)));
}

const categoryIn = (file: StoreFile | undefined, id: string, language: Language): string =>
  namesOf(
    file?.categories?.find((one) => one.id === id)?.name ?? file?.zones?.find(({ category }) => category === id)?.name,
    id,
  )[language];

/** Cards that the shop draws for a category are called by it. */
function contentIn(file: StoreFile | undefined, contentId: string, language: Language): string {
  const own = file?.content?.find(({ id }) => id === contentId);
  if (own) return namesOf(own.name, contentId)[language];
  return contentId.startsWith('card-') ? categoryIn(file, contentId.slice('card-'.length), language) : contentId;
}

function reason(file: StoreFile | undefined, { why }: LiveScreen, word: Word, language: Language): string {
  const key = `why.${why?.code ?? 'other'}`;
  if (!Object.hasOwn(STATUS_WORDS, key)) return word('why.other');
  return word(key as StatusWord, { category: categoryIn(file, String(why?.values['category'] ?? ''), language) });
}

function devices({ view, word, time, language, called }: Parts): string {
  const rows = view.devices.map((device) => {
    const family = `family.${device.family}`;
    const name = called(device.deviceId);
    return [
      `${escape(name)}${name === device.deviceId ? '' : ` <small class="n">${escape(device.deviceId)}</small>`}`,
      Object.hasOwn(STATUS_WORDS, family) ? word(family as StatusWord) : escape(device.family),
      `<span class="state ${device.state === 'online' ? 'good' : 'bad'}">${word(`state.${device.state}`)}</span>`,
      `<span class="n">${time(device.lastSeenTs)}</span>`,
      String(device.messagesPerMinute ?? 0),
      (device.refused ?? [])
        .map(({ reason: code, count, why }) => {
          const closer = why && wordsOf(language, why);
          return `${count} × ${refusedIn(word, code)}${closer ? ` <small>${escape([why.field, closer].filter(Boolean).join(' '))}</small>` : ''}`;
        })
        .join('<br>'),
    ];
  });
  const head = [word('device'), word('family'), word('state'), word('lastSeen'), word('perMinute'), word('refused')];
  return `<h2>${word('devices')}</h2>${table(head, rows) || `<p>${word('noDevices')}</p>`}`;
}

const refusedIn = (word: Word, code: string): string =>
  Object.hasOwn(STATUS_WORDS, `refused.${code}`) ? word(`refused.${code}` as StatusWord) : escape(code);

function unknown({ view, word }: Parts): string {
  if (view.unknown.length === 0) return '';
  const rows = view.unknown.map(({ reason: code, count }) => [refusedIn(word, code), String(count)]);
  return `<h2>${word('unknown')}</h2><p>${word('unknownLead')}</p>${table([word('reason'), word('count')], rows)}`;
}

/** On a phone each row is a card, its cells named (`data-label`). Cells are HTML already. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = (row: readonly string[]): string =>
    row
      .map((cell, at) =>
        at === 0
          ? `<th scope="row">${cell}</th>`
          : `<td data-label="${head[at]}"${cell === '' ? ' class="none"' : ''}>${cell}</td>`,
      )
      .join('');
  return `<table class="rows"><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table>`;
}
