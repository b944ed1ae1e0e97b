import { webAddress } from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import type { ContentProbe } from '../ports/content-probe.js';
import { IDLE_CONTENT, cardData, cardsOf } from '../screens/content.js';
import { PLAYER_STYLE, playerPage } from './player-page.js';
import { failure, html, json, type Route } from './server.js';

export interface PlayerRouteParts {
  config(): StoreIndex | undefined;
  isDevice(deviceId: string, key: string): boolean;
  probe: ContentProbe;
}

/**
 * `GET /player/SCREEN`: the page that a screen shows. The page itself is open (its key stands behind the `#` and never
 * comes here); what it shows needs the key.
 */
export function playerRoutes({ config, isDevice, probe }: PlayerRouteParts): Route {
  return ({ path: asked, secret, origin }) => {
    if (asked === '/player.css') return { status: 200, type: 'text/css; charset=utf-8', body: PLAYER_STYLE };
    const [, screenId, rest] = /^\/player\/([^/]+)(\/.*)?$/.exec(asked) ?? [];
    if (screenId === undefined) return undefined;
    const store = config();
    if (rest === undefined) {
      if (store && store.devices.get(screenId)?.family !== 'screen')
        return failure(404, 'notFound', 'There is no such screen.');
      return html(playerPage(screenId), playerPolicy(store));
    }
    if (secret === undefined || !isDevice(screenId, secret))
      return failure(401, 'unauthorized', "This needs the screen's key.");
    if (!store) return failure(503, 'notReady', 'The agent has no store file yet.');
    if (rest === '/content.json')
      return json(200, {
        content: [IDLE_CONTENT, ...cardsOf(store.file).map((card) => card.contentId)].map((id) =>
          cardData(store.file, id),
        ),
      });
    const page = /^\/content\/([^/]+)\/trouble\.json$/.exec(rest)?.[1];
    const url = page === undefined ? undefined : webAddress(cardData(store.file, page)?.url ?? '');
    if (url) return probe.troubleOf(url, origin).then((trouble) => json(200, { trouble: trouble ?? null }));
    const contentId = /^\/content\/([^/]+)\.json$/.exec(rest)?.[1];
    const card = contentId === undefined ? undefined : cardData(store.file, contentId);
    return card ? json(200, card) : failure(404, 'notFound', 'There is no such content.');
  };
}

/** Pictures and pages may come from where the store file's content says, and from nowhere else. */
function playerPolicy(store: StoreIndex | undefined): string {
  const origins = new Set<string>();
  for (const { url } of store?.file.content ?? []) {
    const address = url === undefined ? undefined : webAddress(url);
    if (address) origins.add(address.origin);
  }
  const outside = [...origins].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // whether a page answers at all is asked from where it shall be shown
    `connect-src 'self' ${outside}`,
    `img-src 'self' data: ${outside}`,
    `frame-src 'self' ${outside}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
