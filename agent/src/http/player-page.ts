/**
 * The player's page, which shows the shop's name before its script has begun. Its script is agent/src/player/player.ts, built for browsers.
 */
export const playerPage = (
  screenId: string,
  shop: { en: string; zh: string },
  origins: readonly string[],
): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(screenId)} · Aisle</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/player.css"><script type="module" src="/player.js"></script></head>
<body><main id="stage" data-screen="${escape(screenId)}" data-origins="${escape(origins.join(' '))}" aria-live="polite"><article class="card idle h210" data-first><div class="name"><h1>${escape(shop.zh)}</h1>${shop.en === shop.zh ? '' : `<h2>${escape(shop.en)}</h2>`}</div><i class="mark"></i></article></main><p id="note" hidden></p></body></html>`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
