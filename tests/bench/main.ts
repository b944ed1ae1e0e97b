import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchBle } from './ble.js';
import { benchCameras } from './cameras.js';
import { benchChoice } from './choice.js';
import { benchDetector } from './detector.js';
import { benchDisk } from './disk.js';
import { benchDevices } from './devices.js';
import { benchIngest } from './ingest.js';
import { benchJournal } from './journal.js';
import { benchMemory } from './memory.js';
import { benchPaint } from './paint.js';
import { benchRfid } from './rfid.js';
import { benchStart } from './start.js';
import { benchStatements } from './statements.js';
import { benchTracker } from './tracker.js';
import { YEAR_FOLDER, benchYear } from './year.js';
import { table, type Figure } from './figures.js';

const HELP = `npm run bench -- OPTIONS
  --json FILE            also write [{name, value, unit, reference, ratio}] to FILE
  --only NAME            one of ingest, rfid, devices, journal, paint, start, detector, tracker, choice, cameras, ble,
                         memory, statements, disk; and, never by itself, year: what pages ask after a year
  --memory-minutes N     how long the demo runs before its memory is read (10)
  --disk-minutes N       how long what it writes is counted, and taken to a day (12)

  --days N               of year: how long the past of its one shop is (365; about 100,000 facts a day)
  --shops N              of year: how many shops have a past of 30 days (100; 0: none)
  --seconds N            of year: how long the agents of these shops state what happens (60)
  --folder DIR           of year: where the pasts are made once and kept (${YEAR_FOLDER})

Every figure is a ratio against a reference measured in the same run. A miss is reported, it does not fail the command.`;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    'memory-minutes': { type: 'string', default: '10' },
    'disk-minutes': { type: 'string', default: '12' },
    days: { type: 'string', default: '365' },
    shops: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
    folder: { type: 'string', default: YEAR_FOLDER },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(`${HELP}\n`);
else {
  const benches: Record<string, () => Promise<Figure[]>> = {
    ingest: benchIngest,
    rfid: benchRfid,
    devices: benchDevices,
    journal: benchJournal,
    paint: benchPaint,
    start: benchStart,
    detector: benchDetector,
    tracker: benchTracker,
    choice: benchChoice,
    cameras: benchCameras,
    ble: benchBle,
    memory: () => benchMemory(Number(values['memory-minutes'])),
    statements: benchStatements,
    disk: () => benchDisk(Number(values['disk-minutes'])),
    year: () => {
      const [days, shops, seconds] = [Number(values.days), Number(values.shops), Number(values.seconds)];
      return benchYear({ days, shops, seconds, folder: values.folder });
    },
  };
  if (values.only !== undefined && !(values.only in benches)) {
    process.stderr.write(`--only: expected one of ${Object.keys(benches).join(', ')}, got "${values.only}"\n`);
    process.exit(2);
  }
  const figures: Figure[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    // hours of making facts are nothing to meet by chance
    if (values.only !== name && (values.only !== undefined || name === 'year')) continue;
    process.stderr.write(`${name} …\n`);
    try {
      figures.push(...(await bench()));
    } catch (error) {
      process.stderr.write(`${name} could not be measured: ${(error as Error).message}\n`);
      process.exitCode = 1;
    }
  }
  process.stdout.write(`${table(figures)}\n`);
  if (values.json) {
    const rows = figures.map(({ name, value, unit, reference, ratio }) => ({
      name,
      value,
      unit,
      reference: `${reference.name}: ${reference.value}`,
      ratio,
    }));
    writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  }
}
