import { beforeEach, describe, expect, it } from 'vitest';
import { parseStoreFile, type LiveAlert, type LiveSnapshot, type Watch } from '@aisle/contracts';
import { LiveHub, type Watcher } from '../../src/live/live-hub.js';
import { AgentPresence } from '../../src/live/presence.js';
import { STORE_YAML } from './harness.js';
import { ManualClock, settled } from './manual-clock.js';

const storeFile = parseStoreFile(STORE_YAML, 'store.yaml');
let clock: ManualClock;
let presence: AgentPresence;
let hub: LiveHub;
let sent: (Watch & { at: number })[];
let start: number;
let incidents: LiveAlert[];

const view = (occupancy: number): LiveSnapshot => ({
  ts: 1,
  occupancy,
  zones: [],
  heat: { cellMetres: 0.5, columns: 1, rows: 1, seconds: [0] },
  presence: [],
  devices: [],
  screens: [],
  alerts: [],
});
const say = (n: number, occupancy: number) =>
  hub.receive(
    'demo',
    n === 0 ? { n, type: 'snapshot', snapshot: view(occupancy) } : { n, type: 'delta', ts: n, occupancy },
  );
/** Seconds since the start of every watch that went to the agent, fresh ones marked. */
const told = () => sent.map(({ at, fresh }) => `${(at - start) / 1000}${fresh ? '*' : ''}`);

function recorder() {
  const got: string[] = [];
  const watcher: Watcher = {
    snapshot: (snapshot, online) => void got.push(`snapshot ${snapshot.occupancy}${online ? '' : ' offline'}`),
    delta: (delta) => void got.push(`delta ${delta.occupancy}`),
    presence: (online) => void got.push(online ? 'there' : 'gone'),
  };
  return { got, watcher };
}

beforeEach(() => {
  clock = new ManualClock();
  start = clock.now();
  sent = [];
  incidents = [];
  presence = new AgentPresence(clock);
  hub = new LiveHub({
    clock,
    presence,
    send: (_storeId, watch) => presence.isOnline('demo') && sent.push({ ...watch, at: clock.now() }) > 0,
    incidents: () => incidents,
    loadIncidents: async () => undefined,
    storeFile: async () => storeFile,
    openMs: (_storeId, from, to) => to - from,
  });
  presence.connected('demo');
});

describe('the lease of a watched shop', () => {
  it('is renewed every 15 s while somebody watches, and runs out when nobody does', async () => {
    const end = hub.watch('demo', recorder().watcher);
    say(0, 1);
    await clock.advance(46_000);
    expect(told()).toEqual(['0*', '15', '30', '45']);
    end();
    await clock.advance(120_000);
    expect(told()).toHaveLength(4);
  });

  it('goes on without a new snapshot when somebody else comes before it ended', async () => {
    const end = hub.watch('demo', recorder().watcher);
    say(0, 1);
    await clock.advance(1_000);
    end();
    await clock.advance(24_000);
    const second = recorder();
    hub.watch('demo', second.watcher);
    expect(second.got).toEqual(['snapshot 1']);
    await clock.advance(15_000);
    expect(told()).toEqual(['0*', '25', '40']);
  });

  it('begins anew with a fresh snapshot when it had ended', async () => {
    hub.watch('demo', recorder().watcher)();
    say(0, 1);
    await clock.advance(31_000);
    const second = recorder();
    hub.watch('demo', second.watcher);
    expect(second.got).toEqual([]);
    say(0, 7);
    expect(second.got).toEqual(['snapshot 7']);
    expect(told()).toEqual(['0*', '31*']);
  });

  it('lasts a minute after a REST call', async () => {
    const answer = hub.look('demo');
    say(0, 3);
    expect((await answer).snapshot.occupancy).toBe(3);
    await clock.advance(300_000);
    expect(told()).toEqual(['0*', '15', '30', '45']);
  });
});

describe('a watcher', () => {
  it('is told what is known without the agent when that stays silent, and its view when it comes', async () => {
    const { got, watcher } = recorder();
    hub.watch('demo', watcher);
    await clock.advance(1_499);
    expect(got).toEqual([]);
    await clock.advance(1);
    expect(got).toEqual(['snapshot 0']);
    say(0, 5);
    expect(got).toEqual(['snapshot 0', 'snapshot 5']);
  });

  it('is not shown changes that continue nothing', async () => {
    const { got, watcher } = recorder();
    hub.watch('demo', watcher);
    say(4, 1);
    say(0, 2);
    say(1, 3);
    say(3, 4);
    say(4, 5);
    expect(got).toEqual(['snapshot 2', 'delta 3']);
    await clock.advance(2_000);
    say(5, 6);
    say(0, 7);
    say(1, 8);
    expect(got).toEqual(['snapshot 2', 'delta 3', 'snapshot 7', 'delta 8']);
    expect(told()).toEqual(['0*', '2*']);
  });

  it('sees the agent go and come', async () => {
    const { got, watcher } = recorder();
    hub.watch('demo', watcher);
    say(0, 2);
    presence.disconnected('demo');
    hub.agentGone('demo');
    await settled();
    presence.connected('demo');
    hub.agentReady('demo');
    await settled();
    say(0, 4);
    expect(got).toEqual(['snapshot 2', 'gone', 'snapshot 0 offline', 'there', 'snapshot 4']);
  });
});

describe('incidents of a watched shop', () => {
  const empty: LiveAlert = {
    alertId: 'outOfStock:s1@5',
    kind: 'outOfStock',
    subject: 's1',
    since: '2026-01-01T00:00:00.000Z',
    until: null,
  };
  it('are told at once, though the agent says nothing, and only when they changed', () => {
    const got: unknown[] = [];
    const watcher: Watcher = {
      snapshot: ({ alerts }) => void got.push(alerts.map(({ alertId }) => alertId)),
      delta: ({ alerts }) => void got.push(alerts?.map(({ alertId, until }) => [alertId, until])),
      presence: () => undefined,
    };
    hub.watch('demo', watcher);
    say(0, 1);
    expect(got).toEqual([[]]);
    incidents = [empty];
    hub.alertsChanged('demo');
    hub.alertsChanged('demo');
    incidents = [{ ...empty, until: '2026-01-01T00:10:00.000Z' }];
    hub.alertsChanged('demo');
    hub.alertsChanged('another');
    expect(got.slice(1)).toEqual([[['outOfStock:s1@5', null]], [['outOfStock:s1@5', '2026-01-01T00:10:00.000Z']]]);
  });
});
