import type { LiveDevice, LiveScreen } from '@aisle/contracts';
import { html, json, unauthorized, type Route } from './server.js';

export interface StatusView {
  storeId: string;
  storeName: string | undefined;
  configVersion: number;
  cloudConnected: boolean;
  outbox: { waiting: number; oldestTs: number | null; discarded: number };
  journalSeq: number;
  blocked: boolean;
  devices: LiveDevice[];
  screens: LiveScreen[];
  unknown: readonly { reason: string; count: number; sample: string }[];
}

const STYLE = `
:root{color-scheme:light dark;font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif}
body{margin:0 auto;max-width:70rem;padding:1.5rem}
h1{font-size:1.35rem;margin:0}h2{font-size:1rem;margin:2rem 0 .5rem}
p{margin:.25rem 0;opacity:.75}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:600;font-size:.8rem;opacity:.65}
th,td{padding:.4rem .75rem .4rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 14%,transparent);vertical-align:top}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.bad{color:#c2410c}.good{color:#15803d}
@media (prefers-color-scheme:dark){.bad{color:#fb923c}.good{color:#4ade80}}`;

/** `GET /`: what a technician in the shop needs to see, with the local secret. `GET /healthz` is open. */
export function statusRoutes(isLocal: (secret: string) => boolean, view: () => StatusView): Route {
  return ({ path, secret }) => {
    if (path === '/healthz') return json(200, { status: 'ok' });
    if (path === '/status.css') return { status: 200, type: 'text/css; charset=utf-8', body: STYLE };
    if (path !== '/') return undefined;
    if (secret === undefined || !isLocal(secret)) return unauthorized(true);
    return html(
      page(view()),
      "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
  };
}

function page(view: StatusView): string {
  const time = (ts: number | null) =>
    ts === null ? 'never' : new Date(ts).toISOString().replace('T', ' ').slice(0, 19);
  const state = (device: LiveDevice) =>
    `<span class="${device.state === 'online' ? 'good' : 'bad'}">${escape(device.state)}</span>`;
  const refused = (device: LiveDevice) =>
    (device.refused ?? [])
      .map(({ reason, count, sample }) => `${escape(reason)}: ${count}${sample ? ` (${escape(sample)})` : ''}`)
      .join('<br>');
  const devices = view.devices
    .map(
      (device) =>
        `<tr><td>${escape(device.deviceId)}</td><td>${escape(device.family)}</td><td>${state(device)}</td><td class="n">${time(device.lastSeenTs)}</td><td class="n">${device.messagesPerMinute ?? 0}</td><td>${refused(device)}</td></tr>`,
    )
    .join('');
  const screens = view.screens
    .map(
      (screen) =>
        `<tr><td><a href="/player/${encodeURIComponent(screen.deviceId)}">${escape(screen.deviceId)}</a></td><td>${escape(screen.contentId ?? 'idle')}</td><td>${escape(screen.reason)}</td><td class="n">${screen.audience}</td></tr>`,
    )
    .join('');
  const unknown = view.unknown
    .map(
      ({ reason, count, sample }) =>
        `<tr><td>${escape(reason)}</td><td class="n">${count}</td><td>${escape(sample)}</td></tr>`,
    )
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="5"><title>Aisle agent · ${escape(view.storeId)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/status.css"></head><body>
<h1>${escape(view.storeName ?? view.storeId)}</h1>
<p>Cloud: <span class="${view.cloudConnected ? 'good' : 'bad'}">${view.cloudConnected ? 'connected' : 'not reachable, facts wait here'}</span> · store file version ${view.configVersion || 'none yet'} · journal entry ${view.journalSeq}${view.blocked ? ' · <span class="bad">the disk is full</span>' : ''}</p>
<p>Outbox: ${view.outbox.waiting} facts wait${view.outbox.oldestTs === null ? '' : `, oldest ${time(view.outbox.oldestTs)}`}${view.outbox.discarded > 0 ? ` · <span class="bad">${view.outbox.discarded} dropped</span>` : ''}</p>
<h2>Screens</h2><table><tr><th>Screen</th><th>Shows</th><th>Why</th><th>Audience</th></tr>${screens}</table>
<p>A player needs its key behind the address: <code>/player/SCREEN#key=…</code></p>
<h2>Devices</h2><table><tr><th>Device</th><th>Family</th><th>State</th><th>Last seen (UTC)</th><th>Per minute</th><th>Refused</th></tr>${devices}</table>
${unknown ? `<h2>Unknown senders</h2><table><tr><th>Reason</th><th>Count</th><th>Latest</th></tr>${unknown}</table>` : ''}
</body></html>`;
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
