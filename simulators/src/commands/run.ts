import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MINUTE_MS, type StoreFile } from '@aisle/contracts';
import { airTo } from '../adapters/air.js';
import {
  fileBeside,
  fileExists,
  readBehaviour,
  readStore,
  readText,
  shopFile,
  UsageError,
  type Access,
} from '../adapters/files.js';
import { encodeJpeg } from '../adapters/jpeg.js';
import { LineFile } from '../adapters/line-file.js';
import { Observer } from '../adapters/observer.js';
import { MqttPublisher } from '../adapters/mqtt-publisher.js';
import { dropInto } from '../adapters/outlet-files.js';
import { restGet } from '../adapters/rest.js';
import { RestSales } from '../adapters/rest-sales.js';
import { NOISELESS, NOISY } from '../devices/settings.js';
import { FaultyShop } from '../faults/faulty-shop.js';
import { FaultyLine } from '../faults/line.js';
import type { Clock, LineSink } from '../ports.js';
import { PictureSender } from '../run/picture-sender.js';
import { Runner } from '../run/runner.js';
import { parseCameras, type SimulatedCamera } from '../render/camera-file.js';
import { isOfPose } from '../render/floor-view.js';
import { Simulation, type PicturesSend } from '../run/simulation.js';
import { TimedShop } from '../run/timed-shop.js';
import { changed, type Scenario } from '../scenario/scenario.js';
import type { Behaviour } from '../settings/behaviour.js';
import type { OutOfStock } from '../world/planned.js';
import { readStock, readTags } from '../score/ledger-file.js';
import { ACCESS_OPTIONS, accessOf, checkScored, readScenario } from './run-scenario.js';
import { observedBeside, scoreOf } from './score.js';
import { CloudWatch, cloudLineOption, faultsOption } from './run-faults.js';
import { listen, SilencedPublisher } from './run-parts.js';
import { neededOption, numberOption, silenceOption, speedOption, timeOption, wholeOption } from './options.js';

export const RUN_OPTIONS = {
  ...ACCESS_OPTIONS,
  ledger: { type: 'string' },
  seed: { type: 'string' },
  start: { type: 'string' },
  minutes: { type: 'string' },
  endless: { type: 'boolean', default: false },
  'catch-up': { type: 'boolean', default: false },
  speed: { type: 'string' },
  noise: { type: 'string' },
  shop: { type: 'string' },
  behaviour: { type: 'string' },
  devices: { type: 'string' },
  silence: { type: 'string', multiple: true },
  'no-screens': { type: 'boolean', default: false },
  cameras: { type: 'string' },
  'camera-poses': { type: 'string' },
  faults: { type: 'string' },
  'cloud-cut': { type: 'string' },
  'cloud-proxy': { type: 'string' },
  drop: { type: 'string' },
  bluez: { type: 'string' },
  observed: { type: 'string' },
  expect: { type: 'string' },
  junit: { type: 'string' },
  json: { type: 'string' },
  timeout: { type: 'string' },
} as const;

const SIMULATED = ['camera', 'shelf', 'rfid', 'ble', 'till', 'screen'];
const FAREWELL_MS = 1200;
const noLedger: LineSink = { write: () => undefined, isFull: false, room: () => Promise.resolve() };

interface Surroundings {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  /** calls back at SIGINT and SIGTERM */
  readonly onStop: (stop: () => void) => void;
}

