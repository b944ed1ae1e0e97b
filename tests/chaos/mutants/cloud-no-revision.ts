/** A cloud whose facts add up instead of replacing each other: its figures are wrong. For the chaos run only. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCloud } from '../../../cloud/src/process.js';
import { addingSeries } from './adding-series.js';

process.stderr.write('MUTANT: facts add up instead of replacing each other.\n');
runCloud({
  here: path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../cloud'),
  around: (series) => addingSeries(series, () => Date.now()),
});
