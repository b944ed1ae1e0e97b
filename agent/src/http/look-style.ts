const LIGHT = `color-scheme:light;--canvas:#f6f6f3;--surface:#fff;--sunken:#efefeb;--hover:#f1f1ed;--line:#e3e3dd;--line-strong:#c6c7bf;--ink:#1a1c1a;--ink-2:#4b4f4a;--ink-3:#62665f;--accent:#0b6a61;--accent-ink:#fff;--accent-soft:#dff0ed;--better:#1a58b0;--better-soft:#dce8f9;--worse:#a3470a;--worse-soft:#fce8d8;--alarm:#a5123f;--alarm-soft:#fbe5eb;--floor:#fcfcfa;--wall:#83867e;--fixture:#a6a99f;--fixture-fill:#ecece6;--zone:#0b6a61`;
const DARK = `color-scheme:dark;--canvas:#0f1110;--surface:#171a19;--sunken:#121514;--hover:#212625;--line:#2a2f2d;--line-strong:#454c49;--ink:#eceeec;--ink-2:#b9bfbb;--ink-3:#98a09b;--accent:#5cc9bb;--accent-ink:#06211e;--accent-soft:#173430;--better:#86b6fb;--better-soft:#172a45;--worse:#f2a564;--worse-soft:#3a2616;--alarm:#ff8aa6;--alarm-soft:#3c1822;--floor:#131615;--wall:#6f7773;--fixture:#555d59;--fixture-fill:#1d2120;--zone:#5cc9bb`;

/** How the agent's own pages look: the dashboard's colours, better and worse in blue and orange, thin lines. */
export const LOOK_STYLE = `
@font-face{font-family:"Inter Variable";src:url(/inter.woff2) format("woff2");font-weight:100 900;font-display:swap}
:root{${LIGHT};font:16px/1.5 "Inter Variable",Inter,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{background:var(--canvas);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0;font-size:.875rem;min-height:100dvh}
h1{font-size:1.75rem;line-height:1.2;font-weight:640;letter-spacing:-.018em;margin:0}
h2{font-size:1rem;font-weight:620;margin:2rem 0 .5rem}
:lang(zh) h1,:lang(zh) h2{letter-spacing:0}
p{margin:.25rem 0;color:var(--ink-2)}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
[hidden]{display:none!important}
.top{display:flex;align-items:center;gap:8px 24px;flex-wrap:wrap;padding:8px 24px;min-height:60px;background:var(--surface);border-bottom:1px solid var(--line)}
.brand{font-size:1rem;font-weight:640;display:flex;gap:8px;align-items:baseline;white-space:nowrap}
.brand span{font-size:.75rem;font-weight:400;color:var(--ink-3)}
.top nav{display:flex;gap:4px}
.top nav a{padding:0 14px;min-height:44px;display:inline-flex;align-items:center;border-radius:8px;color:var(--ink-2);text-decoration:none;font-weight:540}
.top nav a[aria-current]{background:var(--accent-soft);color:var(--accent)}
.right{margin-left:auto;display:flex;gap:4px;align-items:center}
main{max-width:1600px;margin:0 auto;padding:24px}
.card{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:16px}
.button,.plain{display:inline-flex;align-items:center;justify-content:center;gap:8px;min-height:44px;padding:0 16px;border:1px solid var(--line-strong);border-radius:8px;background:var(--surface);color:var(--ink);font:inherit;font-weight:540;text-decoration:none;cursor:pointer}
.button:hover,.plain:hover{background:var(--hover)}
.button.primary{border-color:var(--accent);background:var(--accent);color:var(--accent-ink)}
.button.primary:hover{filter:brightness(1.07)}
.button:disabled{opacity:.55;cursor:default}
.plain{border-color:transparent;background:transparent;color:var(--ink-2)}
label{display:grid;gap:6px;font-size:.75rem;font-weight:560;color:var(--ink-2)}
input{width:100%;min-height:44px;padding:0 12px;border:1px solid var(--line-strong);border-radius:8px;background:var(--surface);color:var(--ink);font:inherit;font-size:1rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:560;font-size:.75rem;color:var(--ink-3);white-space:nowrap}
th,td{padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.n,.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.bad{color:var(--worse)}.good{color:var(--better)}
.notice{padding:12px 16px;border-radius:8px;background:var(--worse-soft);color:var(--worse)}
.notice.good{background:var(--better-soft);color:var(--better)}
.login{max-width:380px;margin:12vh auto 0;display:grid;gap:16px}
.login form{display:grid;gap:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr));gap:16px;margin-top:16px}
.tile{display:grid;gap:4px;align-content:start;text-decoration:none;color:inherit}
.tile h2{margin:0}
.tile .row{display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}
.state{display:inline-flex;gap:6px;align-items:center;font-weight:540}
.state::before{content:"";width:8px;height:8px;border-radius:50%;background:currentColor}
tbody th{font-size:inherit;color:inherit;white-space:normal}
.facts{max-width:640px}
.small,small{font-size:.75rem;color:var(--ink-3)}
#asof{margin:0;font-size:.75rem}
.old{--ink:var(--ink-3);--ink-2:var(--ink-3);--better:var(--ink-3)}.old main{color:var(--ink-3)}.old .state{color:var(--ink-3)}.old canvas{filter:grayscale(1);opacity:.6}
@media (max-width:640px){.rows thead{display:none}.rows,.rows tbody,.rows tr,.rows th,.rows td{display:block}.rows tr{padding:10px 12px;margin-bottom:8px;border:1px solid var(--line);border-radius:10px;background:var(--surface)}.rows th,.rows td{padding:3px 0;border:0}.rows td{display:flex;justify-content:space-between;gap:16px;text-align:right}.rows td.none{display:none}.rows td::before{content:attr(data-label);color:var(--ink-3);text-align:left;white-space:nowrap}.rows th a,.facts a{display:inline-flex;align-items:center;min-height:44px}}
@media (max-width:640px){.top{padding:4px 12px}.brand{width:100%}main{padding:16px 12px}h1{font-size:1.375rem}.right .plain{padding:0 10px}}
`;
