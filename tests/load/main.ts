/** `npm run load`: see HELP. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isSound, runLoad, type LoadResult } from './load.js';
import { accessFile, provisionLoad, readAccess } from './provision.js';

const HELP = `npm run load -- --provision FILE --shops N [--url mqtt://HOST:PORT --api http://HOST:PORT] OPTIONS

Plays many shops against a cloud: each with its own line, journal and receipts, at a real agent's pace; says again what was not
acknowledged; and compares in the end what the cloud answers with what it has acknowledged, to the last sale and visit.

  --provision FILE   accounts of the shops. Written when it is not there, for a fresh cloud to read ("provision" of its cloud.json),
                     with their store files in a folder and their passwords in FILE-access.json beside it (readable by you only).
                     Without --url that is all that is done
  --url URL          where agents reach the cloud: mqtt://HOST:PORT or mqtts://HOST:PORT
  --api URL          where its API is: http://HOST:PORT. Left out: nothing is compared and nobody watches
  --shops N          how many (1)
  --speed X          times a shop's own pace (1); "max": as fast as batches are acknowledged
  --minutes M        for so long, of real time (2)
  --watchers N       browsers that follow a shop each (3, at most one for each shop)
  --seed N           what happens in the shops (1)
  --ca FILE          certificates to trust, PEM, where the cloud has an authority of its own
  --json FILE        also write what was counted

Exit status: 0 all that was acknowledged is there, once; 1 it is not, or something was refused or never acknowledged; 2 used wrongly, or
there is no cloud.
`;

async function main(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      ...{ provision: text, url: text, api: text, ca: text, json: text },
      ...{ shops: { ...text, default: '1' }, speed: { ...text, default: '1' }, minutes: { ...text, default: '2' } },
      ...{ watchers: { ...text, default: '3' }, seed: { ...text, default: '1' }, help: { type: 'boolean' } },
    },
  });
  if (values.help === true || values.provision === undefined) {
    process.stdout.write(HELP);
    return values.help === true ? 0 : 2;
  }
  const at = (file: string): string => path.resolve(process.env['INIT_CWD'] ?? '.', file);
  const shops = whole('--shops', values.shops, 1);
  const provision = at(values.provision);
  const speed = values.speed === 'max' ? 'unpaced' : above('--speed', values.speed);
  const minutes = above('--minutes', values.minutes);
  const [watchers, seed] = [whole('--watchers', values.watchers, 0), whole('--seed', values.seed, 0)];
  if (values.url === undefined) {
    provisionLoad(provision, shops);
    process.stdout.write(
      `${provision} and ${accessFile(provision)} are there for ${shops} shops.\nName the first as "provision" in a cloud.json, start that cloud, and give --url and --api.\n`,
    );
    return 0;
  }
  if (!/^mqtts?:\/\//.test(values.url))
    throw new Error(`--url: expected mqtt://HOST:PORT or mqtts://HOST:PORT, got "${values.url}"`);
  if (values.api !== undefined && !/^https?:\/\//.test(values.api))
    throw new Error(`--api: expected http://HOST:PORT, got "${values.api}"`);
  const access = readAccess(provision);
  if (access.passwords.length < shops)
    throw new Error(`--shops: ${accessFile(provision)} holds ${access.passwords.length} shops, not ${shops}`);
  const api = values.api?.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  const ca = values.ca === undefined ? undefined : readFileSync(at(values.ca), 'utf8');
  const result = await runLoad(
    {
      ...{ shops, speed, minutes, url: values.url, seed, watchers: Math.min(watchers, shops) },
      ca,
      passwordOf: (shop) => access.passwords[shop] as string,
      api: api === undefined ? undefined : { url: api, token: access.apiToken, ca },
    },
    (line) => process.stderr.write(`${line}\n`),
  );
  process.stdout.write(`${report(result)}\n`);
  if (values.json !== undefined) writeFileSync(at(values.json), `${JSON.stringify(result, null, 2)}\n`);
  return isSound(result) ? 0 : 1;
}

function report({
  shops,
  seconds,
  acknowledged,
  unacknowledged,
  latency,
  counts,
  watchers,
  refusals,
  differences,
}: LoadResult): string {
  const rate = (count: number): string => (count / seconds).toFixed(1);
  const ms = (value: number | null): string => (value === null ? 'none' : `${value.toFixed(0)} ms`);
  const minutes = (shops * seconds) / 60;
  return [
    `${shops} shops for ${seconds.toFixed(0)} s: ${acknowledged.batches} batches with ${acknowledged.facts} statements acknowledged`,
    `  ${rate(acknowledged.batches)} batches and ${rate(acknowledged.facts)} statements a second; acknowledgement p50 ${ms(latency.p50)}, p99 ${ms(latency.p99)}`,
    `  a shop and minute: ${(counts.batches / minutes).toFixed(1)} batches, ${(counts.statements / minutes).toFixed(0)} statements, ${(counts.bytes / minutes / 1000).toFixed(1)} kB, ${(counts.statuses / minutes).toFixed(1)} statuses`,
    `  ${counts.connections} connections, ${counts.commands} commands taken, ${counts.resent} batches sent again, ${counts.refusedBatches} refused; ${unacknowledged} statements never acknowledged, ${counts.refusedFacts} refused`,
    `  browsers: ${watchers.snapshots} snapshots, ${watchers.updates} updates, ${watchers.gaps} numbers missing, ${watchers.refused} refused`,
    ...refusals.map((why) => `  ${why}`),
    ...(differences === null
      ? ['Not compared: give --api.']
      : differences.length === 0
        ? ['The cloud answers what it has acknowledged, to the last sale and visit.']
        : [
            `DIFFERENT in ${differences.length} figures:`,
            ...differences
              .slice(0, 20)
              .map(
                (one) =>
                  `  ${one.storeId}: ${one.what}: acknowledged ${one.acknowledged}, answered ${one.answered ?? 'nothing'}`,
              ),
          ]),
  ].join('\n');
}

function above(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${option}: expected a number above 0, got "${text}"`);
  return value;
}
function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${option}: expected a whole number from ${least}, got "${text}"`);
  return value;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  },
);
