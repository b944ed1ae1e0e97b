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
  ...importRules(),
);
