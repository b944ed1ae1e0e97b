import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integrator, publish, recordings, runProgram } from '../support/devices.js';
import { crossingsOf, nearestRank, tracksOf, visitsOf, type Point } from '../support/plain-reading.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, root } from '../support/system.js';

const START = Date.parse('2026-03-02T02:00:00Z');

interface ZoneRow {
  from: string;
  zoneId: string;
  visits: number;
  visitors: number;
  engagedVisits: number;
  dwellSeconds: { total: number; mean: number | null; p50: number | null; p90: number | null };
  conversion: number | null;
  pickRate: number | null;
  salesPerSquareMetre: number | null;
  coverage: number;
}
interface FootfallRow {
  entranceId: string;
  in: number;
  out: number;
}

/** `broken`: the recording's own ids break, which a plain reading does not mend. */
const GATES: Record<string, { offset: [number, number]; width: number; depth: number; broken?: true }> = {
  biwi_hotel: { offset: [8, 12], width: 20, depth: 20, broken: true },
  crowds_zara01: { offset: [4, 4], width: 24, depth: 24 },
  students003: { offset: [4, 4], width: 24, depth: 24 },
};

describe.skipIf(!recordings)('recorded walks through the store broker', () => {
  it.each(Object.keys(GATES))(
    '%s: crossings, visits and dwell are those of a plain reading, by file and by API',
    async (walk) => {
      const { offset, width, depth, broken } = GATES[walk] as (typeof GATES)[string];
      const walks = path.join(recordings as string, 'walks');
      const gate = (
        JSON.parse(readFileSync(path.join(walks, 'gate_counts.json'), 'utf8')) as Record<
          string,
          { line_x: number; in: number; out: number }
        >
      )[walk];
      if (!gate) throw new Error(`no gate for ${walk}`);
      const x = gate.line_x + offset[0];
      const zones: { id: string; kind: string; polygon: Point[] }[] = [
        {
          id: 'west',
          kind: 'aisle',
          polygon: [
            [x - 3, 6],
            [x, 5],
            [x, 12],
            [x - 3, 12],
          ],
        },
        {
          id: 'east',
          kind: 'aisle',
          polygon: [
            [x + 0.5, 4],
            [x + 4, 8],
            [x + 2, 16],
          ],
        },
        {
          id: 'screen',
          kind: 'screen',
          polygon: [
            [x - 1, 8],
            [x + 1, 8],
            [x + 1, 10],
            [x - 1, 10],
          ],
        },
      ];
      const entrance = {
        id: 'gate',
        line: [
          [x, -1000],
          [x, 1000],
        ] as [Point, Point],
        inward: [1, 0] as Point,
      };
      const storeFile = writeShop(
        smallShop({
          floor: { width, depth },
          entrances: [entrance],
          zones,
          fixtures: [],
          products: [],
          devices: [{ id: 'cam-1', family: 'camera', dialect: 'aisle', ...(broken && { stitch: false }) }],
        }),
      );

      // The payloads as the replay writes them; what is exact is that everything after them agrees.
      const folder = mkdtempSync(path.join(tmpdir(), 'aisle-walk-'));
      const positions = path.join(folder, 'positions.jsonl');
      const simulate = (args: string[]) =>
        runProgram(
          process.execPath,
          [
            path.join(root, 'dist/simulators/cli.mjs'),
            'replay',
            path.join(walks, `${walk}.txt`),
            '--device',
            'cam-1',
            '--offset',
            offset.join(','),
            '--start',
            new Date(START).toISOString(),
            ...args,
          ],
          { timeoutMs: 120_000 },
        );
      expect((await simulate(['--speed', '50', '--positions', positions])).code).toBe(0);
      const payloads = readFileSync(positions, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { ts: number; people: { id: string; x: number; y: number }[] });
      const tracks = tracksOf(payloads);
      const expected = visitsOf(tracks, zones);
      const crossings = crossingsOf(tracks, entrance);
      expect(crossings.filter((crossing) => crossing.direction === 'in')).toHaveLength(gate.in);
      expect(crossings.filter((crossing) => crossing.direction === 'out')).toHaveLength(gate.out);

      const out = path.join(folder, 'visits.json');
      const cli = await runProgram(process.execPath, [
        path.join(root, 'dist/agent/visits.mjs'),
        '--store',
        storeFile,
        '--positions',
        positions,
        '--json',
        out,
      ]);
      expect(cli.code, cli.output).toBe(0);
      const byFile = JSON.parse(readFileSync(out, 'utf8')) as {
        visits: { zoneId: string; enterTs: number; leaveTs: number }[];
        crossings: { ts: number; direction: string }[];
      };
      const order = (a: { zoneId: string; enterTs: number; leaveTs: number }, b: typeof a) =>
        a.enterTs - b.enterTs || a.zoneId.localeCompare(b.zoneId) || a.leaveTs - b.leaveTs;
      expect(byFile.visits.sort(order)).toEqual(
        expected.map(({ zoneId, enterTs, leaveTs }) => ({ zoneId, enterTs, leaveTs })).sort(order),
      );
      const plain = (list: readonly { ts: number; direction: string }[]) =>
        list.map(({ ts, direction }) => `${ts} ${direction}`).sort();
      expect(plain(byFile.crossings)).toEqual(plain(crossings));

      const system = await System.start({ storeFile });
      try {
        const sent = await simulate(['--speed', '50', '--access', path.join(system.dataDir, 'demo-access.json')]);
        expect(sent.code, sent.output).toBe(0);
        const end = new Date(
          Math.ceil(((payloads.at(-1)?.ts ?? START) + 60_000) / 3_600_000) * 3_600_000,
        ).toISOString();
        const range = `from=${new Date(START).toISOString()}&to=${end}`;
        const figures = await system.settled(async () => ({
          footfall: await system.get<FootfallRow[]>(`${system.store}/footfall?${range}&bucket=hour`),
          zones: await system.get<ZoneRow[]>(`${system.store}/zones/metrics?${range}&bucket=all&engagedAfter=3`),
        }));
        const sum = (key: 'in' | 'out') => figures.footfall.reduce((total, row) => total + row[key], 0);
        expect({ in: sum('in'), out: sum('out') }).toEqual({ in: gate.in, out: gate.out });
        for (const zone of zones) {
          const own = expected.filter((visit) => visit.zoneId === zone.id);
          const dwells = own.map((visit) => visit.leaveTs - visit.enterTs);
          const total = dwells.reduce((a, b) => a + b, 0);
          expect(
            figures.zones.find((row) => row.zoneId === zone.id),
            zone.id,
          ).toMatchObject({
            visits: own.length,
            visitors: own.filter((visit) => visit.first).length,
            engagedVisits: dwells.filter((ms) => ms >= 3000).length,
            dwellSeconds: {
              total: total / 1000,
              mean: own.length === 0 ? null : Math.round((total / own.length / 1000) * 1e6) / 1e6,
              p50: nearestRank(dwells, 0.5),
              p90: nearestRank(dwells, 0.9),
            },
          });
        }
      } finally {
        await system.stop();
      }
    },
    180_000,
  );
});

