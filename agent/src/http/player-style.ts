/**
 * How screens look: signage, not cards. Sizes go by the shorter side of the stage (cqmin), so that the same layout is read from
 * four metres at any resolution, and looks the same in a preview of any size; everything that may be uncovered is opaque.
 */
export const PLAYER_STYLE = `
@font-face{font-family:"Inter Variable";src:url(/inter.woff2) format("woff2");font-weight:100 900;font-display:swap}
*{box-sizing:border-box;margin:0}
html,body{height:100%;overflow:hidden;background:#0d2a2b;color:#fff;font-family:"Inter Variable","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;cursor:none}
#stage{container-type:size;color:#fff;font-family:"Inter Variable","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
#stage,#stage>*{position:fixed;inset:0}
.card{display:grid;grid-template-rows:auto 1fr auto;padding:6cqmin 7cqmin 5cqmin;gap:4cqmin;background:
radial-gradient(120% 90% at 85% 10%,hsl(var(--hue) 70% 46%) 0%,transparent 62%),linear-gradient(150deg,hsl(var(--hue) 62% 30%),hsl(calc(var(--hue) + 28) 66% 15%))}
.card header{display:flex;align-items:baseline;justify-content:space-between;gap:3cqmin;font-size:2.6cqmin;letter-spacing:.04em;opacity:.85}
.card .name{align-self:center}
.card h1{font-size:clamp(40px,15cqmin,220px);line-height:1.02;font-weight:750;letter-spacing:-.03em;text-wrap:balance}
.card h2{font-size:clamp(24px,7.5cqmin,110px);font-weight:500;opacity:.88;margin-top:1.5cqmin}
.card ul{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30cqmin),1fr));gap:2cqmin}
.card li{background:rgb(255 255 255/.13);border-radius:2.2cqmin;padding:2.4cqmin 2.6cqmin;display:grid;gap:.6cqmin;align-content:space-between;min-width:0}
.card li b{font-weight:600;font-size:2.7cqmin;line-height:1.2}
.card li span{font-size:2.2cqmin;opacity:.8}
.card li strong{font-size:4.2cqmin;font-weight:700;font-variant-numeric:tabular-nums;margin-top:1cqmin}
.idle{grid-template-rows:1fr auto;place-items:center;text-align:center;background:radial-gradient(90% 90% at 50% 40%,#1c5550,#0d2a2b)}
.idle h1{font-size:clamp(36px,11cqmin,160px)}
.mark{width:9cqmin;height:.7cqmin;border-radius:1cqmin;background:#5cc9bb}
.film>*{position:absolute;inset:0;width:100%;height:100%;object-fit:contain}
.media{width:100%;height:100%;border:0;object-fit:contain;background:#0b0f0f}
.sheet{--ink:#14211f;--soft:#5a6663;--sale:#b3261e;display:grid;grid-template-rows:auto minmax(0,1fr) auto;padding:5.5cqmin 6.5cqmin;gap:3cqmin;background:#faf8f3;color:var(--ink)}
.sheet.offer{--ink:#fff;--soft:#ffe1d8;--sale:#ffe45c;background:linear-gradient(155deg,#c1301f,#8d1512)}
.sheet.several{background:#f1f4ef}
.sheet header{display:flex;align-items:baseline;gap:2cqmin;font-size:2.8cqmin;color:var(--soft)}
.sheet header b{color:var(--ink);font-weight:680}
.sheet header em{margin-left:auto;font-style:normal;font-weight:560}
.hero{display:grid;grid-template-columns:minmax(0,1.1fr) minmax(0,1fr);gap:5cqmin;align-items:center}
.hero.bare{grid-template-columns:1fr}
.words{min-width:0}
.sheet h1{font-size:13cqmin;line-height:1.06;font-weight:760;text-wrap:balance;overflow-wrap:anywhere}
.sheet h1.middle{font-size:10.5cqmin}.sheet h1.long{font-size:7.8cqmin}
.hero.bare h1{font-size:17cqmin}.hero.bare h1.middle{font-size:12.5cqmin}.hero.bare h1.long{font-size:9.5cqmin}
.sheet h2{font-size:5.2cqmin;font-weight:460;color:var(--soft);margin-top:1.6cqmin;line-height:1.15;text-wrap:balance}
.saved{display:inline-block;margin-bottom:3cqmin;padding:.9cqmin 2.2cqmin;border-radius:10cqmin;background:var(--sale);color:#4a0f0a;font-size:3.6cqmin;font-weight:680;white-space:pre}
.price{display:flex;flex-wrap:wrap;align-items:baseline;gap:.5cqmin 3cqmin;margin-top:4.5cqmin;font-variant-numeric:tabular-nums}
.price strong{font-weight:780;letter-spacing:-.03em;line-height:1;font-size:17cqmin}
.offer .price strong{font-size:23cqmin;color:var(--sale)}
.price strong small{font-size:.42em;font-weight:680;letter-spacing:0}
.price s{font-size:5.4cqmin;color:var(--soft);text-decoration-thickness:.5cqmin}
.price .unit{flex-basis:100%;font-size:3.2cqmin;color:var(--soft)}
.sheet figure{height:100%;min-height:0;display:grid;place-items:center}
.sheet figure img{max-width:100%;max-height:100%;object-fit:contain}
.offer figure{background:#fff;border-radius:3cqmin;padding:3cqmin}
.shelf{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:2.4cqmin;align-content:stretch}
.shelf.n1{grid-template-columns:1fr}.shelf.n2,.shelf.n4{grid-template-columns:repeat(2,minmax(0,1fr))}
.tile{background:#fff;border-radius:2.4cqmin;padding:3cqmin;display:flex;flex-direction:column;min-width:0;min-height:0}
.tile figure{flex:1;margin-bottom:1.5cqmin}
.tile h3{font-size:4.4cqmin;font-weight:680;line-height:1.12}
.tile p{font-size:2.7cqmin;color:var(--soft);margin-top:.5cqmin}
.tile .price{margin-top:auto;padding-top:1.5cqmin;gap:.3cqmin 1.6cqmin}
.tile .price strong{font-size:7cqmin;color:#0b5a52}
.tile .price s{font-size:3cqmin}.tile .price .unit{font-size:2.3cqmin}
.sheet footer{display:flex;align-items:center;gap:2.5cqmin;min-height:15cqmin}
.sheet footer:empty{display:none}
.coded>*{position:absolute;inset:0}.coded .qr{inset:auto 4cqmin 4cqmin auto;width:20cqmin;height:20cqmin}
.qr{width:15cqmin;height:15cqmin;background:#fff;border-radius:1.2cqmin;overflow:hidden}
.qr svg{display:block;width:100%;height:100%}
.sheet footer p{display:grid;gap:.4cqmin;font-size:2.6cqmin;color:var(--soft)}
.sheet footer b{font-size:3.2cqmin;color:var(--ink)}
@container (orientation:portrait){.hero{grid-template-columns:1fr;grid-template-rows:minmax(0,1fr) auto;align-items:end}.hero figure{order:-1}.hero.bare{grid-template-rows:1fr;align-items:center}
.shelf,.shelf.n2,.shelf.n4{grid-template-columns:repeat(2,minmax(0,1fr))}.shelf.n1,.shelf.n2{grid-template-columns:1fr}.sheet h1{font-size:14cqmin}.hero.bare h1{font-size:19cqmin}}
@container (orientation:landscape){.card ul{grid-template-columns:repeat(6,minmax(0,1fr))}.words:has(+figure) .price strong{font-size:15cqmin}}
#note{position:fixed;left:50%;top:50%;transform:translate(-50%,-50%);max-width:30em;font-size:1.1rem;line-height:1.6;text-align:center;background:#111c;padding:1.5em 2em;border-radius:12px}
#note[hidden]{display:none}
.h0{--hue:0}.h30{--hue:30}.h60{--hue:45}.h90{--hue:90}.h120{--hue:130}.h150{--hue:160}.h180{--hue:185}.h210{--hue:210}.h240{--hue:235}.h270{--hue:270}.h300{--hue:300}.h330{--hue:335}
`;
