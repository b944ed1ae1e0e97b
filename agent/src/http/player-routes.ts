import { webAddress, type AgentItem } from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import type { ContentProbe } from '../ports/content-probe.js';
import { IDLE_CONTENT, cardData, cardsOf, itemCard, type CardData } from '../screens/content.js';
import { PLAYER_STYLE, playerPage } from './player-page.js';
import { failure, html, json, type Route } from './server.js';

export interface PlayerRouteParts {
  config(): StoreIndex | undefined;
  isDevice(deviceId: string, key: string): boolean;
  probe: ContentProbe;
  /** what campaigns and people may put on a screen from now on, each once */
  itemsOf(screenId: string): AgentItem[];
  /** one of them, also of a campaign that is over */
  itemOf(screenId: string, contentId: string): AgentItem | undefined;
}

/**
 * `GET /player/SCREEN`: the page that a screen shows. The page itself is open (its key stands behind the `#` and never
 * comes here); what it shows needs the key.
 */
export function playerRoutes({ config, isDevice, probe, itemsOf, itemOf }: PlayerRouteParts): Route {
  return ({ path: asked, secret, origin }) => {
    if (asked === '/player.css') return { status: 200, type: 'text/css; charset=utf-8', body: PLAYER_STYLE };
    const [, screenId, rest] = /^\/player\/([^/]+)(\/.*)?$/.exec(asked) ?? [];
    if (screenId === undefined) return undefined;
    const store = config();
    if (rest === undefined) {
      if (store && store.devices.get(screenId)?.family !== 'screen')
        return failure(404, 'notFound', 'There is no such screen.');
      return html(playerPage(screenId), playerPolicy(store, itemsOf(screenId)));
    }
    if (secret === undefined || !isDevice(screenId, secret))
      return failure(401, 'unauthorized', "This needs the screen's key.");
    if (!store) return failure(503, 'notReady', 'The agent has no store file yet.');
    const { file } = store;
    const cardOf = (contentId: string): CardData | undefined => {
      const own = cardData(file, contentId);
      const item = own ? undefined : itemOf(screenId, contentId);
      return item ? itemCard(file, screenId, item) : own;
    };
    if (rest === '/content.json') {
      const own = [IDLE_CONTENT, ...cardsOf(file).map((card) => card.contentId)];
      return json(200, {
        content: [
          ...own.map((id) => cardData(file, id)),
          ...itemsOf(screenId).map((item) => itemCard(file, screenId, item)),
        ],
      });
    }
    const page = /^\/content\/([^/]+)\/trouble\.json$/.exec(rest)?.[1];
    const url = page === undefined ? undefined : webAddress(cardOf(page)?.url ?? '');
    if (url) return probe.troubleOf(url, origin).then((trouble) => json(200, { trouble: trouble ?? null }));
    const contentId = /^\/content\/([^/]+)\.json$/.exec(rest)?.[1];
    const card = contentId === undefined ? undefined : cardOf(contentId);
    return card ? json(200, card) : failure(404, 'notFound', 'There is no such content.');
  };
}

/** Pictures and pages may come from where the store file's content and the screen's campaigns say, and from nowhere else. */
function playerPolicy(store: StoreIndex | undefined, items: readonly AgentItem[]): string {
  const origins = new Set<string>();
  for (const { url } of [...(store?.file.content ?? []), ...items]) {
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
    // files of campaigns are fetched with the screen's key, and shown from memory
    `img-src 'self' data: blob: ${outside}`,
    "media-src 'self' blob:",
    `frame-src 'self' ${outside}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