describe.skipIf(!recordings)('a part of a recorded walk', () => {
  it('gives the same figures at speed 1 and at speed 50', async () => {
    const walk = path.join(recordings as string, 'walks/students003.txt');
    const storeFile = writeShop(
      smallShop({
        floor: { width: 24, depth: 24 },
        entrances: [
          {
            id: 'gate',
            line: [
              [11.631, -1000],
              [11.631, 1000],
            ],
            inward: [1, 0],
          },
        ],
        zones: [
          {
            id: 'west',
            kind: 'aisle',
            polygon: [
              [4, 4],
              [11, 4],
              [11, 20],
              [4, 20],
            ],
          },
        ],
        fixtures: [],
        products: [],
        devices: [{ id: 'cam-1', family: 'camera', dialect: 'aisle' }],
      }),
    );
    const range = `from=${new Date(START).toISOString()}&to=${new Date(START + 3_600_000).toISOString()}`;
    const figures: unknown[] = [];
    for (const speed of ['1', '50']) {
      const system = await System.start({ storeFile });
      try {
        const { code, output } = await runProgram(
          process.execPath,
          [
            path.join(root, 'dist/simulators/cli.mjs'),
            'replay',
            walk,
            '--device',
            'cam-1',
            '--offset',
            '4,4',
            '--start',
            new Date(START).toISOString(),
            '--speed',
            speed,
            '--from',
            '60',
            '--to',
            '80',
            '--access',
            path.join(system.dataDir, 'demo-access.json'),
          ],
          { timeoutMs: 60_000 },
        );
        expect(code, output).toBe(0);
        figures.push(
          await system.settled(async () => ({
            footfall: await system.get<FootfallRow[]>(`${system.store}/footfall?${range}&bucket=minute`),
            zones: await system.get<ZoneRow[]>(`${system.store}/zones/metrics?${range}&bucket=minute`),
            heat: await system.get(`${system.store}/heatmap?${range}`),
          })),
        );
      } finally {
        await system.stop();
      }
    }
    expect((figures[0] as { zones: ZoneRow[] }).zones.reduce((sum, row) => sum + row.visits, 0)).toBeGreaterThan(5);
    expect(figures[0]).toEqual(figures[1]);
  }, 120_000);
});

