import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOKEN, json, startCloud, type RunningCloud } from '../../cloud/test/service/harness.js';

const root = path.resolve(import.meta.dirname, '../..');
let cloud: RunningCloud;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'aisle-till-'));
  cloud = await startCloud();
  writeFileSync(
    path.join(dir, 'demo-access.json'),
    JSON.stringify({ storeId: 'demo', apiUrl: `${cloud.url}/api/v1`, apiToken: TOKEN }),
  );
  const columns = { receipt: 'Receipt', date: 'Date', gtin: 'GTIN', quantity: 'Quantity', net: 'Net' };
  const entry = { id: 'till-9', family: 'till', dialect: 'csv', csv: { columns } };
  expect((await cloud.api('/api/v1/stores/demo/devices', json(entry))).status).toBe(201);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** `npm run aisle -- till check FILE --till ID`, without its set-up. */
async function check(file: string, ...more: string[]) {
  const child = spawn(process.execPath, [
    path.join(root, 'dist/cloud/cli.mjs'),
    'till',
    'check',
    file,
    '--data',
    dir,
    ...more,
  ]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { out, err, code };
}

it('npm run aisle -- till check says how a file would be read, before it is', async () => {
  const file = path.join(dir, 'till.csv');
  const T = '2026-03-02 12:00:00';
  writeFileSync(
    file,
    `Receipt,Date,GTIN,Quantity,Net,Status\nA,${T},06901234567892,1,"1,250.00",\nA,${T},,1,3.00,\nB,${T},6.9E+12,1,1.00,\nC,${T},06901234567892,1,9.00,void\n`,
  );
  const told = await check(file, '--till', 'till-9');
  expect(told.err).toBe('');
  expect(told.code).toBe(1);
  expect(told.out).toContain('1 receipts, 2 lines, net 1253 CNY');
  expect(told.out).toContain('1 lines without a code; of 4 rows 1 would be refused, 1 are left out');
  expect(told.out).toMatch(/quantity\s+Quantity/);
  expect(told.out).toMatch(/line 4\s+GTIN\s+a product code with all its digits/);
  expect(told.out).toMatch(/line 5\s+Status is void/);
  const asJson = JSON.parse((await check(file, '--till', 'till-9', '--json')).out) as object;
  expect(asJson).toMatchObject({ ok: true, receipts: 1, net: 1253, refused: [{ line: 4, code: 'codeRounded' }] });
  expect(await check(file)).toMatchObject({ code: 2, err: expect.stringContaining('--till is missing') as string });
  expect(await check(file, '--till', 'nobody')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no device "nobody"') as string,
  });
  writeFileSync(file, 'Bon;Summe\n');
  expect(await check(file, '--till', 'till-9')).toMatchObject({
    code: 1,
    out: expect.stringContaining('Receipt is no title of a column') as string,
  });
}, 60_000);
