import { parseArgs } from 'node:util';
import { readAccess, readText, UsageError } from '../adapters/files.js';
import { LineFile } from '../adapters/line-file.js';
import { MqttPublisher } from '../adapters/mqtt-publisher.js';
import type { Clock } from '../ports.js';
import { parseWalks, replayMessages } from '../replay/walks.js';
import { numberOption, pairOption, speedOption, timeOption } from './options.js';

const OPTIONS = {
  device: { type: 'string', default: 'cam-1' },
  offset: { type: 'string' },
  start: { type: 'string' },
  speed: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  access: { type: 'string' },
  mqtt: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  positions: { type: 'string' },
} as const;

const STEPS_BETWEEN_BREATHS = 50;
const LAST_ACKNOWLEDGEMENT_MS = 60_000;

interface Surroundings {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly onStop: (stop: () => void) => void;
}

/** `replay`: recorded walks as camera positions. Returns the exit status. */
export async function replay(args: string[], around: Surroundings): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('replay needs one file of recorded walks');
  const { clock } = around;
  const steps = parseWalks(readText(file), file);
  const startTs = timeOption('start', values.start, clock.nowMs());
  const speed = speedOption(values.speed);
  const messages = replayMessages(steps, {
    deviceId: values.device,
    offset: pairOption('offset', values.offset),
    startTs,
    fromSeconds: numberOption('from', values.from, 0, 0),
    toSeconds: numberOption('to', values.to, Infinity, 0),
  });
  if (values.positions !== undefined) {
    const out = await LineFile.open(values.positions, false);
    let written = 0;
    for (const { message } of messages) {
      out.write(message.payload);
      if (out.isFull) await out.room();
      written += 1;
    }
    await out.close();
    around.say(`${written} messages written`);
    return 0;
  }
  const publisher = new MqttPublisher({
    ...accountOf(values),
    clientId: `replay-${values.device}-${process.pid}`,
    onNotice: around.complain,
  });
  await publisher.start();
  let stopped = false;
  around.onStop(() => (stopped = true));
  const wallStart = clock.nowMs();
  let firstTs: number | undefined;
  let published = 0;
  let positions = 0;
  for (const { ts, message } of messages) {
    firstTs ??= ts;
    const dueMs = wallStart + (ts - firstTs) / speed;
    for (let left = dueMs - clock.nowMs(); left > 1 && !stopped; left = dueMs - clock.nowMs())
      await clock.sleep(Math.min(left, 100));
    if (stopped) break;
    publisher.publish(message);
    published += 1;
    positions += (JSON.parse(message.payload) as { people: unknown[] }).people.length;
    while (publisher.isFull && !stopped) await Promise.race([publisher.room(), clock.sleep(200)]);
    if (published % STEPS_BETWEEN_BREATHS === 0) await clock.breathe();
  }
  const complete = await publisher.drained(stopped ? 1000 : LAST_ACKNOWLEDGEMENT_MS);
  await publisher.stop();
  const seconds = (clock.nowMs() - wallStart) / 1000;
  around.say(
    `${published} messages with ${positions} positions published in ${seconds.toFixed(1)} s, ${publisher.acknowledged} acknowledged`,
  );
  return complete || stopped ? 0 : 1;
}

function accountOf(values: { access?: string; mqtt?: string; username?: string; password?: string }): {
  url: string;
  username?: string;
  password?: string;
} {
  if (values.mqtt !== undefined) {
    return {
      url: values.mqtt,
      ...(values.username !== undefined && { username: values.username }),
      ...(values.password !== undefined && { password: values.password }),
    };
  }
  if (values.access === undefined) throw new UsageError('replay needs --access FILE, --mqtt URL or --positions OUT');
  const access = readAccess(values.access);
  return { url: access.storeMqttUrl, username: access.storeMqttUsername, password: access.storeMqttPassword };
}