/** `run`: the simulated shop, publishing. Returns the exit status. */
export async function run(args: string[], around: Surroundings): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: RUN_OPTIONS, allowPositionals: true });
  const scenario = scenarioOf(positionals);
  const { store, behaviour, seed, startTs, noise, endTs, speed } = common(values, around.clock, scenario);
  const isScored = values.score !== undefined || values.expect !== undefined;
  const sellsByRest = store.devices?.some(({ family, dialect }) => family === 'till' && dialect === 'rest') ?? false;
  const access = accessOf(values, store.store.id, isScored || sellsByRest ? ['api', 'mqtt'] : ['mqtt']);
  if (isScored) checkScored(values.expect ?? scenario?.expect, access, store);
  const ledgerFile =
    values.ledger ?? (isScored ? path.join(mkdtempSync(path.join(tmpdir(), 'aisle-')), 'ledger.jsonl') : undefined);
  const observedFile =
    values.observed ?? (isScored && ledgerFile !== undefined ? observedBeside(ledgerFile) : undefined);
  const families = familiesOf(values.devices, values['no-screens']);
  const silences = (values.silence ?? []).map(silenceOption);
  // A shop that goes on has the goods on its shelves that it had: scales would tell of others as taken and put back.
  const stock =
    values.endless && ledgerFile !== undefined && fileExists(ledgerFile) ? await readStock(ledgerFile) : undefined;
  const tags = stock && ledgerFile !== undefined ? await readTags(ledgerFile) : undefined;
  const ledger = ledgerFile === undefined ? undefined : await LineFile.open(ledgerFile, values.endless);
  const plan = faultsOption(values.faults ?? scenario?.faults, { store, seed, startTs });
  const sales = new RestSales(
    `${access.apiUrl.replace(/\/+$/, '').replace(/\/api\/v1$/, '')}/api/v1/stores/${access.storeId}/sales`,
    access.apiToken,
    around.clock,
  );
  const air = values.bluez === undefined ? undefined : airTo(values.bluez);
  const isNow = values.start === undefined && scenario?.start === undefined;
  const usual = changed(noise ? NOISY : NOISELESS, scenario?.settings);
  const simulation = new Simulation({
    store,
    behaviour,
    seed,
    startTs,
    endTs,
    noise,
    settings: plan ? plan.settings(usual) : usual,
    families,
    pictures: {
      cameras: camerasOf(values['camera-poses'], store),
      send: sendOption(values.cameras, isNow && speed === 1),
    },
    ...(stock && { stock }),
    ...(tags && { tags }),
    outOfStock: plannedOf(scenario, store, startTs),
    ...(plan && { ailments: plan }),
    outlets: {
      rest: (sale) => sales.post(sale),
      ...(values.drop !== undefined && { file: dropInto(values.drop) }),
      ...(air && { bluez: (_, heard) => air.hear(heard) }),
    },
    writeLedger: (line) => ledger?.write(line),
  });
  const publisher = new MqttPublisher({
    url: access.storeMqttUrl,
    username: access.storeMqttUsername,
    password: access.storeMqttPassword,
    clientId: `simulator-${store.store.id}-${process.pid}`,
    onNotice: around.complain,
  });
  let stopped = false;
  around.onStop(() => (stopped = true));
  await Promise.race([publisher.start(), new Promise<void>((resolve) => around.onStop(resolve))]);
  if (stopped) {
    await publisher.stop();
    await ledger?.close();
    return 0;
  }
  const heard = new SilencedPublisher(publisher, silences, startTs, () => simulation.ts);
  const pictures = new PictureSender({
    encode: encodeJpeg,
    offer: (topic, payload) => publisher.offer(topic, payload),
  });
  const pace = {
    startTs,
    endTs,
    speed,
    // A shop of now keeps to the clock on the wall: the seconds in which it was made ready are caught up with.
    ...((values['catch-up'] || (isNow && speed === 1)) && { startsAtMs: startTs }),
  };
  const watch = new CloudWatch(
    plan,
    await cloudLineOption(values['cloud-proxy'], values['cloud-cut'], around.complain, access.trial?.cloudLineCutFile),
  );
  const line = plan && new FaultyLine(plan, store, seed);
  const faulty = line ? new FaultyShop(simulation, line, (ts) => watch.at(ts)) : simulation;
  const shop = access.trial?.clock === true ? new TimedShop(faulty) : faulty;
  const observer = observerOf(observedFile, access, around.clock, () => simulation.ts);
  await observer?.start();
  const runner = new Runner(shop, heard, ledger ?? noLedger, around.clock, pace, pictures);
  around.onStop(() => runner.stop());
  if (families.has('screen')) listen(publisher, store, simulation, runner);
  const wallMs = around.clock.nowMs();
  await runner.run(() => around.say('ready'));
  await watch.end();
  const within = stopped ? FAREWELL_MS : 60_000;
  const complete = (await publisher.drained(within)) && (await sales.drained(within));
  await observer?.stop();
  await air?.close();
  await publisher.stop();
  await ledger?.close();
  const minutes = (simulation.ts - startTs) / MINUTE_MS;
  const seconds = (around.clock.nowMs() - wallMs) / 1000;
  around.say(
    `${publisher.acknowledged} messages acknowledged in ${seconds.toFixed(1)} s, ${minutes.toFixed(1)} minutes of the shop, ${publisher.reconnects} reconnects`,
  );
  if (pictures.sent + pictures.skipped > 0)
    around.say(`${pictures.sent} pictures sent, ${pictures.skipped} left out because the machine was behind`);
  if (line)
    around.say(
      `faults: ${Object.entries(line.counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ')}`,
    );
  if (sales.refused.length > 0)
    around.complain(`${sales.refused.length} sales were refused by REST; the first: ${sales.refused[0]}`);
  if (!complete && !stopped) {
    around.complain(`${publisher.held} messages were not acknowledged within a minute`);
    return 1;
  }
  if (!isScored || stopped) return 0;
  return scoreOf(
    {
      access,
      ledgerFile: ledgerFile ?? '',
      observedFile,
      expect: values.expect ?? scenario?.expect,
      ...{ junit: values.junit, json: values.json, timeout: values.timeout },
    },
    around,
  );
}

