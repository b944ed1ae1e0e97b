import { describe, expect, it } from 'vitest';
import { parseStoreFile, type LiveDevice, type LiveSnapshot } from '@aisle/contracts';
import { StoreCalendar } from '../../src/insight/index.js';
import { deviceAlerts } from '../../src/live/alerts.js';
import { STORE_YAML } from './harness.js';

const MINUTE = 60_000;
const NOW = Date.parse('2026-03-02T15:00:00+08:00');
const hoursOf = (yaml: string) =>
  new StoreCalendar({ storeId: 'demo', version: 1, storeFile: parseStoreFile(yaml, 'store.yaml') }).hours;
const always = hoursOf(STORE_YAML);
const openFromNine = hoursOf(`${STORE_YAML}
hours: [{days: [mon, tue, wed, thu, fri, sat, sun], open: "09:00", close: "22:00"}]`);

const snapshot = (device: Partial<LiveDevice>): LiveSnapshot => ({
  ts: NOW,
  occupancy: 0,
  zones: [],
  heat: { cellMetres: 0.5, columns: 1, rows: 1, seconds: [0] },
  presence: [],
  devices: [{ deviceId: 'till-1', family: 'till', state: 'silent', lastSeenTs: NOW, ...device }],
  screens: [],
  alerts: [],
});
const kinds = (device: Partial<LiveDevice>, now = NOW, hours = always) =>
  deviceAlerts(snapshot(device), now, (from, to) => hours.openMs(from, to)).map(({ kind }) => kind);
const ago = (minutes: number, more: Partial<LiveDevice> = {}) => ({ lastSeenTs: NOW - minutes * MINUTE, ...more });

describe('alerts of devices', () => {
  it.each<[string, Partial<LiveDevice>, string[]]>([
    ['a till that sells twice an hour, quiet for 5 minutes', ago(5, { silentAfterMs: 90 * MINUTE }), []],
    ['the same, quiet for 2 hours', ago(120, { silentAfterMs: 90 * MINUTE }), ['deviceSilent']],
    ['a camera that speaks all the time, quiet for a minute', ago(1, { silentAfterMs: 30_000 }), ['deviceSilent']],
    ['a device without a rhythm yet', ago(600), []],
    ['one that said it goes', ago(1, { state: 'offline' }), ['deviceOffline']],
    ['one that is there', ago(0, { state: 'online', silentAfterMs: 30_000 }), []],
    ['one that was never heard', { state: 'unknown', lastSeenTs: null }, []],
    [
      'one whose clock is days off',
      ago(0, { state: 'online', problems: [{ code: 'clockOff', values: { ms: -3e8 }, sinceTs: NOW, lastTs: NOW }] }),
      ['deviceClock'],
    ],
    [
      'a shelf with a load cell that is broken',
      ago(0, {
        state: 'online',
        problems: [{ code: 'cellSilent', values: { slot: 's2' }, sinceTs: NOW, lastTs: NOW }],
      }),
      ['cellSilent'],
    ],
    ['one that was shut out on purpose', ago(60, { state: 'offline', revoked: true }), []],
  ])('%s', (_what, device, expected) => {
    expect(kinds(device)).toEqual(expected);
  });

  it('count silence in opening hours only: a night is no alarm, the morning after is', () => {
    const device = { lastSeenTs: Date.parse('2026-03-01T21:50:00+08:00'), silentAfterMs: 30 * MINUTE };
    const at = (time: string) => kinds(device, Date.parse(`2026-03-02T${time}+08:00`), openFromNine);
    expect([at('03:00:00'), at('09:15:00'), at('09:25:00')]).toEqual([[], [], ['deviceSilent']]);
  });

  it('keep their id while the silence lasts', () => {
    const of = (now: number) =>
      deviceAlerts(snapshot(ago(60, { silentAfterMs: MINUTE })), now, (from, to) => always.openMs(from, to))[0];
    expect(of(NOW)).toEqual(of(NOW + MINUTE));
    expect(of(NOW)).toMatchObject({ subject: 'till-1', since: '2026-03-02T06:00:00.000Z', until: null });
  });

  it('name the slot of a broken load cell', () => {
    const broken = { code: 'cellSilent', values: { slot: 's2' }, sinceTs: NOW - MINUTE, lastTs: NOW };
    const [alert] = deviceAlerts(snapshot(ago(0, { state: 'online', problems: [broken] })), NOW, () => 0);
    expect(alert).toMatchObject({ kind: 'cellSilent', subject: 's2', since: '2026-03-02T06:59:00.000Z', until: null });
  });
});
