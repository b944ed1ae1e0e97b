import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, integrator, publish } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, waitFor } from '../support/system.js';

const strace = findProgram('strace');
const START = Date.parse('2026-03-02T02:00:00Z');

interface Call {
  at: number;
  text: string;
}

/** Attaches strace to a running process with all its threads; returns the calls in the order of their beginning. */
async function traced(pid: number, work: () => Promise<void>, isWhole: (calls: Call[]) => boolean): Promise<Call[]> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'aisle-strace-')), 'trace');
  const child = spawn(
    strace as string,
    [
      '-f',
      '-ttt',
      '-y',
      '-xx',
      '-s',
      '160',
      '-e',
      'trace=write,writev,pwrite64,sendto,sendmsg,fdatasync,fsync',
      '-o',
      file,
      '-p',
      String(pid),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.on('data', (data: Buffer) => (words += data.toString()));
  await waitFor('strace to attach', () => words.includes('attached'), 10_000);
  await work();
  // A call's line is written after its effect.
  await waitFor('what was done to be traced', () => isWhole(callsIn(file)), 10_000);
  child.kill('SIGINT');
  await new Promise((resolve) => child.on('exit', resolve));
  return callsIn(file);
}

function callsIn(file: string): Call[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^\d+\s+(\d+\.\d+) (.*)$/.exec(line);
      return match ? [{ at: Number(match[1]), text: match[2] as string }] : [];
    });
}

const hex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
/** All bytes of a call as `\\xNN…`: a broker hands one packet over in several pieces (writev). */
const bytesOf = (call: Call) => [...call.text.matchAll(/"((?:\\x[0-9a-f]{2})+)"/g)].map((match) => match[1]).join('');
const isPuback = (call: Call) => decodePath(call.text).includes('socket') && bytesOf(call).startsWith('\\x40\\x02');
const isSync = (call: Call) => /^fdatasync\(/.test(call.text) || /fdatasync resumed/.test(call.text);

/** The first write to the series; -1 where there is none. */
const commitIn = (calls: Call[]): number =>
  calls.findIndex((call) => /^(p?write|pwrite64)/.test(call.text) && /series/.test(decodePath(call.text)));
const ackAfter = (calls: Call[], commit: number): number =>
  calls.findIndex((call, index) => commit >= 0 && index > commit && bytesOf(call).includes(hex('down/ack')));

describe.skipIf(!strace)('durability, seen by strace', () => {
  it('an fdatasync lies between the write of the journal and the PUBACK of the device', async () => {
    const system = await System.start({ storeFile: writeShop(smallShop()) });
    try {
      const client = await integrator(system.access);
      const marker = 'receipt-under-trace';
      const calls = await traced(
        system.pid('agent') as number,
        async () => {
          await publish(client, 'till-1', 'till/sale', {
            ts: START,
            receipt: marker,
            lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }],
          });
        },
        (seen) => seen.some(isPuback),
      );
      await client.endAsync();
      const journalWrite = calls.findIndex(
        (call) => /journal/.test(decodePath(call.text)) && /^(p?write|writev)/.test(call.text),
      );
      // PUBACK: 0x40, remaining length 2, packet identifier (MQTT 3.1.1, 3.4).
      const puback = calls.findIndex((call, index) => index > journalWrite && isPuback(call));
      expect(journalWrite).toBeGreaterThanOrEqual(0);
      expect(puback).toBeGreaterThan(journalWrite);
      expect(calls.slice(0, journalWrite).some(isPuback)).toBe(false);
      const between = calls.slice(journalWrite, puback);
      expect(between.some((call) => isSync(call) && /journal/.test(decodePath(call.text)))).toBe(true);
    } finally {
      await system.stop();
    }
  }, 60_000);

  it('an fdatasync lies between the commit of the cloud and its acknowledgement', async () => {
    const system = await System.start({ storeFile: writeShop(smallShop()) });
    try {
      const client = await integrator(system.access);
      // The acknowledgement of what the start had to say would stand behind the first write of the sale.
      await waitFor('the cloud to have all that the start said', async () => {
        type View = { agentOnline: boolean; outboxWaiting: number | null };
        const view = await system.get<View>(`${system.store}/devices`);
        return view.agentOnline && view.outboxWaiting === 0;
      });
      const calls = await traced(
        system.pid('cloud') as number,
        async () => {
          await publish(client, 'till-1', 'till/sale', {
            ts: START,
            receipt: 'r-2',
            lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }],
          });
          await waitFor(
            'the sale',
            async () =>
              (
                await system.get<{ salesNet: number }>(
                  `${system.store}/shoppers/metrics?from=${new Date(START).toISOString()}&to=${new Date(START + 60_000).toISOString()}`,
                )
              ).salesNet === 12.5,
          );
        },
        (seen) => ackAfter(seen, commitIn(seen)) >= 0,
      );
      await client.endAsync();
      const commit = commitIn(calls);
      const ack = ackAfter(calls, commit);
      expect(commit).toBeGreaterThanOrEqual(0);
      expect(ack).toBeGreaterThan(commit);
      expect(calls.slice(commit, ack).some((call) => isSync(call) && /series/.test(decodePath(call.text)))).toBe(true);
    } finally {
      await system.stop();
    }
  }, 60_000);
});

/** With -y, paths stand in <…>, themselves in hex under -xx. */
function decodePath(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
