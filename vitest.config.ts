import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{contracts,agent,cloud,simulators,dashboard}/test/**/*.test.ts',
      'tests/{chaos,contract,compat,integration,e2e,security,models,fuzz,mutation}/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // many tests wait for a process, a browser or a pause of their own: two cores keep three of them going
    maxWorkers: 3,
  },
});
