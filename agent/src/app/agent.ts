import path from 'node:path';
import type { Server } from 'node:http';
import { HOUR_MS, type AgentStatus, type Problem, type RefusalReason } from '@aisle/contracts';
import { Ble, type BleDependencies } from './ble.js';
import { createEyes, type EyesDependencies } from './eyes.js';
import { openJournal } from './journal.js';
import { CertificateWatch } from '../http/certificate-watch.js';
import type { Sides } from '../http/sides.js';
import { createPages } from './pages.js';
import { createMedia } from './media.js';
import { createUplink } from './uplink.js';
import { AedesBroker } from '../adapters/aedes-broker.js';
import { FsDropFolder } from '../adapters/fs-drop-folder.js';
import { fileTicket, memberHash } from '../adapters/member-key.js';
import { Anthias } from '../adapters/anthias.js';
import { FsReserve } from '../adapters/fs-reserve.js';
import { LibsqlStore } from '../adapters/libsql-store.js';
import { Outbox } from '../uplink/outbox.js';
import { readTlsFiles } from '../adapters/tls-files.js';
import { listen } from '../adapters/listen.js';
import type { RunClock } from '../adapters/run-clock.js';
import { firstInterestModel } from '../adapters/vision/onnx-interest.js';
import type { AgentConfig, Credentials } from '../config/agent-config.js';
import { DIALECTS, DeviceDecoder } from '../devices/registry.js';
import type { Journal } from '../journal/journal.js';
import { Access } from '../fleet/access.js';
import { DeviceBook } from '../fleet/device-book.js';
import { DeviceClocks } from '../fleet/device-clocks.js';
import type { EngineHost } from '../pipeline/engine-host.js';
import { Housekeeper } from '../pipeline/housekeeper.js';
import { HeldSales } from '../fleet/held-sales.js';
import { Knocks } from '../fleet/knocks.js';
import { Problems } from '../fleet/problems.js';
import { Intake } from '../pipeline/intake.js';
import { InterestStage } from '../pipeline/interest.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { Refusals } from '../fleet/refusals.js';
import { Recomputation } from '../pipeline/recomputation.js';
import { TillDrop } from '../pipeline/till-drop.js';
import { Timetable } from '../pipeline/timetable.js';
import type { BrokerMessage, BrokerTrouble, Sender, Verdict } from '../ports/broker.js';
import type { Clock } from '../ports/clock.js';
import type { LogFiles } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';
import { ScreenDirector } from '../screens/director.js';
import { ScreenTargets } from '../screens/targets/screen-targets.js';
import { plainInterest } from '../training/plain-interest.js';

/** Room for a few snapshots. */
const RESERVE_BYTES = 16 << 20;

export interface AgentDependencies {
  clock: Clock;
  /** for trials: hears the simulated shop's time among its messages */
  runClock?: Pick<RunClock, 'hear'>;
  random: Random;
  log: Logger;
  /** folder of the player's built script */
  publicDir: string;
  /** folder of the models that come with Aisle */
  modelsDir?: string;
  /** where devices of the shop reach this agent, as far as it knows */
  reach?: AgentStatus['reach'];
  /** for tests: other eyes, other sources of pictures, other files below the journal */
  openDetector?: EyesDependencies['openDetector'];
  frameSource?: EyesDependencies['frameSource'];
  logFiles?: LogFiles;
  bleScanner?: BleDependencies['bleScanner'];
  radioOptions?: BleDependencies['radioOptions'];
  /** something that cannot be mended by going on: the process should end and start again */
  onFatal(error: unknown): void;
}

export interface RunningAgent {
  journal: Journal;
  host: EngineHost;
  refusedTotals: () => ReturnType<Refusals['totals']>;
  stop(): Promise<void>;
}

