import { beforeEach, describe, expect, it } from 'vitest';
import { PROTOCOL, SPEAKS } from '@aisle/contracts';
import type { CloudLink } from '../../src/ports/cloud-link.js';
import { Uplink, type UplinkParts } from '../../src/uplink/uplink.js';
import { TestClock } from '../frames/support.js';

type Handlers = Parameters<CloudLink['start']>[0];
let clock: TestClock;
let handlers: Handlers;
let uplink: Uplink;
let hellos: number;
let epochs: Map<string, number>;
let opened: [string, number][][];
let leases: number[];
/** what the sender says to an answer: whether the cloud is to be greeted anew */
let wantsHello: boolean;

const quiet = () => undefined;
const told = (channel: string, said: object) =>
  handlers.message(`aisle/v1/stores/demo/down/${channel}`, Buffer.from(JSON.stringify(said)));
const welcome = (over: object = {}) =>
  told('welcome', { journalId: 'j', epoch: 4, configVersion: 1, speaks: SPEAKS, ...over });

beforeEach(async () => {
  clock = new TestClock();
  hellos = 0;
  opened = [];
  leases = [];
  wantsHello = false;
  epochs = new Map([['gone', 2]]);
  const parts = {
    link: {
      connected: true,
      start: (given: Handlers) => void (handlers = given),
      stop: async () => undefined,
      subscribe: async () => undefined,
      send: async () => void (hellos += 1),
    },
    store: {
      epoch: (journal: string) => epochs.get(journal),
      setEpoch: (journal: string, epoch: number) => void epochs.set(journal, epoch),
      journalsWaiting: () => ['gone', 'unknown'],
    },
    sender: {
      open: (all: Map<string, number>) => void opened.push([...all]),
      ...{ close: quiet, asked: (leaseMs: number) => void leases.push(leaseMs), answer: () => wantsHello },
    },
    ...{ live: { stop: quiet, watch: quiet }, status: { start: quiet, stop: quiet }, inbox: {}, files: quiet, clock },
    log: { info: quiet, warn: quiet, error: quiet, debug: quiet },
  };
  uplink = new Uplink('demo', 'j', () => ({}) as never, parts as unknown as UplinkParts);
  uplink.start();
  handlers.connected();
  await clock.pass(0);
});

describe('the greeting', () => {
  it('is said again every ten seconds until the cloud has answered, and then no more', async () => {
    expect([hellos, uplink.welcomed]).toEqual([1, false]);
    await clock.pass(10_000);
    expect(hellos).toBe(2);
    welcome();
    expect(uplink.welcomed).toBe(true);
    await clock.pass(60_000);
    expect(hellos).toBe(2);
    handlers.disconnected();
    expect(uplink.welcomed).toBe(false);
  });

  it('opens the way up for this journal, and for those that are gone and known, each under its epoch', () => {
    welcome();
    expect(opened).toEqual([
      [
        ['j', 4],
        ['gone', 2],
      ],
    ]);
    expect(epochs.get('j')).toBe(4);
  });

  it('that is answered with what is not in the contract opens nothing, and goes on waiting', async () => {
    for (const text of ['no JSON', '{}', '{"journalId":"j","epoch":"4"}'])
      handlers.message('aisle/v1/stores/demo/down/welcome', Buffer.from(text));
    expect([opened, uplink.welcomed]).toEqual([[], false]);
    welcome();
    expect(opened).toHaveLength(1);
  });

  it('that is answered for another journal, or in another protocol, opens nothing', async () => {
    welcome({ journalId: 'another' });
    welcome({ speaks: { ...SPEAKS, protocol: PROTOCOL + 1 } });
    expect([opened, uplink.welcomed, epochs.get('j')]).toEqual([[], false, undefined]);
    await clock.pass(10_000);
    expect(hellos).toBe(2);
  });

  it('is said anew where the cloud does not know the epoch of a batch, again until it is answered', async () => {
    welcome();
    told('ack', { batchId: 'b', status: 'committed', refused: [] });
    expect([hellos, uplink.welcomed]).toEqual([1, true]);
    wantsHello = true;
    told('ack', { batchId: 'b', status: 'refused', reason: 'epoch', refused: [] });
    expect(uplink.welcomed).toBe(false);
    await clock.pass(10_000);
    expect(hellos).toBe(3);
    welcome();
    await clock.pass(60_000);
    expect([hellos, uplink.welcomed, opened.length]).toEqual([3, true, 2]);
  });
});

it('whoever asks for figures, or watches, has facts sent sooner for that long', () => {
  told('asked', { leaseMs: 20_000 });
  told('watch', { leaseMs: 30_000, fresh: true });
  told('asked', { leaseMs: 'long' });
  expect(leases).toEqual([20_000, 30_000]);
});
