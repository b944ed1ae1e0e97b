import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchScreenPaint } from './screen-paint.js';
import { benchUpload } from './upload.js';
import { benchArrange } from './arrange.js';
import { benchBle } from './ble.js';
import { benchCameras } from './cameras.js';
import { benchChoice } from './choice.js';
import { benchDecisions } from './decisions.js';
import { benchDetector } from './detector.js';
import { benchDisk } from './disk.js';
import { benchDevices } from './devices.js';
import { benchFleet } from './fleet.js';
import { benchFunnel } from './funnel.js';
import { benchIngest } from './ingest.js';
import { benchJournal } from './journal.js';
import { benchMemory } from './memory.js';
import { benchPages } from './pages.js';
import { benchPaint } from './paint.js';
import { benchPlanogram } from './planogram.js';
import { benchRfid } from './rfid.js';
import { SCALE_ENGINES, benchScale, type ScaleEngine } from './scale.js';
import { benchStart } from './start.js';
import { benchStatements } from './statements.js';
import { benchTracker } from './tracker.js';
import { YEAR_PARTS, benchYear, isYearPart } from './year.js';
import { table, type Figure } from './figures.js';

const HELP = `npm run bench -- OPTIONS
  --json FILE            also write [{name, value, unit, reference, ratio}] to FILE
  --only NAME            one of ingest, rfid, devices, journal, paint, planogram, start, page, detector, tracker, choice,
                         cameras, ble, memory, statements, disk, funnel, arrange; and, never by themselves, year: what pages ask after a year,
                         and fleet: what a thousand shops cost, and scale: what
                         shops cost by their number; also screen-paint, which needs Chromium, and upload
  --memory-minutes N     how long the demo runs before its memory is read (10)
  --disk-minutes N       how long what it writes is counted, and taken to a day (12)

  --days N               of year: how long the past of its one shop is (365; about 100,000 facts a day; 0: none)
  --shops N              of year: how many shops have a past of 30 days (100; 0: none)
  --shop-days N          of year: how long the past of these is (30)
  --seconds N            of year: how long the agents of these shops state what happens (60)
  --parts NAMES          of year: of compare (with a plain scan), pages and acks only these; with commas between
  --profile DIR          of both: where the cloud leaves a CPU profile of its run; left out: it makes none
  --data DIR             of both: where pasts, and what an agent says, are made once and kept; left out: they go

  --fleet N              of fleet and year: so many shops speak at once, as a real agent does (1000; 0: none)
  --minutes N            of fleet and year: for so long (30)

  --counts LIST          of scale: how many shops, with commas between (1,10,100)
  --engines LIST         of scale: of embedded (DuckDB and SQLite) and postgres, with commas between (both)
  --window N             of scale: seconds of each measurement (60)
  --speed X              of scale: times a shop's own pace (1)

Every figure is a ratio against a reference measured in the same run. A miss is reported, it does not fail the command.`;

/** hours of making facts are nothing to meet by chance */
const LONG = ['year', 'fleet', 'scale'];

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    'memory-minutes': { type: 'string', default: '10' },
    'disk-minutes': { type: 'string', default: '12' },
    days: { type: 'string', default: '365' },
    shops: { type: 'string', default: '100' },
    'shop-days': { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    parts: { type: 'string', default: YEAR_PARTS.join(',') },
    profile: { type: 'string' },
    data: { type: 'string' },
    fleet: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '30' },
    counts: { type: 'string', default: '1,10,100' },
    engines: { type: 'string', default: SCALE_ENGINES.join(',') },
    window: { type: 'string', default: '60' },
    speed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(`${HELP}\n`);
else {
  const parts = values.parts.split(',').filter(isYearPart);
  if (parts.join() !== values.parts) {
    process.stderr.write(`--parts: expected some of ${YEAR_PARTS.join(', ')}, got "${values.parts}"\n`);
    process.exit(2);
  }
  const shops = values.counts.split(',').map(Number);
  if (!shops.every((count, at) => Number.isInteger(count) && count > (shops[at - 1] ?? 0))) {
    process.stderr.write(`--counts: expected rising whole numbers such as 1,10,100, got "${values.counts}"\n`);
    process.exit(2);
  }
  const engines = values.engines
    .split(',')
    .filter((name): name is ScaleEngine => SCALE_ENGINES.includes(name as ScaleEngine));
  if (engines.join() !== values.engines) {
    process.stderr.write(`--engines: expected some of ${SCALE_ENGINES.join(', ')}, got "${values.engines}"\n`);
    process.exit(2);
  }
  const fleet = (): Promise<Figure[]> =>
    Number(values.fleet) > 0
      ? benchFleet(Number(values.fleet), Number(values.minutes), values.data, values.profile)
      : Promise.resolve([]);
  const benches: Record<string, () => Promise<Figure[]>> = {
    'screen-paint': benchScreenPaint,
    upload: benchUpload,
    ingest: benchIngest,
    rfid: benchRfid,
    devices: benchDevices,
    journal: benchJournal,
    paint: benchPaint,
    planogram: benchPlanogram,
    start: benchStart,
    page: () => benchPages(),
    detector: benchDetector,
    tracker: benchTracker,
    choice: async () => [...(await benchChoice()), ...(await benchDecisions())],
    cameras: benchCameras,
    ble: benchBle,
    memory: () => benchMemory(Number(values['memory-minutes'])),
    statements: benchStatements,
    disk: () => benchDisk(Number(values['disk-minutes'])),
    funnel: benchFunnel,
    arrange: benchArrange,
    year: async () => {
      const [days, shops, seconds] = [Number(values.days), Number(values.shops), Number(values.seconds)];
      const { data: folder, profile } = values;
      const options = { days, shops, seconds, folder, profile, shopDays: Number(values['shop-days']), parts };
      return [...(await benchYear(options)), ...(await fleet())];
    },
    fleet: () => fleet(),
    scale: () => benchScale({ shops, engines, seconds: Number(values.window), speed: Number(values.speed) }),
  };
  if (values.only !== undefined && !(values.only in benches)) {
    process.stderr.write(`--only: expected one of ${Object.keys(benches).join(', ')}, got "${values.only}"\n`);
    process.exit(2);
  }
  const figures: Figure[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (values.only !== name && (values.only !== undefined || LONG.includes(name))) continue;
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
