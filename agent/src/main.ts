/** The agent's process: `node dist/agent/main.mjs --config DIR/agent/agent.json`. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAgent } from './process.js';

runAgent({ here: path.dirname(fileURLToPath(import.meta.url)) });
