import { defineConfig } from 'vitest/config';

/** Tests that calculate: they start nothing, hold nothing between files, and so may share their modules with one another. */
const CALCULATED = [
  'contracts/test/**/*.test.ts',
  'agent/test/{ble,devices,domain,rfid}/**/*.test.ts',
  'cloud/test/insight/**/*.test.ts',
  'dashboard/test/unit/**/*.test.ts',
];

export default defineConfig({
  test: {
    // a limit ends a test that hangs; it says nothing of how fast a machine is, whatever else that machine does
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // many tests wait for a process, a browser or a pause of their own: two cores keep three of them going
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'calculated', include: CALCULATED, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: [
            '{contracts,agent,cloud,simulators,dashboard}/test/**/*.test.ts',
            'tests/{chaos,contract,compat,integration,e2e,security,models,fuzz,mutation}/**/*.test.ts',
            // not by `exclude`: one here would take the place of what a command line excludes
            ...CALCULATED.map((tests) => `!${tests}`),
          ],
        },
      },
    ],
  },
});