/** `ledger`: the ground truth alone. */
export async function ledgerOnly(args: string[], around: Surroundings): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: RUN_OPTIONS, allowPositionals: true });
  const file = neededOption('ledger', positionals[0] ?? values.ledger);
  const { store, behaviour, seed, startTs, noise, endTs } = common(
    values,
    around.clock,
    scenarioOf(positionals.slice(1)),
  );
  if (endTs === Infinity) throw new UsageError('--endless needs a system to run with');
  const ledger = await LineFile.open(file, false);
  const simulation = new Simulation({
    store,
    behaviour,
    seed,
    startTs,
    endTs,
    noise,
    settings: noise ? NOISY : NOISELESS,
    families: new Set(),
    writeLedger: (line) => ledger.write(line),
  });
  let messages = 0;
  const nobody = {
    publish: () => void (messages += 1),
    isFull: false,
    room: () => Promise.resolve(),
    drained: () => Promise.resolve(true),
    acknowledged: 0,
  };
  const runner = new Runner(simulation, nobody, ledger, around.clock, { startTs, endTs, speed: Infinity });
  around.onStop(() => runner.stop());
  await runner.run(() => undefined);
  await ledger.close();
  return 0;
}

function scenarioOf(positionals: readonly string[]): Scenario | undefined {
  const [file, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`expected one scenario, got "${others[0]}" as well`);
  return file === undefined ? undefined : readScenario(file);
}

function observerOf(file: string | undefined, access: Access, clock: Clock, now: () => number): Observer | undefined {
  if (file === undefined) return undefined;
  const { agentUrl: url, agentLocalSecret: secret, storeId } = access;
  return new Observer({
    ...{ file, storeId, clock, now, get: restGet(access.apiUrl, access.apiToken) },
    ...(url !== undefined && secret !== undefined && { agent: { url, secret } }),
  });
}

