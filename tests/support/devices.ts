import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import type { Access } from './system.js';

/** Finds a program on the PATH; tests that need one are skipped by name without it. */
export function findProgram(...names: string[]): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/usr/local/bin'];
  for (const name of names) {
    const folder = folders.find((candidate) => candidate !== '' && existsSync(`${candidate}/${name}`));
    if (folder) return `${folder}/${name}`;
  }
  return undefined;
}

export const chromium = findProgram('chromium', 'chromium-browser', 'google-chrome');
export const recordings = process.env.AISLE_RECORDINGS;

/** A real MQTT client with the integrator's account. */
export async function integrator(access: Access): Promise<MqttClient> {
  return mqtt.connectAsync(access.storeMqttUrl, {
    username: access.storeMqttUsername,
    password: access.storeMqttPassword,
  });
}

export const publish = (
  client: MqttClient,
  deviceId: string,
  channel: string,
  payload: object | string,
): Promise<unknown> =>
  client.publishAsync(
    `aisle/v1/devices/${deviceId}/${channel}`,
    typeof payload === 'string' ? payload : JSON.stringify(payload),
    { qos: 1 },
  );

/** Runs a program to its end. */
export function runProgram(
  command: string,
  args: string[],
  options: { timeoutMs?: number; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 20_000);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
