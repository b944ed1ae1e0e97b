import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/system.js';
import { failuresIn, quickTests } from './suite.js';

it('the quick part of the suite is what starts no browser, no process and no server, by itself or by a helper', () => {
  const quick = quickTests(root);
  expect(quick).toContain('agent/test/domain/people.test.ts');
  expect(quick).toContain('cloud/test/service/versions.test.ts');
  expect(quick.length).toBeGreaterThan(150);
  for (const slow of [
    'dashboard/test/browser/dashboard.test.ts',
    'agent/test/runtime/process.test.ts',
    'cloud/test/store/postgres-catalog.test.ts',
    'tests/e2e/shop.test.ts',
    'tests/integration/start.test.ts',
  ])
    expect(quick).not.toContain(slow);
});

it('failures are told by the names of the tests, or of a file in which none was found', () => {
  const name = (file: string) => path.join(root, file);
  const report = {
    testResults: [
      { name: name('a.test.ts'), assertionResults: [{ fullName: 'goes', status: 'passed' }] },
      {
        name: name('b.test.ts'),
        assertionResults: [
          { fullName: 'b stands', status: 'failed' },
          { fullName: 'b goes', status: 'passed' },
        ],
      },
      { name: name('c.test.ts'), message: 'cannot be read', assertionResults: [] },
    ],
  };
  expect(failuresIn(report)).toEqual(['b.test.ts: b stands', 'c.test.ts']);
});