/** The slots that a scenario empties. @throws UsageError for one that the store file does not have */
function plannedOf(scenario: Scenario | undefined, store: StoreFile, startTs: number): OutOfStock[] {
  const slots = new Set((store.fixtures ?? []).flatMap((fixture) => fixture.slots ?? []).map(({ id }) => id));
  return (scenario?.outOfStock ?? []).map(({ slot, fromMinute, toMinute }, at) => {
    if (!slots.has(slot)) throw new UsageError(`outOfStock[${at}].slot: "${slot}" is not in the store file`);
    return { slotId: slot, fromTs: startTs + fromMinute * MINUTE_MS, toTs: startTs + toMinute * MINUTE_MS };
  });
}

function common(values: Record<string, unknown>, clock: Clock, scenario: Scenario | undefined) {
  const text = (name: string) => values[name] as string | undefined;
  const noise = text('noise') ?? (scenario?.noise === false ? 'off' : 'on');
  if (noise !== 'on' && noise !== 'off') throw new UsageError(`--noise: expected on or off, got "${noise}"`);
  const startTs = timeOption('start', text('start') ?? scenario?.start, clock.nowMs());
  const minutes = numberOption('minutes', text('minutes'), scenario?.minutes ?? 10, 0.01, 100_000);
  const shop = text('shop') ?? scenario?.store ?? shopFile('demo.yaml');
  return {
    store: readStore(shop),
    behaviour: reacting(
      readBehaviour(
        text('behaviour') ?? scenario?.behaviour ?? fileBeside(shop, 'behaviour') ?? shopFile('behaviour.yaml'),
      ),
      scenario?.screenStrength,
    ),
    seed: wholeOption('seed', text('seed'), scenario?.seed ?? 1),
    speed: speedOption(text('speed') ?? (scenario?.speed === undefined ? undefined : String(scenario.speed))),
    startTs,
    noise: noise === 'on',
    endTs: values.endless === true ? Infinity : startTs + Math.round(minutes * MINUTE_MS),
  };
}

const USUAL_REACTION = { noticeShare: 0.5, rememberSeconds: 180 };
const reacting = (behaviour: Behaviour, strength: number | undefined): Behaviour =>
  strength === undefined ? behaviour : { ...behaviour, screens: { ...USUAL_REACTION, ...behaviour.screens, strength } };

/** The cameras that look: those of the poses whose calibration in the store file is of that pose. */
export function camerasOf(file: string | undefined, store: StoreFile): SimulatedCamera[] {
  const source = file ?? shopFile('cameras.yaml');
  const devices = new Map((store.devices ?? []).map((device) => [device.id, device]));
  return parseCameras(readText(source), source).filter(({ deviceId, pose }) => {
    const calibration = devices.get(deviceId)?.calibration;
    const looks = calibration !== undefined && isOfPose(calibration, pose);
    // The demo shop's poses do not concern another shop, but whoever names a file means the cameras in it.
    if (!looks && file !== undefined)
      throw new UsageError(`--camera-poses: ${deviceId} has no calibration in the store file that is of its pose`);
    return looks;
  });
}

/** `--cameras`: pictures are drawn in real time; a faster run would wait for them. */
export function sendOption(text: string | undefined, isRealTime: boolean): PicturesSend {
  if (text === undefined) return isRealTime ? 'frames' : 'positions';
  if (text !== 'frames' && text !== 'detections' && text !== 'positions')
    throw new UsageError(`--cameras: expected frames, detections or positions, got "${text}"`);
  return text;
}

/** The device families that publish, from a list such as `camera,shelf`. */
export function familiesOf(list: string | undefined, noScreens: boolean): Set<string> {
  const families = list === undefined ? SIMULATED : list.split(',').map((family) => family.trim());
  const unknown = families.find((family) => !SIMULATED.includes(family));
  if (unknown !== undefined) throw new UsageError(`--devices: expected ${SIMULATED.join(', ')}, got "${unknown}"`);
  return new Set(families.filter((family) => family !== 'screen' || !noScreens));
}
