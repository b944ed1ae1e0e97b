import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runChaos, type Mutant } from './chaos.js';
import { runPowerCuts } from './power/run.js';

const HELP = `npm run chaos -- OPTIONS
  --seed N         seed of the shop and of the kills (1)
  --kills N        how often a process is killed with SIGKILL (20)
  --minutes M      minutes of event time that the shop runs (20)
  --seconds S      how long the disturbed run takes, wall clock (60)
  --enrolments N   devices that a person enrols during the disturbed run (0)
  --changes N      versions of the store file that a person makes during it (0)
  --power-cuts N   instead: record every write and sync of a shop for so many --seconds (20 then), make what the disk may
                   hold after N power cuts at random moments, half of them shortly after a start, start on each, and look
                   for all that had been acknowledged by then; needs strace
  --mutant NAME    ack-first: acknowledge before the append; no-revision: facts add up instead of replacing.
                   With a mutant the run must fail.
  --keep           keep the data folders

Two runs of the same seeded shop: one undisturbed, one in which agent, cloud, or both are killed at random moments
while the devices publish at QoS 1 and resend what was not acknowledged. Footfall, zone, product and shopper figures
must be equal, byte for byte; what a person was told has been enrolled or changed must hold: the newest store file has
it, and every device is let in with the password that was shown. The long one: --kills 60 --enrolments 35 --changes 15
--minutes 60 --seconds 180. Exit status: 0 equal, 1 they differ, 2 the runs could not be made.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '20' },
    seconds: { type: 'string' },
    'power-cuts': { type: 'string' },
    enrolments: { type: 'string', default: '0' },
    changes: { type: 'string', default: '0' },
    mutant: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(`${HELP}\n`);
} else if (values.mutant !== undefined && values.mutant !== 'ack-first' && values.mutant !== 'no-revision') {
  process.stderr.write(`--mutant: expected ack-first or no-revision, got "${values.mutant}"\n`);
  process.exitCode = 2;
} else if (values['power-cuts'] !== undefined) {
  try {
    const cuts = Number(values['power-cuts']);
    const broken = await runPowerCuts({
      seed: Number(values.seed),
      cuts,
      seconds: Number(values.seconds ?? 20),
      say: (line) => process.stdout.write(`${line}\n`),
    });
    process.stdout.write(`chaos: ${cuts} starts after power cuts, ${broken.length} faults\n`);
    process.exitCode = broken.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`chaos could not run: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
} else {
  try {
    const result = await runChaos({
      seed: Number(values.seed),
      kills: Number(values.kills),
      minutes: Number(values.minutes),
      seconds: Number(values.seconds ?? 60),
      enrolments: Number(values.enrolments),
      changes: Number(values.changes),
      ...(values.mutant && { mutant: values.mutant as Mutant }),
      say: (line) => process.stdout.write(`${line}\n`),
    });
    if (!values.keep) for (const folder of result.folders) rmSync(folder, { recursive: true, force: true });
    for (const difference of result.differences.slice(0, 10)) process.stdout.write(`differs: ${difference}\n`);
    process.stdout.write(
      result.differences.length === 0
        ? `chaos: equal after ${result.kills} kills (${result.summary})\n`
        : `chaos: ${result.differences.length} differences after ${result.kills} kills (${result.summary})\n`,
    );
    process.exitCode = result.differences.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`chaos could not run: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
