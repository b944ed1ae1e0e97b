import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{contracts,agent,cloud,simulators,dashboard}/test/**/*.test.ts',
      'tests/{chaos,contract,compat,integration,e2e,security,models,fuzz,mutation}/**/*.test.ts',
    ],
    // a limit ends a test that hangs; it says nothing of how fast a machine is, whatever else that machine does
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // many tests wait for a process, a browser or a pause of their own: two cores keep three of them going
    maxWorkers: 3,
  },
});
