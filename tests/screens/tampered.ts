import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { PlayLogRow } from '@aisle/contracts';
import type { Dice } from '../fuzz/mutate.js';
import { runProgram } from '../support/devices.js';
import { root, type System } from '../support/system.js';

type Tamper = (rows: PlayLogRow[]) => PlayLogRow[];

/**
 * Runs `aisle plays verify` against the cloud, and against one whose rows somebody has edited, deleted or put elsewhere.
 * @returns what it failed to say, empty when nothing
 */
export async function verifyTampered(
  system: System,
  [from, to]: readonly [string, string],
  rows: readonly PlayLogRow[],
  dice: Dice,
): Promise<string[]> {
  const faults: string[] = [];
  const newest = Math.max(...rows.map(({ epoch }) => epoch));
  const chain = rows.filter(({ epoch, link }) => epoch === newest && link !== null);
  chain.sort((a, b) => numberOf(a) - numberOf(b));
  if (chain.length < 8) return [`only ${chain.length} plays are in the chain`];
  const at = 2 + dice.below(chain.length - 5);
  const [one, other] = [chain[at], chain[at + 1]] as [PlayLogRow, PlayLogRow];
  const change =
    (row: PlayLogRow, more: Partial<PlayLogRow>): Tamper =>
    (all) =>
      all.map((each) => (keyOf(each) === keyOf(row) ? { ...each, ...more } : each));
  const swapped: Tamper = (all) =>
    change(other, { link: { ...linkOf(other), n: numberOf(one) } })(
      change(one, { link: { ...linkOf(one), n: numberOf(other) } })(all),
    );
  const without: Tamper = (all) => all.filter((each) => keyOf(each) !== keyOf(one));
  const cases: [what: string, tamper: Tamper, expected: string[]][] = [
    ['untouched', (all) => all, []],
    ['another content', change(one, { contentId: 'another' }), [`play ${numberOf(one)} of`, keyOf(one), 'was edited']],
    ['a later end', change(one, { endedTs: one.endedTs + 1 }), [`play ${numberOf(one)} of`, keyOf(one), 'was edited']],
    [
      'another outcome',
      change(one, { outcome: one.outcome === 'cut' ? 'completed' : 'cut' }),
      [keyOf(one), 'was edited'],
    ],
    ['deleted', without, [`play ${numberOf(one)} of`, 'is missing']],
    ['two in the other order', swapped, [keyOf(one), keyOf(other)]],
  ];
  for (const [what, tamper, expected] of cases) {
    const { code, output } = await verifyThrough(system, from, to, tamper);
    const isRight = expected.length === 0 ? code === 0 : code === 1 && expected.every((text) => output.includes(text));
    if (!isRight) faults.push(`plays verify, ${what}: ended with ${code} and said ${output.slice(-600)}`);
  }
  return faults;
}

async function verifyThrough(system: System, from: string, to: string, tamper: Tamper) {
  const { apiUrl, apiToken, storeId } = system.access;
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(`${new URL(apiUrl).origin}${request.url}`, {
        headers: { authorization: String(request.headers.authorization) },
      });
      const text = await answer.text();
      const isPlays = new URL(request.url ?? '', 'http://localhost').pathname.endsWith('/plays');
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(isPlays && answer.ok ? JSON.stringify(tamper(JSON.parse(text) as PlayLogRow[])) : text);
    })().catch((error: Error) => response.writeHead(502).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const args = [path.join(root, 'scripts/aisle.mjs'), 'plays', 'verify', '--from', from, '--to', to];
    return await runProgram(process.execPath, [...args, '--url', url, '--token', apiToken, '--store', storeId], {
      timeoutMs: 60_000,
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const linkOf = (row: PlayLogRow) => row.link as NonNullable<PlayLogRow['link']>;
const numberOf = (row: PlayLogRow): number => linkOf(row).n;
const keyOf = ({ decisionId, startedTs }: PlayLogRow): string => `${decisionId}@${startedTs}`;
