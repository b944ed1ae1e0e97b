import tseslint from 'typescript-eslint';
import svelte from 'eslint-plugin-svelte';
import { importRules } from './scripts/import-rules.mjs';

// Time and chance come in through ports, so that a scenario with a seed repeats exactly.
const noAmbientTimeOrChance = {
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Take a Clock from the constructor.' },
    { object: 'Math', property: 'random', message: 'Take a Random from the constructor.' },
    { object: 'performance', property: 'now', message: 'Take a Clock from the constructor.' },
  ],
  'no-restricted-globals': [
    'error',
    ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
      name,
      message: 'Take a Clock from the constructor.',
    })),
  ],
};

// A test waits for a condition, with a limit and a message (`until`, `waitFor`): a fixed time is too short on a busy machine
// and too long on every other. That nothing happens is shown by a clock of the test's own, or by something later.
const FIXED_WAIT = 'Wait for a condition (until, waitFor), or turn a clock of the test.';
const noFixedWaits = {
  'no-restricted-syntax': [
    'error',
    ...['type="Identifier"', 'body.callee.name=/^(resolve|done|go)$/'].map((ends) => ({
      selector: `NewExpression[callee.name='Promise'] CallExpression[callee.name='setTimeout'][arguments.0.${ends}]`,
      message: FIXED_WAIT,
    })),
    { selector: 'ImportDeclaration[source.value=/timers.promises$/] > ImportSpecifier', message: FIXED_WAIT },
    { selector: "CallExpression[callee.property.name='waitForTimeout']", message: FIXED_WAIT },
  ],
};
const MAY_WAIT = [
  // these wait for conditions: what all others call
  'agent/test/runtime/harness.ts',
  'cloud/test/service/harness.ts',
  'tests/support/system.ts',
  // until a database's server answers
  'tests/support/postgres.ts',
  'tests/support/nats.ts',
  'cloud/test/store/influxd.ts',
  // the cloud that pages talk to in tests: it answers when the test says so
  'dashboard/test/mock/server.ts',
  // a detector that takes as long as it is told
  'tests/support/scripted-detector.ts',
  // no tests: they keep a pace, kill at random moments, or wait for a picture to be pretty
  'tests/bench/**',
  'tests/load/**',
  'tests/chaos/**',
  'tests/evaluate/**',
  'tests/screens/kills.ts',
  'dashboard/test/screenshots.ts',
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'data/**'] },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['agent/src/**/*.ts', 'cloud/src/**/*.ts', 'contracts/src/**/*.ts', 'simulators/src/**/*.ts'],
    ignores: [
      '**/adapters/**',
      '**/main.ts',
      '**/process.ts',
      '**/cli.ts',
      '**/*.test.ts',
      '**/player/**',
      '**/camera-page/**',
    ],
    rules: noAmbientTimeOrChance,
  },
  {
    files: ['{agent,cloud,contracts,dashboard,simulators}/test/**/*.ts', 'tests/**/*.ts'],
    ignores: MAY_WAIT,
    rules: noFixedWaits,
  },
  ...importRules(),
);