/** Puts the agent together and starts it: journal and state first, then broker and pages, then the line to the cloud. */
export async function startAgent(
  config: AgentConfig,
  credentials: Credentials,
  deps: AgentDependencies,
): Promise<RunningAgent> {
  const { clock, random, log } = deps;
  const tls = config.tls && readTlsFiles(config.tls, clock.now());
  const certificate = tls && new CertificateWatch(tls.expiresTs, clock, log);
  const access: Access = new Access(credentials, (deviceId) => host.config?.topics.filtersOf(deviceId) ?? []);
  const devices = new DeviceBook();
  const clocks = new DeviceClocks();
  const problems = new Problems();
  const held = new HeldSales();
  const knocks = new Knocks();
  const isKnown = (deviceId: string) => host.config?.devices.has(deviceId) ?? false;
  const refusals = new Refusals();
  const database = new LibsqlStore(path.join(config.dataDir, 'agent.db'));
  const store = new Outbox(database);
  const director: ScreenDirector = new ScreenDirector({
    config: () => host.config,
    audienceOf: (zoneId) => host.engine.audienceOf(zoneId),
    book: () => host.engine.screens,
    linkOf: (decision, { gtins: [gtin] }) => media.links.linkOf(decision, gtin),
    isHere: ({ file }) => file === undefined || media.keeper.has(file.sha256),
    targets: {
      mayShow: (...all) => targets.mayShow(...all),
      mayShowCard: (...all) => targets.mayShowCard(...all),
      show: (...all) => targets.show(...all),
    },
    decide: (event) => journal.append(event),
    publish: (topic, payload) => broker.publish(topic, payload, { qos: 1, retain: true }),
    clock,
    random,
  });

  const ticketOf = fileTicket(config.dataDir);
  const {
    host: reachedAs = config.host,
    httpPort = config.httpPort,
    tls: isSecure = config.tls !== undefined,
  } = deps.reach ?? {};
  const targets: ScreenTargets = new ScreenTargets({
    config: () => host.config,
    interfaces: { anthias: new Anthias() },
    addressOf: (screenId, sha256) =>
      `${isSecure ? 'https' : 'http'}://${reachedAs.includes(':') ? `[${reachedAs}]` : reachedAs}:${httpPort}/player/${screenId}/file/${sha256}/by/${ticketOf(screenId, sha256)}`,
    append: (event) => journal.append(event),
    heard: (deviceId, now) => devices.heard(deviceId, now),
    ...{ clock, random, log },
  });

  store.open();
  const recomputation: Recomputation = new Recomputation({
    recompute: (seq, event) => host.recompute(seq, event),
    store,
    onFacts: () => cloud.sender.poke(),
    log,
  });
  const media = createMedia(config, deps);
  const { journal, host } = await openJournal(config, deps, store, [
    ...[devices, director, access, recomputation, held, media.items, media.links],
  ]);

  const calibrationOf = (cameraId: string) => {
    const value = host.engine.calibrationOf(cameraId) ?? null;
    const own = host.config?.devices.get(cameraId)?.calibration ?? null;
    const from = JSON.stringify(value) === JSON.stringify(own) ? ('storeFile' as const) : ('page' as const);
    return { value, from: value && from };
  };
  /** Only of cameras whose pixels matter: those that sent pictures or detections, or that somebody has calibrated. */
  const calibratedOf = (id: string) => {
    if (host.config?.devices.get(id)?.family !== 'camera') return undefined;
    if (calibrationOf(id).value) return true;
    return eyes.cameraOf(id) ? false : undefined;
  };
  const refuse = (deviceId: string, reason: RefusalReason, wrong: Problem, now: number, at?: string) =>
    refusals.add(deviceId, reason, wrong, now, at === undefined ? {} : { at });
  const eyes = createEyes(
    config,
    { ...deps, modelsDir: deps.modelsDir ?? 'models' },
    {
      journal,
      config: () => host.config,
      calibrationOf: (cameraId) => calibrationOf(cameraId).value,
      viewOf: (cameraId) => host.engine.cameraView(cameraId),
      isUnfit: (cameraId) => host.engine.detectorUnfit(cameraId),
      heard: (deviceId, now) => devices.heard(deviceId, now),
      refuse,
    },
  );
  const ble = new Ble(deps, {
    journal,
    config: () => host.config,
    heard: (deviceId, now) => devices.heard(deviceId, now),
    refuse,
  });
  const deviceList = () =>
    ble.shown(
      devices.list(
        host.config,
        totals(),
        clock.now(),
        host.engine.clockEpochs(),
        (id) => eyes.cameraOf(id),
        (id) => ({
          clockSkewMs: clocks.skewMs(id),
          calibrated: calibratedOf(id),
          problems: [clocks.problem(id) ?? [], problems.of(id, clock.now()), targets.problems(id)].flat(),
        }),
      ),
    );
  const totals = () => refusals.totals(host.engine.refusals(), isKnown);
  const reserve = new FsReserve(path.join(config.dataDir, 'reserve'), RESERVE_BYTES);
  const keeper = new Housekeeper(host, journal, store, reserve, clock, log, {
    keepMs: (config.journalHours ?? 24) * HOUR_MS,
    onFacts: () => cloud.sender.poke(),
    onFatal: deps.onFatal,
  });
  const outbox = () => ({ ...store.outbox(), discarded: keeper.discarded });
  const sides = (): Sides => ({
    held: cloud.sender.held(),
    planned: host.engine.planned().map(({ version, validFrom }) => ({ version, validFrom })),
    ...recomputation.shown(),
  });
  const status = () => ({
    refused: [...totals()].flatMap(([deviceId, reasons]) =>
      reasons.map(({ reason, count }) => ({ deviceId, reason, count })),
    ),
    clockEpochs: [...host.engine.clockEpochs()].map(([deviceId, count]) => ({ deviceId, count })),
    knocks: knocks.list(isKnown),
    accounts: [...(host.config?.devices.keys() ?? [])].filter((id) => access.hasAccount(id)),
    ...(deps.reach && { reach: deps.reach }),
    ...(held.size > 0 && { heldSales: held.list() }),
    outbox: outbox(),
    unjoined: host.engine.unjoined(),
    ...sides(),
  });
  const hashMember = memberHash(config.dataDir);
  const cloud = createUplink({
    memberHash: hashMember,
    ...{ config, store, journal, host, status, clock, random, log },
    live: {
      silenceMs: (deviceId) => devices.silenceMs(deviceId, clock.now()),
      devices: deviceList,
      screens: () => media.shown(director.list()),
    },
    files: (address) => media.keeper.from(address),
    scans: (scanKey) => {
      if (media.links.isNews(scanKey)) journal.append({ kind: 'scanKey', ts: clock.now(), scanKey });
    },
    nextGeneration: () => recomputation.next(),
    heldSale: (heldId, ts, now) => held.made(heldId, ts, now),
  });
  const { link, live, sender, uplink, refused } = cloud;

  const intake = new Intake(
    new DeviceDecoder(DIALECTS, hashMember),
    journal,
    () => host.config,
    devices,
    refusals,
    clock,
    eyes,
    ble,
    clocks,
    knocks,
  );
  // The shop's own model, retrained from its samples, comes before the one that everybody gets.
  const interestFolders = [
    path.join(config.dataDir, 'models'),
    ...(deps.modelsDir === undefined ? [] : [deps.modelsDir]),
  ];
  const interest = new InterestStage(
    await firstInterestModel(
      interestFolders.map((folder) => path.join(folder, 'interest')),
      log,
      plainInterest,
    ),
    {
      engine: () => host.engine,
      append: (event) => journal.append(event),
      ready: () => !journal.blocked,
      journalId: () => journal.id,
      samples: database,
      clock,
      log,
    },
  );
  const drop = new TillDrop({
    folder: new FsDropFolder(path.join(config.dataDir, 'drop')),
    memberHash: hashMember,
    config: () => host.config,
    ...{ journal, devices, refusals, clock, log },
  });
  const pipeline = new Pipeline(host, journal, director, live, keeper, refusals, clock, log);
  const timetable = new Timetable({
    planned: () => host.engine.planned(),
    inForce: () => host.config?.version ?? 0,
    append: (event, done) => journal.append(event, done),
    clock,
    log,
  });
  pipeline.start();
  journal.groups.add(() => timetable.look());
  journal.groups.add(() => recomputation.look());
  pipeline.refused.add((event, reason) => drop.refused(event, reason));
  pipeline.replaced.add((event) => drop.replaced(event));
  pipeline.stores.add(() => eyes.configured());
  pipeline.stores.add(() => ble.configured());
  pipeline.stores.add(() => targets.configured());
  pipeline.credentials.add(({ deviceId, replaced }) => {
    if (replaced === true) clocks.forget(deviceId);
  });
  pipeline.credentials.add(({ deviceId, replaced }) => {
    const connections = broker.cut(deviceId);
    log.info({ device: deviceId, connections, replaced }, 'a device has another password or none: its connections end');
  });
  journal.groups.add(() => interest.look());

  const http: Server = createPages({
    ...{ config, deps, access, devices: deviceList, director, eyes, ble, intake, interest, host, journal, knocks },
    ...{ calibrationOf, outbox, sides, totals, sender, link, uplink, refused, media, ticketOf },
    tls,
    connections: () => broker.connections(),
    waiting: () => broker.waiting(),
  });
  const rules = {
    login: (username: string | undefined, password: string | undefined) => {
      const stranger = username !== undefined && host.config && !isKnown(username) && !access.isIntegrator(username);
      if (stranger) knocks.add(username, clock.now());
      return access.login(username, password);
    },
    maySubscribe: access.maySubscribe.bind(access),
    trouble: (sender: Sender, what: BrokerTrouble) => {
      if (sender.kind === 'device') problems.add(sender.deviceId, what, clock.now());
    },
    receive: (message: BrokerMessage, done: (verdict: Verdict) => void) =>
      deps.runClock?.hear(message) === true ? journal.barrier(() => done('drop')) : intake.receive(message, done),
  };
  const broker: AedesBroker = new AedesBroker(rules, log, { host: config.host, port: config.mqttPort, http, tls });

  const stop = async () => {
    certificate?.stop();
    timetable.stop();
    director.stop();
    await targets.stop();
    await media.keeper.stop();
    await eyes.stop();
    await drop.stop();
    await ble.stop();
    await uplink.stop();
    await broker.stop();
    http.closeAllConnections();
    await new Promise<void>((resolve) => (http.listening ? http.close(() => resolve()) : resolve()));
    await interest.stop();
    await recomputation.stop();
    await journal.close();
    await keeper.stop();
    store.close();
  };
  try {
    await broker.start();
    await listen(http, config.httpPort, config.host, 'httpPort', '--agent-port');
  } catch (error) {
    await stop();
    throw error;
  }
  certificate?.start();
  timetable.start();
  recomputation.start();
  director.start();
  targets.configured();
  await media.keeper.start();
  eyes.start();
  drop.start();
  ble.start();
  keeper.start();
  interest.start();
  uplink.start();
  return { journal, host, refusedTotals: totals, stop };
}
