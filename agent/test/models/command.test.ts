import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/model.js';
import { manifestOf, tiny, writeModel } from '../vision/models.js';
import { tinyOnnx } from '../vision/tiny-onnx.js';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = () => mkdtempSync(path.join(tmpdir(), 'aisle-model-'));
const own = (name: string) =>
  writeModel(
    tiny(),
    manifestOf((manifest) => (manifest.name = name)),
  );

async function command(data: string, ...args: string[]) {
  const [out, said]: [string[], string[]] = [[], []];
  const code = await main(['model', ...args, '--data', data], {
    print: (text) => out.push(text),
    progress: (line) => said.push(line),
    env: {},
  });
  return { code, out: out.join(''), said: said.join('\n') };
}
const inUse = (data: string) => JSON.parse(readFileSync(path.join(data, 'models/in-use.json'), 'utf8')) as unknown;

describe('npm run aisle -- model', () => {
  it('adds a model of one’s own by its manifest, measures it, takes it into use, and goes back', async () => {
    const data = folder();
    const first = await command(data, 'add', own('first'));
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^first is there \(Apache-2\.0\), in use for the shop: /),
    });
    expect(first.said).toMatch(/first: \d+ ms a picture on this machine/);
    expect(existsSync(path.join(data, 'models/first/tiny.onnx'))).toBe(true);
    expect((await command(data, 'add', own('second'), '--camera', 'cam-2', '--json')).out).toMatch(
      /"inUseFor":"cam-2"/,
    );
    expect(inUse(data)).toMatchObject({ shop: 'first', cameras: { 'cam-2': 'second' } });
    const { models } = JSON.parse((await command(data, 'list', '--json')).out) as { models: Record<string, unknown>[] };
    expect(models).toContainEqual(expect.objectContaining({ name: 'first', installed: true, shop: true, cameras: [] }));
    expect(models).toContainEqual(expect.objectContaining({ name: 'second', shop: false, cameras: ['cam-2'] }));
    expect(models).toContainEqual(
      expect.objectContaining({ name: 'movenet-multipose', installed: false, licence: 'Apache-2.0 (Google)' }),
    );
    expect((await command(data, 'undo')).out).toBe('in use for the shop: first\n');
    expect((await command(data, 'undo')).out).toBe('in use for the shop: none\n');
    expect(await command(data, 'undo')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/nothing to go back to/),
    });
    expect((await command(data, 'list')).out).toMatch(/^movenet-multipose +not fetched; Apache-2\.0/m);
  });

  it('takes a bare ONNX file whose shapes tell what it is, and says in words of another what it found', async () => {
    const data = folder();
    const file = (name: string, shape: number[], input = [1, 3, 96, 96], type: 'float32' | 'uint8' = 'float32') => {
      const place = path.join(folder(), `${name}.onnx`);
      const values = Array.from({ length: shape.reduce((size, side) => size * side, 1) }, () => 0);
      writeFileSync(
        place,
        tinyOnnx({ input: { name: 'in', type, shape: input }, output: { name: 'out', shape, values } }),
      );
      return place;
    };
    const cells = 144 + 36 + 9;
    for (const [style, place, classes] of [
      ['yolox', file('yolox', [1, cells, 85]), 80],
      ['yolov8', file('yolov8', [1, 84, cells]), 80],
      ['nanodet', file('nanodet', [1, cells, 124]), 80],
      ['fastestdet', file('fastest', [1, 85, 6, 6]), 80],
      ['aisle', file('own head', [1, 2, 7], [1, 96, 96, 3], 'uint8'), 1],
    ] as const) {
      const added = await command(data, 'add', place, '--json');
      expect(added, style).toMatchObject({ code: 0 });
      const { manifestFile, name } = JSON.parse(added.out) as { manifestFile: string; name: string };
      const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as {
        output: { style: string };
        classes: unknown;
      };
      expect(manifest.output.style).toBe(style);
      expect(manifest.classes).toEqual(classes === 1 ? ['person'] : classes);
      expect(added.said).toContain(`is that of ${style}`);
      expect(inUse(data)).toMatchObject({ shop: name });
    }
    expect((await command(data, 'undo')).out).toBe('in use for the shop: fastest\n');
    const strange = await command(data, 'add', file('strange', [1, 300, 6]));
    expect(strange).toMatchObject({ code: 1, out: '' });
    expect(strange.said).toMatch(/of no kind that is known .*output "out" float32 \[1, 300, 6\]\. Write a manifest/);
    const none = path.join(folder(), 'none.onnx');
    writeFileSync(none, 'no model');
    expect((await command(data, 'add', none)).said).toMatch(/none\.onnx: .*expected an ONNX model/);
    expect(inUse(data)).toMatchObject({ shop: 'fastest' });
  });

  it('is reached by the operator’s command, whose other words go to the cloud', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['scripts/aisle.mjs', ...args], { cwd: root, encoding: 'utf8', timeout: 60_000 });
    const listed = run('model', 'list', '--json', '--data', folder());
    expect(JSON.parse(listed.stdout)).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ name: 'nanodet' })]),
    });
    expect(run('--help').stdout).toMatch(/model add NAME\|FILE/);
    expect(run('model', 'undo', '--data', folder()).status).toBe(1);
  }, 120_000);

  it('only puts it there with --no-use', async () => {
    const data = folder();
    expect((await command(data, 'add', own('first'), '--no-use')).out).toMatch(/in use for nobody yet/);
    expect(existsSync(path.join(data, 'models/in-use.json'))).toBe(false);
    expect((await command(data, 'list')).out).toMatch(/^first +there, not in use/m);
  });

  it('takes nothing into use that does not work', async () => {
    const data = folder();
    await command(data, 'add', own('first'));
    const broken = writeModel(
      tiny((model) => (model.output.shape = [1, 2, 7])),
      manifestOf((m) => (m.name = 'first')),
      'a'.repeat(64),
    );
    expect(await command(data, 'add', broken)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/sha256: expected a{64}/),
    });
    const strange = own('no/folder');
    expect(await command(data, 'add', strange)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/name: expected letters/),
    });
    expect(inUse(data)).toMatchObject({ shop: 'first' });
  });

  it('is told what is wrong with its words', async () => {
    const data = folder();
    expect(await command(data, 'add', 'nothing')).toMatchObject({
      code: 2,
      said: expect.stringMatching(
        /"nothing" is neither a published detector \(movenet-multipose, nanodet, yolox-nano\) nor a file/,
      ),
    });
    expect((await command(data, 'add')).code).toBe(2);
    expect((await command(data, 'list', 'more')).said).toMatch(/takes no argument, got "more"/);
    expect((await command(data, 'remove')).said).toMatch(/"model remove" is no command/);
    expect((await command(data, 'list', '--fast')).code).toBe(2);
    expect(await command(data, '--help')).toMatchObject({ code: 0, out: expect.stringMatching(/model undo/) });
  });

  it('names a broken record of what is in use, and changes nothing', async () => {
    const data = folder();
    await command(data, 'add', own('first'));
    writeFileSync(path.join(data, 'models/in-use.json'), '{"shop":7,"cameras":{},"before":[]}');
    expect(await command(data, 'list')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/in-use\.json: shop expected the name of a model, or null/),
    });
  });
});
