import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StoreFileError, yamlData, type DeviceRow, type EnrolledDevice } from '@aisle/contracts';
import { UsageError } from './whereabouts.js';
import type { OperatorApi } from './api.js';
import { accountWords, ago, credentialWords, deviceTable, knockTable } from './words.js';

export interface Around {
  api: OperatorApi;
  /** answers, on standard output */
  say(line: string): void;
  /** how it goes, on standard error; `again` replaces the line before where a person looks on */
  tell(line: string, again?: boolean): void;
  /** epoch ms */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Options {
  id?: string | undefined;
  family?: string | undefined;
  dialect?: string | undefined;
  name?: string | undefined;
  zone?: string | undefined;
  fixture?: string | undefined;
  gateway?: string | undefined;
  address?: string | undefined;
  key?: string | undefined;
  clock?: string | undefined;
  entry?: string | undefined;
  out?: string | undefined;
  timeout?: string | undefined;
  'no-wait'?: boolean | undefined;
  json?: boolean | undefined;
  from?: string | undefined;
  to?: string | undefined;
  till?: string | undefined;
}

const ASK_EVERY_MS = 1000;
const KEYS = ['id', 'name', 'family', 'dialect', 'zone', 'fixture', 'gateway', 'address', 'key', 'clock'] as const;

export async function addDevice(options: Options, around: Around): Promise<number> {
  const entry = entryOf(options);
  const timeoutMs = timeoutOf(options);
  const enrolled = await around.api.add(entry);
  show(
    enrolled,
    `${enrolled.device.id} is enrolled (store file version ${enrolled.storeFileVersion}).`,
    options,
    around,
  );
  return options['no-wait'] === true ? 0 : waitFor(enrolled.device.id, null, timeoutMs, options, around);
}

export async function replaceDevice(deviceId: string, options: Options, around: Around): Promise<number> {
  const timeoutMs = timeoutOf(options);
  const before = (await row(deviceId, around))?.lastSeenTs ?? null;
  const enrolled = await around.api.replace(deviceId);
  show(enrolled, `${deviceId} has a new password; the old one no longer works. Its history goes on.`, options, around);
  return options['no-wait'] === true ? 0 : waitFor(deviceId, before, timeoutMs, options, around);
}

export async function listDevices(options: Options, around: Around): Promise<number> {
  const view = await around.api.devices();
  around.say(options.json === true ? JSON.stringify(view) : deviceTable(view, around.now()));
  return 0;
}

export async function revokeDevice(deviceId: string, options: Options, around: Around): Promise<number> {
  const revoked = await around.api.revoke(deviceId);
  if (options.json === true) around.say(JSON.stringify(revoked));
  else if (revoked.credential.pending)
    around.say(
      `${deviceId} is revoked: cut off as soon as the agent hears of it, within moments while it is connected.`,
    );
  else around.say(`${deviceId} is revoked and cut off.`);
  return 0;
}

export async function waitForDevice(deviceId: string, options: Options, around: Around): Promise<number> {
  if (!(await row(deviceId, around))) throw new UsageError(`no device "${deviceId}" is in the store file`);
  return waitFor(deviceId, null, timeoutOf(options), options, around);
}

export async function listKnocks(options: Options, around: Around): Promise<number> {
  const knocks = await around.api.knocks();
  around.say(options.json === true ? JSON.stringify(knocks) : knockTable(knocks, around.now()));
  return 0;
}

export async function tareSlot(slotId: string, grams: string, options: Options, around: Around): Promise<number> {
  const knownGrams = grams.trim() === '' ? NaN : Number(grams);
  if (!Number.isFinite(knownGrams)) throw new UsageError(`GRAMS: expected a number, got "${grams}"`);
  const answer = await around.api.tare(slotId, knownGrams);
  around.say(
    options.json === true ? JSON.stringify(answer) : `${slotId} will be tared: ${knownGrams} g lie on it now.`,
  );
  return 0;
}

function entryOf(options: Options): Record<string, unknown> {
  const entry: Record<string, unknown> = options.entry === undefined ? {} : entryFile(options.entry);
  for (const key of KEYS) if (options[key] !== undefined) entry[key] = options[key];
  for (const key of ['id', 'family', 'dialect'])
    if (entry[key] === undefined) throw new UsageError(`--${key} is missing; see npm run aisle -- --help`);
  return entry;
}

function entryFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--entry: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
  try {
    const data = yamlData(text, file);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data };
  } catch (error) {
    if (!(error instanceof StoreFileError)) throw error;
    throw new UsageError(`--entry: ${error.message}`);
  }
  throw new UsageError(`--entry: ${file}: expected the keys of one device`);
}

export function timeoutOf({ timeout }: Options): number {
  if (timeout === undefined) return Infinity;
  const seconds = Number(timeout);
  if (!(seconds > 0)) throw new UsageError(`--timeout: expected seconds, got "${timeout}"`);
  return seconds * 1000;
}

function show(enrolled: EnrolledDevice, headline: string, options: Options, { say, tell }: Around): void {
  if (options.out !== undefined) {
    mkdirSync(options.out, { recursive: true });
    for (const { file, text } of enrolled.configuration) {
      const target = path.join(options.out, path.basename(file));
      writeFileSync(target, text, { mode: 0o600 });
      tell(`${target} written`);
    }
  }
  if (options.json === true) return say(JSON.stringify(enrolled));
  say(`${headline} ${accountWords(enrolled)}`);
  if (options.out !== undefined) return;
  for (const { file, title, text } of enrolled.configuration)
    say(`\n----- ${file}: ${title.en} -----\n${text.trimEnd()}\n-----`);
}

async function row(deviceId: string, { api }: Around): Promise<DeviceRow | undefined> {
  return (await api.devices()).devices.find((device) => device.deviceId === deviceId);
}

/** Until it is heard, later than `before` (epoch ms of the agent's clock; null: at all). 1: not in time. */
async function waitFor(
  deviceId: string,
  before: number | null,
  timeoutMs: number,
  options: Options,
  around: Around,
): Promise<number> {
  const end = around.now() + timeoutMs;
  const began = around.now();
  for (let asked = 0; ; asked += 1) {
    const device = await row(deviceId, around);
    if (device?.state === 'online' && device.lastSeenTs !== null && (before === null || device.lastSeenTs > before)) {
      around.tell(`${deviceId} is online: heard ${ago(device.lastSeenTs, around.now())}.`, asked > 0);
      for (const { reason, count, sample } of device.refused ?? [])
        around.tell(`  ${count} of its messages were refused as ${reason}${sample === '' ? '' : `: ${sample}`}`);
      return 0;
    }
    if (around.now() >= end) {
      around.tell(`${deviceId} was not heard within ${options.timeout} s.`, asked > 0);
      return 1;
    }
    const credential = device?.credential.pending === true ? ` (password: ${credentialWords(device)})` : '';
    const seconds = Math.round((around.now() - began) / 1000);
    around.tell(`${deviceId}: waiting for its first message… ${seconds} s${credential}`, asked > 0);
    await around.sleep(ASK_EVERY_MS);
  }
}
