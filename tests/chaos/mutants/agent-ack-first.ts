/** An agent that acknowledges before the append: it loses what it has acknowledged when it is killed. For the chaos run only. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FsLogFiles } from '../../../agent/src/adapters/fs-log-files.js';
import { runAgent } from '../../../agent/src/process.js';
import { lateLogFiles } from './late-log-files.js';

process.stderr.write('MUTANT: messages are acknowledged BEFORE they are durable; a crash loses them.\n');
runAgent({
  here: path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../agent'),
  logFiles: (folder) => lateLogFiles(new FsLogFiles(folder)),
});
