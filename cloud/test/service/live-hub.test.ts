import { beforeEach, describe, expect, it } from 'vitest';
import { parseStoreFile, type LiveAlert, type LiveSnapshot, type Watch } from '@aisle/contracts';
import { LiveHub, type LiveHubParts, type Watcher } from '../../src/live/live-hub.js';
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
let asked: string[];
/** whether the catalog is away, and how often the file could not be read */
let isAway: boolean;
let unread: number;

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
const say = (number: number, occupancy: number) => {
  n = number;
  hub.receive(
    'demo',
    n === 0 ? { n, type: 'snapshot', snapshot: view(occupancy) } : { n, type: 'delta', ts: n, occupancy },
  );
};
/** Seconds since the start of every watch that went to the agent, fresh ones marked. */
const told = () => sent.map(({ at, fresh }) => `${(at - start) / 1000}${fresh ? '*' : ''}`);

function recorder() {
  const got: string[] = [];
  const watcher: Watcher = {
    snapshot: (snapshot, { online }) => void got.push(`snapshot ${snapshot.occupancy}${online ? '' : ' offline'}`),
    delta: (delta) => void got.push(`delta ${delta.occupancy}`),
    presence: ({ online }) => void got.push(online ? 'there' : 'gone'),
  };
  return { got, watcher };
}

/** Time goes by, and the agent speaks of its devices while its lease runs, as agents do: every two seconds. */
async function talking(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    await clock.advance(Math.min(1_000, left));
    const last = sent.at(-1);
    if (!last || clock.now() >= last.at + last.leaseMs || (clock.now() - start) % 2_000 !== 0) continue;
    presence.heard('demo');
    if (n !== undefined) hub.receive('demo', { n: (n += 1), type: 'delta', ts: n, devices: [] });
  }
}
/** the number of the last live message */
let n: number | undefined;

beforeEach(() => {
  n = undefined;
  clock = new ManualClock();
  start = clock.now();
  sent = [];
  asked = [];
  isAway = false;
  unread = 0;
  incidents = [];
  presence = new AgentPresence(clock);
  hub = new LiveHub(parts());
  presence.connected('demo');
});

function parts(): LiveHubParts {
  return {
    clock,
    presence,
    send: (_storeId, watch) => presence.isOnline('demo') && sent.push({ ...watch, at: clock.now() }) > 0,
    tellAsked: (_storeId, { leaseMs }) =>
      presence.isOnline('demo') && asked.push(`${(clock.now() - start) / 1000} ${leaseMs}`) > 0,
    incidents: () => incidents,
    loadIncidents: async () => undefined,
    storeFile: async () => {
      if (isAway) throw new Error('the catalog is away');
      return storeFile;
    },
    unread: () => (unread += 1),
    openMs: (_storeId, from, to) => to - from,
  };
}

