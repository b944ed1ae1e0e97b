import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { stringify } from 'yaml';
import { readFootage } from '../../agent/src/adapters/footage/footage.js';
import { chosen, NO_CHOICE, writeChoice } from '../../agent/src/config/detector-choice.js';
import { findModel } from '../../agent/src/config/model-manifest.js';
import { encodeJpeg } from '../../simulators/src/adapters/jpeg.js';
import { System } from '../support/system.js';
import type { Annotation } from './real-visits.js';

const JPEG_QUALITY = 90;
const MINUTE_MS = 60_000;
/** The clips are replayed as of this time: event time is the pictures' own. */
const START_TS = Date.UTC(2026, 2, 2, 2);

export interface ShopVisits {
  visits: number;
  dwellSeconds: number;
}
interface ZoneRow {
  zoneId: string;
  visits: number;
  dwellSeconds: { total: number | null };
}

/**
 * The whole way of a shop: a system is started, each clip is the pictures of a camera of its own, and its zones are asked for their
 * visits. Each picture waits until the one before it was looked at, so that no machine is too slow.
 * @param manifest of the detector in use
 */
export async function throughTheShop(
  manifest: string,
  folders: readonly string[],
  clips: readonly { file: string; annotation: Annotation }[],
): Promise<ShopVisits[]> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-real-'));
  try {
    const { manifest: model, modelFile } = findModel(manifest, folders);
    const detectorsDir = path.join(dataDir, 'models');
    const place = path.join(detectorsDir, model.name);
    mkdirSync(place, { recursive: true });
    cpSync(manifest, path.join(place, 'manifest.json'));
    cpSync(modelFile, path.join(place, model.file));
    writeChoice(detectorsDir, chosen(NO_CHOICE, model.name, undefined));
    const storeFile = path.join(dataDir, 'store.yaml');
    writeFileSync(storeFile, stringify(await storeOf(clips)));
    const system = await System.start({ dataDir, storeFile, simulator: false });
    try {
      for (const [index, { file }] of clips.entries()) await play(system, file, index);
      const to = START_TS + clips.length * 10 * MINUTE_MS;
      const query = `from=${new Date(START_TS - MINUTE_MS).toISOString()}&to=${new Date(to).toISOString()}&bucket=all`;
      const rows = await system.settled(() => system.get<ZoneRow[]>(`${system.store}/zones/metrics?${query}`), 120_000);
      return clips.map(({ annotation }, index) => {
        const own = rows.filter(({ zoneId }) => annotation.zones.some(({ id }) => zoneId === zoneOf(index, id)));
        return {
          visits: own.reduce((sum, { visits }) => sum + visits, 0),
          dwellSeconds: own.reduce((sum, { dwellSeconds }) => sum + (dwellSeconds.total ?? 0), 0),
        };
      });
    } finally {
      await system.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const zoneOf = (index: number, id: string): string => `c${index}-${id}`;

/** Each clip has a piece of floor of its own. */
async function storeOf(clips: readonly { file: string; annotation: Annotation }[]) {
  const zones: unknown[] = [];
  const devices: unknown[] = [];
  let left = 0;
  let depth = 1;
  for (const [index, { file, annotation }] of clips.entries()) {
    const { width, height } = await sizeOf(file);
    const scale = annotation.metresPerPixel;
    const at = ([x, y]: readonly [number, number]): [number, number] => [left + x * scale, y * scale];
    for (const { id, polygon } of annotation.zones)
      // Zones of this kind may overlap.
      zones.push({
        id: zoneOf(index, id),
        kind: 'screen',
        polygon: polygon.map((point) => at(point as [number, number])),
      });
    const corners = [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ] as const;
    const points = corners.map((image) => ({ image: [...image], floor: at(image) }));
    const covers = annotation.zones.map(({ id }) => zoneOf(index, id));
    devices.push({
      id: `cam-${index}`,
      family: 'camera',
      dialect: 'aisle',
      covers,
      calibration: { resolution: [width, height], points },
    });
    left += (width + 2) * scale;
    depth = Math.max(depth, (height + 2) * scale);
  }
  return {
    store: { id: 'real', name: { en: 'Real clips', zh: '真实片段' }, timezone: 'UTC', currency: 'EUR' },
    floor: { width: left, depth },
    zones,
    devices,
  };
}

async function sizeOf(file: string): Promise<{ width: number; height: number }> {
  for await (const { picture } of readFootage(file, { framesPerSecond: 5 }))
    if (!(picture instanceof Uint8Array)) return picture;
  throw new Error(`${file}: only clips whose frames are pixels are taken (GIF, WebP, video)`);
}

async function play(system: System, file: string, index: number): Promise<void> {
  const { access } = system;
  const camera = `cam-${index}`;
  const client = await mqtt.connectAsync(access.storeMqttUrl, {
    username: access.storeMqttUsername,
    password: access.storeMqttPassword,
  });
  const done = async () => {
    const response = await fetch(`${access.agentUrl}/metrics`, {
      headers: { authorization: `Bearer ${access.agentLocalSecret}` },
    });
    const text = await response.text();
    const counts = [
      ...text.matchAll(new RegExp(`aisle_frames_total\\{device="${camera}",outcome="(\\w+)"\\} (\\d+)`, 'g')),
    ];
    const of = (outcome: string) => Number(counts.find((count) => count[1] === outcome)?.[2] ?? 0);
    return { seen: of('processed'), lost: of('dropped') + of('refused') };
  };
  const from = START_TS + index * 10 * MINUTE_MS;
  let sent = 0;
  for await (const { ts, picture } of readFootage(file, { framesPerSecond: 5 })) {
    const jpeg =
      picture instanceof Uint8Array
        ? picture
        : await encodeJpeg(Buffer.from(picture.data), picture.width, picture.height, JPEG_QUALITY);
    await client.publishAsync(`aisle/v1/devices/${camera}/camera/frame/${Math.round(from + ts)}`, Buffer.from(jpeg), {
      qos: 1,
    });
    sent += 1;
    for (let turn = 0; ; turn += 1) {
      const { seen, lost } = await done();
      if (lost > 0 || turn > 6_000) throw new Error(`${file}: picture ${sent} was not looked at`);
      if (seen >= sent) break;
      await sleep(10);
    }
  }
  await client.endAsync();
}
