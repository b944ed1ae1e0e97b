import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bad, examine, ok } from '../../cloud/src/doctor/checks.js';
import { WORDS, lineOf, type Finding } from '../../cloud/src/doctor/words.js';
import type { CloudConfig } from '../../cloud/src/config/cloud-config.js';
import {
  FakeAgent,
  STORE_YAML,
  TOKEN,
  crossings,
  removeFolders,
  startCloud,
  temporaryFolder,
} from '../../cloud/test/service/harness.js';
import { freePort } from '../support/ports.js';
import { root } from '../support/system.js';

afterAll(removeFolders);
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
async function found(config: CloudConfig, token: string | undefined = TOKEN): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of examine({ config, token, clock })) findings.push(finding);
  return findings;
}
const codes = (findings: readonly Finding[], isOk: boolean): string[] =>
  findings.filter((finding) => finding.isOk === isOk).map(({ code }) => code);

it('finds a cloud that runs well, and each thing that is wrong with it', async () => {
  const dir = temporaryFolder();
  const config: CloudConfig = {
    ...{ dataDir: dir, host: '127.0.0.1', httpPort: await freePort(), mqttPort: await freePort() },
    ...{ series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } },
  };
  // never started: what is missing is named, and nothing is made
  expect(codes(await found(config), false)).toEqual(['noFile', 'noFile', 'notServed', 'noBroker']);
  const storeFile = path.join(dir, 'store.yaml');
  writeFileSync(storeFile, STORE_YAML);
  const cloud = await startCloud({ dir, config });
  expect(codes(await found(config), false)).toEqual(['agentsAway']);
  const agent = await new FakeAgent(cloud.mqttPort).join();
  await agent.facts([crossings(1, 3)]);
  const well = await found(config);
  expect(codes(well, false)).toEqual([]);
  expect(codes(well, true)).toEqual(
    expect.arrayContaining(['served', 'broker', 'clock', 'disk', 'file', 'media', 'agents', 'commit']),
  );
  expect(codes(await found(config, 'a-token-of-nobody'), false)).toEqual(['tokenWrong']);
  expect(codes(await found({ ...config, host: '0.0.0.0' }), false)).toEqual(['tlsOpen']);
  expect(codes(await found({ ...config, tls: { certFile: 'none.pem', keyFile: 'none.pem' } }), false)).toContain(
    'tlsWrong',
  );
  const away = { engine: 'postgres', url: `postgresql://aisle:secret@127.0.0.1:${await freePort()}/aisle` } as const;
  const gone = await found({ ...config, catalog: away });
  expect(codes(gone, false)).toEqual(['serverAway']);
  expect(JSON.stringify(gone)).not.toContain('secret');
  await agent.leave();
  await cloud.stop();
});

it('as a command it reads the folder of a start, tells in the language asked for, and ends with 1 where something is not well', async () => {
  const dir = temporaryFolder();
  const doctor = (args: string): Promise<{ status: number; said: string }> =>
    new Promise((resolve) => {
      const child = [
        path.join(root, 'dist/cloud/doctor.mjs'),
        'doctor',
        ...args.split(' ').filter((arg) => arg !== ''),
      ];
      execFile(process.execPath, child, { env: { ...process.env, INIT_CWD: dir } }, (error, stdout, stderr) =>
        resolve({ status: error ? Number(error.code) : 0, said: stdout + stderr }),
      );
    });
  const guide = readFileSync(path.join(root, 'docs/operator-guide.md'), 'utf8');
  expect(guide).toMatch(/^npm run aisle -- doctor$/m);
  mkdirSync(path.join(dir, 'data/cloud'), { recursive: true });
  const config = {
    ...{
      dataDir: path.join(dir, 'data/cloud'),
      host: '127.0.0.1',
      httpPort: await freePort(),
      mqttPort: await freePort(),
    },
    ...{ series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } },
  };
  writeFileSync(path.join(dir, 'data/cloud/cloud.json'), JSON.stringify(config));
  const [english, chinese, none, wrong] = await Promise.all(
    ['', '--lang zh', '--config none.json', '--lang fr'].map(doctor),
  );
  expect([english, chinese, none, wrong].map((one) => one?.status)).toEqual([1, 1, 1, 2]);
  expect(english?.said).toMatch(
    /^NOT OK {2}nobody answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): start the cloud/m,
  );
  expect(chinese?.said).toMatch(/^异常 {2}http:\/\/127\.0\.0\.1:\d+ 无响应（ECONNREFUSED）：请启动云端/m);
  expect(none?.said).toContain('none.json');
});

it('has the same values in both languages, and Chinese in every Chinese line', () => {
  for (const [code, [en, zh]] of Object.entries(WORDS)) {
    const values = (text: string): string[] => [...new Set([...text.matchAll(/\{\w+\}/g)].map(String))].sort();
    expect(values(zh), code).toEqual(values(en));
    if (en !== '{problem}') expect(zh, code).toMatch(/[\u4e00-\u9fff]/);
  }
  expect(lineOf(ok('disk', { gigabytes: 3, folder: '/x' }), 'en')).toBe('ok      3 GB are free at /x');
  expect(lineOf(bad('diskFull', { gigabytes: 1, folder: '/x' }), 'zh')).toMatch(/^异常 {2}\/x 仅剩 1 GB/);
});