describe('the lease of a watched shop', () => {
  it('is renewed every 15 s while somebody watches, and runs out when nobody does', async () => {
    const end = hub.watch('demo', recorder().watcher);
    say(0, 1);
    await talking(46_000);
    expect(told()).toEqual(['0*', '15', '30', '45']);
    end();
    await talking(120_000);
    expect(told()).toHaveLength(4);
  });

  it('goes on without a new snapshot when somebody else comes before it ended', async () => {
    const end = hub.watch('demo', recorder().watcher);
    say(0, 1);
    await talking(1_000);
    end();
    await talking(24_000);
    const second = recorder();
    hub.watch('demo', second.watcher);
    expect(second.got).toEqual(['snapshot 1']);
    await talking(15_000);
    expect(told()).toEqual(['0*', '25', '40']);
  });

  it('begins anew with a fresh snapshot when it had ended', async () => {
    hub.watch('demo', recorder().watcher)();
    say(0, 1);
    await talking(31_000);
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
    await talking(300_000);
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
    expect(got).toEqual(['snapshot null']);
    say(0, 5);
    expect(got).toEqual(['snapshot null', 'snapshot 5']);
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
    expect(got).toEqual(['snapshot 2', 'gone', 'there', 'snapshot 4']);
  });

  it('who comes while the agent is away gets its last picture, and that it is away', async () => {
    hub.watch('demo', recorder().watcher);
    say(0, 2);
    presence.disconnected('demo');
    hub.agentGone('demo');
    await settled();
    const later = recorder();
    hub.watch('demo', later.watcher);
    await settled();
    // the plan of this view is not the store's: its cells would mean something else
    expect(later.got).toEqual(['snapshot null offline']);
    expect((await hub.look('demo')).agentOnline).toBe(false);
  });

  it('who comes while the catalog is away is told once it is back, and who was told before goes on', async () => {
    const before = recorder();
    hub.watch('demo', before.watcher);
    say(0, 2);
    await settled();
    isAway = true;
    presence.disconnected('demo');
    hub.agentGone('demo');
    await settled();
    expect(before.got).toEqual(['snapshot 2', 'gone']);
    expect(unread).toBeGreaterThan(0);
    const other = new LiveHub({ ...parts(), send: () => false });
    const later = recorder();
    other.watch('demo', later.watcher);
    await expect(other.look('demo')).rejects.toThrow('the catalog is away');
    expect(later.got).toEqual([]);
    isAway = false;
    await clock.advance(15_000);
    await settled();
    expect(later.got).toEqual(['snapshot null offline']);
    other.stop();
  });

  it('hears within five seconds of an agent that hangs on an open line, and at once when it goes on', async () => {
    const { got, watcher } = recorder();
    hub.watch('demo', watcher);
    say(0, 2);
    await talking(20_000);
    expect(got.filter((line) => !line.startsWith('delta'))).toEqual(['snapshot 2']);
    const last = clock.now();
    await clock.advance(3_900);
    expect(got).not.toContain('gone');
    await clock.advance(600);
    expect(got.at(-1)).toBe('gone');
    expect(presence.isOnline('demo')).toBe(false);
    expect(presence.lastSeenTs('demo')).toBe(last);
    expect(presence.alerts('demo')).toHaveLength(1);
    await clock.advance(30_000);
    expect(got.filter((line) => line === 'gone')).toHaveLength(1);
    presence.heard('demo');
    say((n ?? 0) + 1, 3);
    await settled();
    expect(got.slice(-2)).toEqual(['delta 3', 'there']);
    expect(presence.alerts('demo')).toEqual([]);
  });

  it('is given the picture again when an agent that is there loses its lease', async () => {
    hub.watch('demo', recorder().watcher);
    say(0, 2);
    for (let second = 0; second < 6; second += 1) {
      await clock.advance(1_000);
      presence.heard('demo');
    }
    expect(presence.isOnline('demo')).toBe(true);
    expect(told()).toEqual(['0*', '4*', '6*']);
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

describe('incidents that another process has committed', () => {
  it('are read again at the next renewal where the series was away', async () => {
    let fails = true;
    const alerts: LiveAlert[] = [];
    const alert: LiveAlert = {
      alertId: 'a',
      kind: 'outOfStock',
      subject: 's1',
      since: '2026-01-01T00:00:00.000Z',
      until: null,
    };
    hub = new LiveHub({
      ...parts(),
      incidents: () => alerts,
      loadIncidents: async () => {
        if (fails) throw new Error('the series is away');
        alerts.splice(0, alerts.length, alert);
      },
    });
    const got: string[] = [];
    hub.watch('demo', {
      snapshot: () => undefined,
      delta: (delta) => void (delta.alerts && got.push(...delta.alerts.map(({ alertId }) => alertId))),
      presence: () => undefined,
    });
    say(0, 1);
    hub.alertsStale('demo');
    await talking(10_000);
    expect(got).toEqual([]);
    fails = false;
    await talking(10_000);
    expect(got).toEqual(['a']);
  });
});

describe('an agent whose figures are read', () => {
  it('is told so once in ten seconds, and at once when it has come back', async () => {
    for (let n = 0; n < 25; n += 1) {
      hub.asked('demo');
      await clock.advance(1000);
    }
    expect(asked).toEqual(['0 30000', '10 30000', '20 30000']);
    presence.disconnected('demo');
    await clock.advance(10_000);
    hub.asked('demo');
    expect(asked).toHaveLength(3);
    presence.connected('demo');
    hub.agentReady('demo');
    hub.asked('demo');
    expect(asked.at(-1)).toBe('35 30000');
  });
});