describe('coverage', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({ storeFile: writeShop(smallShop()) });
  }, 60_000);
  afterAll(async () => {
    await system?.stop();
  });

  it('of an hour with a camera silent for forty minutes is a third, and its ratios to people are null', async () => {
    const client = await integrator(system.access);
    // Twenty minutes of every second message; somebody stays in the dairy zone now and then.
    const sends: Promise<unknown>[] = [];
    for (let second = 0; second <= 1200; second += 2) {
      const people = second % 60 < 20 ? [{ id: `p${Math.floor(second / 60)}`, x: 3, y: 3 }] : [];
      sends.push(publish(client, 'cam-1', 'camera/positions', { ts: START + second * 1000, people }));
      if (sends.length % 200 === 0) await Promise.all(sends);
    }
    sends.push(
      publish(client, 'till-1', 'till/sale', {
        ts: START + 600_000,
        receipt: 'r-1',
        lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }],
      }),
    );
    await Promise.all(sends);
    await client.endAsync();
    const range = `from=${new Date(START).toISOString()}&to=${new Date(START + 3_600_000).toISOString()}`;
    const figures = await system.settled(async () => ({
      hour: await system.get<ZoneRow[]>(`${system.store}/zones/metrics?${range}&bucket=hour`),
      third: await system.get<ZoneRow[]>(
        `${system.store}/zones/metrics?from=${new Date(START).toISOString()}&to=${new Date(START + 1_200_000).toISOString()}&bucket=all`,
      ),
    }));
    const dairy = figures.hour.find((row) => row.zoneId === 'dairy');
    expect(dairy?.coverage).toBeCloseTo(1 / 3, 3);
    expect(dairy).toMatchObject({ visits: 20, conversion: null, pickRate: null });
    // what was sold there the till has told, whatever the camera missed
    expect(dairy).toMatchObject({ salesPerSquareMetre: 0.3125, coverageOf: { sales: 1 }, versions: [1] });
    const sensed = figures.third.find((row) => row.zoneId === 'dairy');
    expect(sensed?.coverage).toBe(1);
    expect(sensed).toMatchObject({ visits: 20, conversion: 0.05, salesPerSquareMetre: 0.3125 });
    expect(dairy?.from).toBe('2026-03-02T10:00:00+08:00');
  });
});

describe('the command npm run visits', () => {
  it('names the line and the field that it cannot read, and goes on', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-visits-'));
    const positions = path.join(folder, 'positions.jsonl');
    const lines = Array.from({ length: 10 }, (_, i) =>
      JSON.stringify({ ts: START + i * 400, people: [{ id: '1', x: 2, y: 2 }] }),
    );
    lines.splice(3, 0, '{"ts": "noon", "people": []}');
    writeFileSync(positions, lines.join('\n'));
    const out = path.join(folder, 'out.json');
    const { output } = await runProgram(process.execPath, [
      path.join(root, 'dist/agent/visits.mjs'),
      '--store',
      writeShop(smallShop()),
      '--positions',
      positions,
      '--json',
      out,
    ]);
    expect(output).toMatch(/4.*ts/);
    expect((JSON.parse(readFileSync(out, 'utf8')) as { visits: unknown[] }).visits).toEqual([
      { zoneId: 'dairy', enterTs: START, leaveTs: START + 3600 },
    ]);
  });
});
