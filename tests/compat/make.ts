/**
 * `npm run make-compat -- --checkout DIR --release 0.1`: leaves behind what a release leaves behind, for the tests
 * that read it for ever after. DIR is a checkout of that release, with its dependencies, built by its own scripts/build.mjs.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync, gunzipSync } from 'node:zlib';
import { parseStoreFile, type Fact } from '@aisle/contracts';
import { MqttPublisher } from '../../simulators/src/adapters/mqtt-publisher.js';
import { root, waitFor } from '../support/system.js';
import { readJournal } from './journal-file.js';
import { LineRecorder, type RecordedMessage } from './line-recorder.js';
import { askFigures, type Answers } from './questions.js';
import { says, tell, timeIs } from './said.js';
import { at, CAMERA, repeated, REST_SALE, scriptOf, STORE_ID, WAITING_SALE } from './script.js';
import {
  agentFigure,
  allDelivered,
  Api,
  SECRETS,
  shopFolder,
  startAgent,
  startCloud,
  writeAccess,
  type ShopFolder,
} from './sides.js';

const SPANS: [number, number][] = [
  [at('08:00:00'), at('12:00:00')],
  [at('11:31:00'), at('11:34:00')],
];
/** Made anew at each start, or of no use to anybody. */
const LEFT_OUT =
  /^(agent\/(agent|credentials)\.json|agent\/reserve|.*-shm|cloud\/(cloud|provision)\.json|.*\.log\.\d)$/;

const { values } = parseArgs({ options: { checkout: { type: 'string' }, release: { type: 'string' } } });
if (values.checkout === undefined || values.release === undefined)
  throw new Error('use: --checkout DIR --release VERSION');
const checkout = path.resolve(process.env.INIT_CWD ?? process.cwd(), values.checkout);
const out = path.join(root, 'tests/compat', values.release);
const work = mkdtempSync(path.join(tmpdir(), 'aisle-compat-'));
const say = (text: string) => process.stdout.write(`${text}\n`);

/** Runs a shop in a folder: its cloud, its agent behind a recorded line. */
async function open(dir: string, storeFile: string, cut = false) {
  const folder = await shopFolder(dir, STORE_ID, storeFile);
  const line = new LineRecorder(() => folder.ports.cloudMqtt);
  await line.start();
  line.setCut(cut);
  const cloud = await startCloud(checkout, folder);
  const agent = await startAgent(checkout, folder, line.port);
  return { folder, line, cloud, agent, api: new Api(folder) };
}

/** Every fact that went over the line, its newest statement. */
function factsIn(messages: readonly RecordedMessage[]): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const { topic, payload } of messages) {
    if (!topic.endsWith('/up/facts')) continue;
    const batch = JSON.parse(gunzipSync(payload).toString('utf8')) as { facts: Fact[] };
    for (const fact of batch.facts) {
      const key = `${fact.kind}|${fact.ts}|${fact.subject}`;
      if ((facts.get(key)?.seq ?? -1) <= fact.seq) facts.set(key, fact);
    }
  }
  return facts;
}

const copy = (from: string, name: string): string => {
  const dir = path.join(work, name);
  cpSync(from, dir, { recursive: true });
  return dir;
};
const filesBelow = (dir: string, below = ''): string[] =>
  readdirSync(path.join(dir, below)).flatMap((name) => {
    const file = path.posix.join(below, name);
    return statSync(path.join(dir, file)).isDirectory() ? filesBelow(dir, file) : [file];
  });

async function plantPlays(folder: ShopFolder): Promise<number> {
  const publisher = new MqttPublisher({
    ...{ url: `mqtt://127.0.0.1:${folder.ports.storeMqtt}`, username: 'integrator', password: SECRETS.integrator },
    clientId: 'compat-screens',
  });
  const shown = new Map<string, { decisionId: string; contentId: string }>();
  await publisher.start();
  for (const id of ['screen-1', 'screen-2', 'screen-3'])
    publisher.subscribe(`aisle/v1/devices/${id}/screen/show`, (payload) =>
      shown.set(id, JSON.parse(payload.toString('utf8')) as { decisionId: string; contentId: string }),
    );
  await waitFor('a screen to be told what to show', () => shown.size > 0);
  let ts = at('09:01:50.000');
  for (const [id, { decisionId, contentId }] of shown) {
    const play = {
      ts,
      decisionId,
      contentId,
      startedTs: ts - 30_000,
      endedTs: ts - 1_000,
      completed: id !== 'screen-3',
    };
    const { topic, payload } = says(id, 'screen/play', play) as { topic: string; payload: string };
    publisher.publish({ deviceId: id, topic, payload, retain: false });
    ts += 500;
  }
  await publisher.drained(10_000);
  await publisher.stop();
  return shown.size;
}

