import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCloud } from './process.js';

runCloud({ here: path.dirname(fileURLToPath(import.meta.url)) });
