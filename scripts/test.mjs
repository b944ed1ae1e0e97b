/**
 * `npm test`: sets up what is missing and passes the tests. The last line is `N passed, N failed, N skipped`; what was
 * skipped because a part is not installed is listed by name above it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, setup } from './setup.mjs';

try {
  await setup();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const folder = mkdtempSync(path.join(tmpdir(), 'aisle-test-'));
const report = path.join(folder, 'report.json');
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const args = [
  vitest,
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
];
const run = spawnSync(process.execPath, args, {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, NODE_ENV: 'test' },
});

let totals = { passed: 0, failed: 1, skipped: 0 };
const skipped = [];
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  for (const file of result.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'pending' || test.status === 'skipped' || test.status === 'todo')
        skipped.push(`${path.relative(root, file.name)}: ${test.fullName}`);
    }
  }
  // A file that could not even be loaded fails without a failed test of its own.
  const brokenFiles = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  totals = { passed: result.numPassedTests, failed: result.numFailedTests + brokenFiles, skipped: skipped.length };
} catch (error) {
  process.stderr.write(`no test report: ${error.message}\n`);
}
rmSync(folder, { recursive: true, force: true });
if (run.status !== 0 && totals.failed === 0) totals.failed = 1;
if (skipped.length > 0)
  process.stdout.write(
    `\nSkipped, because a part is not installed:\n${skipped.map((name) => `  - ${name}`).join('\n')}\n`,
  );
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