async function enrolAndCalibrate(folder: ShopFolder, api: Api): Promise<void> {
  await api.ok('POST', `/stores/${STORE_ID}/devices`, {
    ...{ id: CAMERA, family: 'camera', dialect: 'aisle', covers: ['tasting'] },
  });
  await api.ok('POST', '/users', { email: 'viewer@compat.aisle', password: SECRETS.password, role: 'viewer' });
  const corners = [
    [0, 0, 20, 12],
    [640, 0, 28, 12],
    [640, 480, 28, 19],
    [0, 480, 20, 19],
  ] as const;
  const calibration = {
    resolution: [640, 480],
    points: corners.map(([px, py, x, y]) => ({ image: [px, py], floor: [x, y] })),
  };
  await waitFor('the agent to take the calibration', async () => {
    const response = await fetch(`http://127.0.0.1:${folder.ports.agent}/api/cameras/${CAMERA}/calibration`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRETS.local}`, 'content-type': 'application/json' },
      body: JSON.stringify(calibration),
    });
    return response.status === 200;
  });
}

async function make(): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const storeFiles = path.join(out, 'store-files');
  mkdirSync(storeFiles, { recursive: true });
  for (const name of ['demo.yaml', 'all-dialects.yaml'])
    cpSync(path.join(checkout, 'simulators/shops', name), path.join(storeFiles, name));
  writeFileSync(path.join(storeFiles, 'minimal.yaml'), MINIMAL);
  const storeFile = path.join(storeFiles, 'all-dialects.yaml');
  const script = await scriptOf(parseStoreFile(readFileSync(storeFile, 'utf8'), storeFile));

  // The agent is told the time before it hears of its shop, so that nothing in its journal is of the machine's.
  const dir = path.join(work, 'first');
  const first = await open(dir, storeFile, true);
  const { folder, api, line } = first;
  writeAccess(folder);
  await tell(folder, api, [timeIs(at('08:45:00'))]);
  line.setCut(false);
  await waitFor('the store file to come into force', async () => (await agentFigure(folder, 'aisle_journal_seq')) ?? 0);
  await enrolAndCalibrate(folder, api);
  await tell(folder, api, script.before);
  await tell(folder, api, script.morning);
  say(`${await plantPlays(folder)} plays`);
  await api.ok('POST', `/stores/${STORE_ID}/sales`, REST_SALE);
  await allDelivered(folder);
  await api.ok('POST', `/stores/${STORE_ID}/slots/fx-01-a/tare`, { knownGrams: 0 });
  await api.ok('PATCH', `/stores/${STORE_ID}/devices/till-1`, { name: { en: 'First till', zh: '一号收银台' } });
  await api.ok('POST', `/stores/${STORE_ID}/walk-tests`, {
    ...{ entranceId: 'main', startedTs: at('09:00:00'), endedTs: at('09:02:00') },
    taps: [{ ts: at('09:01:00'), what: 'in' }],
  });
  await tell(folder, api, script.midday.noon);
  // A clean end takes a snapshot, and the windows that nothing has touched for two hours and ten thousand messages leave it.
  await tell(folder, api, repeated(script.midday.noon, 11_000));
  await first.agent.stop();
  const agent = await startAgent(checkout, folder, line.port);
  await tell(folder, api, script.midday.then);
  await allDelivered(folder);
  line.setCut(true);
  await tell(folder, api, script.offline);
  const lastSeq = (await agentFigure(folder, 'aisle_journal_seq')) ?? 0;
  const waiting = await waitFor('facts to wait', () => agentFigure(folder, 'aisle_outbox_waiting'));
  await agent.kill();
  await first.cloud.stop();
  await line.stop();
  say(`killed at entry ${lastSeq}, ${waiting} facts waiting`);

  // What the release itself makes of what it left behind.
  const answers: Record<string, Answers> = {};
  const alone = await open(copy(dir, 'alone'), storeFile);
  await allDelivered(alone.folder);
  answers['delivered'] = await askFigures(alone.api, STORE_ID, SPANS);
  await alone.agent.stop();
  await alone.cloud.stop();
  await alone.line.stop();
  const facts = factsIn([...line.messages, ...alone.line.messages]);
  for (const [key, fact] of facts) if (fact.seq > lastSeq) facts.delete(key);

  // While the agent is away, commands wait for it.
  const cloud = await startCloud(checkout, folder);
  answers['cloud'] = await askFigures(api, STORE_ID, SPANS);
  await api.ok('POST', `/stores/${STORE_ID}/sales`, WAITING_SALE);
  await cloud.stop();
  rmSync(path.join(dir, 'logs'), { recursive: true, force: true });

  const after = await open(copy(dir, 'after'), storeFile);
  await tell(after.folder, after.api, script.later);
  await allDelivered(after.folder);
  answers['later'] = await askFigures(after.api, STORE_ID, SPANS);
  await after.agent.stop();
  await after.cloud.stop();
  await after.line.stop();

  for (const file of filesBelow(dir)) {
    if (LEFT_OUT.test(file)) continue;
    const target = path.join(out, 'data', `${file}.gz`);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, gzipSync(readFileSync(path.join(dir, file)), { level: 9 }));
  }
  const kinds: Record<string, number> = {};
  for (const { event } of readJournal(path.join(dir, 'agent/journal')))
    kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
  const zipped = (name: string, text: string) => writeFileSync(path.join(out, name), gzipSync(text, { level: 9 }));
  const wire = line.messages
    .filter(({ topic }) => !/(live|status|watch)$/.test(topic))
    .map(({ from, topic, payload }) => {
      const channel = topic.slice(topic.lastIndexOf('/') + 1);
      return JSON.stringify(
        channel === 'facts'
          ? { from, channel, base64: payload.toString('base64') }
          : { from, channel, text: payload.toString('utf8') },
      );
    });
  zipped('uplink.jsonl.gz', wire.join('\n'));
  zipped('later.jsonl.gz', script.later.map((one) => JSON.stringify(one)).join('\n'));
  zipped('expected.json.gz', JSON.stringify({ lastSeq, kinds, facts: [...facts.values()], answers }));
  say(JSON.stringify(kinds));
  rmSync(work, { recursive: true, force: true });
}

const MINIMAL = `# The least that a store file may say.
store: { id: corner, name: { en: Corner shop, zh: 小卖部 }, timezone: Asia/Shanghai, currency: CNY }
floor: { width: 6, depth: 4 }
`;

await make();
