/** The player's page and look. Its script is agent/src/player/player.ts, built for browsers. */
export const playerPage = (screenId: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(screenId)} · Aisle</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/player.css"><script type="module" src="/player.js"></script></head>
<body><main id="stage" data-screen="${escape(screenId)}" aria-live="polite"></main><p id="note" hidden></p></body></html>`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

export const PLAYER_STYLE = `
*{box-sizing:border-box;margin:0}
html,body{height:100%;overflow:hidden;background:#0b0f14;color:#fff;font-family:"Inter","Helvetica Neue","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;cursor:none}
#stage{position:fixed;inset:0}
.card{position:absolute;inset:0;opacity:0;transition:opacity .45s ease;display:grid;grid-template-rows:auto 1fr auto;padding:6vmin 7vmin 5vmin;gap:4vmin;background:
radial-gradient(120% 90% at 85% 10%,hsl(var(--hue) 70% 46%) 0%,transparent 62%),linear-gradient(150deg,hsl(var(--hue) 62% 30%),hsl(calc(var(--hue) + 28) 66% 15%))}
.card.on{opacity:1}
.card header{display:flex;align-items:baseline;justify-content:space-between;gap:3vmin;font-size:2.6vmin;letter-spacing:.04em;opacity:.85}
.card .name{align-self:center}
.card h1{font-size:clamp(40px,15vmin,220px);line-height:1.02;font-weight:750;letter-spacing:-.03em;text-wrap:balance}
.card h2{font-size:clamp(24px,7.5vmin,110px);font-weight:500;opacity:.88;margin-top:1.5vmin}
.card ul{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30vmin),1fr));gap:2vmin}
.card li{background:rgb(255 255 255/.13);border-radius:2.2vmin;padding:2.4vmin 2.6vmin;display:grid;gap:.6vmin;align-content:space-between;min-width:0}
.card li b{font-weight:600;font-size:2.7vmin;line-height:1.2}
.card li span{font-size:2.2vmin;opacity:.8}
.card li strong{font-size:4.2vmin;font-weight:700;font-variant-numeric:tabular-nums;margin-top:1vmin}
.idle{grid-template-rows:1fr;place-items:center;text-align:center;background:radial-gradient(90% 90% at 50% 40%,#1d2a3a,#0b0f14)}
.idle h1{font-size:clamp(36px,11vmin,160px)}
.media{position:absolute;inset:0;width:100%;height:100%;border:0;object-fit:cover;opacity:0;transition:opacity .45s ease}
.media.on{opacity:1}
#note{position:fixed;left:50%;top:50%;transform:translate(-50%,-50%);max-width:30em;font-size:1.1rem;line-height:1.6;text-align:center;background:#111c;padding:1.5em 2em;border-radius:12px}
@media (orientation:landscape){.card ul{grid-template-columns:repeat(6,minmax(0,1fr))}}
@media (prefers-reduced-motion:reduce){.card,.media{transition:none}}
.h0{--hue:0}.h30{--hue:30}.h60{--hue:45}.h90{--hue:90}.h120{--hue:130}.h150{--hue:160}.h180{--hue:185}.h210{--hue:210}.h240{--hue:235}.h270{--hue:270}.h300{--hue:300}.h330{--hue:335}
`;
