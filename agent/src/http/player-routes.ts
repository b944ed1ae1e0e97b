import { webAddress } from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import type { ContentProbe } from '../ports/content-probe.js';
import { namesOf } from '../screens/content.js';
import type { ScreenItems } from '../screens/media/screen-items.js';
import { originsOf, playerCard, playerList } from '../screens/player-list.js';
import { playerPage } from './player-page.js';
import { PLAYER_STYLE } from './player-style.js';
import { failure, html, json, type Route } from './server.js';

export interface PlayerRouteParts {
  config(): StoreIndex | undefined;
  isDevice(deviceId: string, key: string): boolean;
  probe: ContentProbe;
  items: Pick<ScreenItems, 'itemsOf' | 'itemOf'>;
  /** wall clock, epoch ms */
  now(): number;
}

/**
 * `GET /player/SCREEN`: the page that a screen shows. The page itself is open (its key stands behind the `#` and never
 * comes here); what it shows needs the key.
 */
export function playerRoutes({ config, isDevice, probe, items, now }: PlayerRouteParts): Route {
  return ({ path: asked, secret, origin }) => {
    if (asked === '/player.css') return { status: 200, type: 'text/css; charset=utf-8', body: PLAYER_STYLE };
    const [, screenId, rest] = /^\/player\/([^/]+)(\/.*)?$/.exec(asked) ?? [];
    if (screenId === undefined) return undefined;
    const store = config();
    if (rest === undefined) {
      if (store && store.devices.get(screenId)?.family !== 'screen')
        return failure(404, 'notFound', 'There is no such screen.');
      const origins = originsOf(store?.file, items.itemsOf(screenId, now()));
      return html(playerPage(screenId, namesOf(store?.file.store.name, ''), origins), playerPolicy(origins));
    }
    if (secret === undefined || !isDevice(screenId, secret))
      return failure(401, 'unauthorized', "This needs the screen's key.");
    if (!store) return failure(503, 'notReady', 'The agent has no store file yet.');
    const cardOf = (id: string) => playerCard(store.file, id, items.itemOf(screenId, id, now()));
    if (rest === '/list.json') return json(200, playerList(store.file, items.itemsOf(screenId, now())));
    const page = /^\/content\/([^/]+)\/trouble\.json$/.exec(rest)?.[1];
    const url = page === undefined ? undefined : webAddress(cardOf(page)?.url ?? '');
    if (url) return probe.troubleOf(url, origin).then((trouble) => json(200, { trouble: trouble ?? null }));
    const contentId = /^\/(?:content\/([^/]+)\.json|template\/([^/]+))$/.exec(rest)?.slice(1).find(Boolean);
    const card = contentId === undefined ? undefined : cardOf(contentId);
    return card ? json(200, card) : failure(404, 'notFound', 'There is no such content.');
  };
}

/** Pictures and pages may come from where the store file's content says, and from nowhere else. */
function playerPolicy(origins: readonly string[]): string {
  const outside = origins.join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // whether a page answers at all is asked from where it shall be shown
    `connect-src 'self' ${outside}`,
    `img-src 'self' data: blob: ${outside}`,
    "media-src 'self' blob:",
    "font-src 'self'",
    "worker-src 'self'",
    `frame-src 'self' ${outside}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
