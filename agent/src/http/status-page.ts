import type { LiveDevice, LiveScreen } from '@aisle/contracts';
import { CAMERA_STYLE } from './camera-style.js';
import type { Door } from './door.js';
import { PAGE_CSP, escape, sheet } from './look.js';
import { LOOK_STYLE } from './look-style.js';
import { html, json, type Request, type Route } from './server.js';
import { sidesLine, type Sides } from './sides.js';

export interface StatusView {
  storeId: string;
  storeName: string | undefined;
  configVersion: number;
  cloudConnected: boolean;
  outbox: { waiting: number; oldestTs: number | null; discarded: number };
  journalSeq: number;
  blocked: boolean;
  sides: Sides;
  devices: LiveDevice[];
  screens: LiveScreen[];
  unknown: readonly { reason: string; count: number; sample: string }[];
}

/** `GET /`: what a technician in the shop needs to see, behind the login. `GET /healthz` is open. */
export function statusRoutes(door: Door, view: () => StatusView): Route {
  return (request) => {
    if (request.path === '/healthz') return json(200, { status: 'ok' });
    if (request.path === '/status.css')
      return { status: 200, type: 'text/css; charset=utf-8', body: LOOK_STYLE + CAMERA_STYLE };
    if (request.path !== '/') return undefined;
    if (!door.lets(request)) return door.turnAway(request);
    return html(page(request, view()), PAGE_CSP);
  };
}

function page({ language }: Request, view: StatusView): string {
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
  const body = `<h1>${escape(view.storeName ?? view.storeId)}</h1>
<p>Cloud: <span class="${view.cloudConnected ? 'good' : 'bad'}">${view.cloudConnected ? 'connected' : 'not reachable, facts wait here'}</span> · store file version ${view.configVersion || 'none yet'} · journal entry ${view.journalSeq}${view.blocked ? ' · <span class="bad">the disk is full</span>' : ''}</p>
<p>Outbox: ${view.outbox.waiting} facts wait${view.outbox.oldestTs === null ? '' : `, oldest ${time(view.outbox.oldestTs)}`}${view.outbox.discarded > 0 ? ` · <span class="bad">${view.outbox.discarded} dropped</span>` : ''}</p>
${sidesLine(view.sides, language)}
<h2>Screens</h2><div class="wide"><table><tr><th>Screen</th><th>Shows</th><th>Why</th><th>Audience</th></tr>${screens}</table></div>
<p>A player needs its key behind the address: <code>/player/SCREEN#key=…</code></p>
<h2>Devices</h2><div class="wide"><table><tr><th>Device</th><th>Family</th><th>State</th><th>Last seen (UTC)</th><th>Per minute</th><th>Refused</th></tr>${devices}</table></div>
${unknown ? `<h2>Unknown senders</h2><div class="wide"><table><tr><th>Reason</th><th>Count</th><th>Latest</th></tr>${unknown}</table></div>` : ''}`;
  return sheet({
    title: view.storeId,
    language,
    here: 'status',
    path: '/',
    shop: view.storeName ?? view.storeId,
    body,
    refreshSeconds: 5,
  });
}
