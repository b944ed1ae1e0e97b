/** `npm run aisle -- model COMMAND`: which detector looks at a shop's cameras. See USAGE. */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { AisleError } from '@aisle/contracts';
import {
  installOnnx,
  installOwn,
  installPublished,
  megabytes,
  type Installed,
  type InstallParts,
} from './app/detector-install.js';
import { detectorsDirOf } from './config/agent-config.js';
import { PUBLISHED } from './config/detector-catalogue.js';
import { chosen, readChoice, undone, writeChoice, type DetectorChoice } from './config/detector-choice.js';
import { modelFolders, type ModelManifest } from './config/model-manifest.js';
import type { Progress } from './ports/model-files.js';

export const USAGE = `npm run aisle -- model COMMAND [OPTIONS]

  model add NAME|FILE  fetch a published detector (${PUBLISHED.map(({ name }) => name).join(', ')}), or take the
                       manifest FILE of your own (docs/models.md), or FILE.onnx of a known shape, measure it and
                       take it into use
    --camera ID        for this camera only; else for all that have none of their own
    --no-use           only put it there
    --size WxH         of the input, instead of what this machine is quick enough for
  model list           what there is, and what is in use
  model undo           back to what was in use before

  --data DIR           folder of a started system, or of the agent's configuration (data)
  --json               answers as JSON

Exit status: 0 done; 1 it could not be fetched or does not work; 2 used wrongly.
`;

class UsageError extends AisleError {
  readonly code = 'usage';
}

export interface ModelCommandParts {
  print(text: string): void;
  /** a line that replaces the one before, where somebody looks on */
  progress(line: string): void;
  env: NodeJS.ProcessEnv;
}

const OPTIONS = {
  data: { type: 'string' },
  camera: { type: 'string' },
  'no-use': { type: 'boolean' },
  size: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** The command. @returns its exit status */
export async function main(args: readonly string[], parts: ModelCommandParts): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const [command, ...rest] = positionals[0] === 'model' ? positionals.slice(1) : positionals;
    if (values.help === true || command === undefined) {
      parts.print(USAGE);
      return values.help === true ? 0 : 2;
    }
    const detectorsDir = detectorsDirFrom(values.data ?? 'data');
    if (command === 'add') return await add(rest, values, detectorsDir, parts);
    if (rest.length > 0) throw new UsageError(`"model ${command}" takes no argument, got "${rest[0]}"`);
    if (command === 'list') return list(values.json === true, detectorsDir, parts);
    if (command === 'undo') return undo(values.json === true, detectorsDir, parts);
    throw new UsageError(`"model ${command}" is no command\n\n${USAGE}`);
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    parts.progress(message);
    return error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) ? 2 : 1;
  }
}

type Values = {
  camera?: string | undefined;
  'no-use'?: boolean | undefined;
  size?: string | undefined;
  json?: boolean | undefined;
};

async function add(
  args: readonly string[],
  values: Values,
  detectorsDir: string,
  parts: ModelCommandParts,
): Promise<number> {
  const [what, ...more] = args;
  if (what === undefined || more.length > 0)
    throw new UsageError(`"model add" takes one name or file, got ${args.length}\n\n${USAGE}`);
  mkdirSync(detectorsDir, { recursive: true });
  const install: InstallParts = {
    detectorsDir,
    folders: modelFolders(parts.env['AISLE_MODELS']),
    say: (line) => parts.progress(line),
    progress: throttled((progress) => parts.progress(told(progress))),
  };
  const published = PUBLISHED.find(({ name }) => name === what);
  if (!published && !existsSync(what))
    throw new UsageError(
      `"${what}" is neither a published detector (${PUBLISHED.map(({ name }) => name).join(', ')}) nor a file`,
    );
  const installed = await (published
    ? installPublished(published, install, values.size)
    : /\.onnx$/i.test(what)
      ? installOnnx(what, install)
      : installOwn(what, install));
  const choice = readChoice(detectorsDir);
  if (values['no-use'] !== true) writeChoice(detectorsDir, chosen(choice, installed.name, values.camera));
  const whom = values['no-use'] === true ? 'nobody yet' : (values.camera ?? 'the shop');
  if (values.json === true) parts.print(`${JSON.stringify(answer(installed, whom))}\n`);
  else
    parts.print(
      `${installed.name} is there (${installed.manifest.licence}), in use for ${whom}: ${installed.manifestFile}\n`,
    );
  return 0;
}

const answer = ({ name, manifestFile, manifest, milliseconds }: Installed, inUseFor: string) => ({
  ...{ name, manifestFile, inUseFor },
  licence: manifest.licence,
  input: { width: manifest.input.width, height: manifest.input.height },
  milliseconds: Math.round(milliseconds * 10) / 10,
});

function list(json: boolean, detectorsDir: string, parts: ModelCommandParts): number {
  const choice = readChoice(detectorsDir);
  const there = new Map(
    (existsSync(detectorsDir) ? readdirSync(detectorsDir) : []).flatMap((name) => {
      const manifest = manifestIn(path.join(detectorsDir, name));
      return manifest ? [[name, manifest] as const] : [];
    }),
  );
  const names = [...new Set([...PUBLISHED.map(({ name }) => name), ...there.keys()])];
  const rows = names.map((name) => {
    const manifest = there.get(name);
    const published = PUBLISHED.find((one) => one.name === name);
    const cameras = Object.keys(choice.cameras).filter((camera) => choice.cameras[camera] === name);
    return {
      name,
      installed: manifest !== undefined,
      shop: choice.shop === name,
      cameras,
      licence: (manifest ?? published?.manifest)?.licence ?? '',
      milliseconds: manifest?.scores['millisecondsHere'] ?? null,
      about: published?.about ?? null,
    };
  });
  if (json) parts.print(`${JSON.stringify({ detectorsDir, models: rows })}\n`);
  else
    for (const row of rows) {
      const use = [...(row.shop ? ['the shop'] : []), ...row.cameras].join(', ');
      const state = use !== '' ? `in use for ${use}` : row.installed ? 'there, not in use' : 'not fetched';
      const speed = row.milliseconds === null ? '' : `, ${row.milliseconds} ms a picture`;
      parts.print(`${row.name.padEnd(20)} ${state}${speed}; ${row.licence}\n`);
    }
  return 0;
}

function undo(json: boolean, detectorsDir: string, parts: ModelCommandParts): number {
  const before = undone(readChoice(detectorsDir));
  if (!before) {
    parts.progress('nothing was in use before: there is nothing to go back to');
    return 1;
  }
  writeChoice(detectorsDir, before);
  parts.print(json ? `${JSON.stringify({ shop: before.shop, cameras: before.cameras })}\n` : `${inWords(before)}\n`);
  return 0;
}

const inWords = ({ shop, cameras }: DetectorChoice): string => {
  const own = Object.entries(cameras).map(([camera, model]) => `${camera}: ${model}`);
  return [`in use for the shop: ${shop ?? 'none'}`, ...own].join(', ');
};

/** The folder that an agent looks for added detectors in: as its configuration says, which a start writes. @throws StartError */
function detectorsDirFrom(data: string): string {
  const file = [path.join(data, 'agent/agent.json'), path.join(data, 'agent.json')].find((one) => existsSync(one));
  return file === undefined ? path.resolve(data, 'models') : detectorsDirOf(file);
}

function manifestIn(folder: string): ModelManifest | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as ModelManifest;
  } catch {
    return undefined;
  }
}

const told = ({ done, total }: Progress): string =>
  total === undefined
    ? megabytes(done)
    : `${megabytes(done)} of ${megabytes(total)} (${Math.floor((100 * done) / total)} %)`;

/** At most one line per hundredth. */
function throttled(tell: (progress: Progress) => void): (progress: Progress) => void {
  let last = -1;
  return (progress) => {
    const step = Math.floor(
      progress.total === undefined ? progress.done / 5e6 : (100 * progress.done) / progress.total,
    );
    if (step === last) return;
    last = step;
    tell(progress);
  };
}

const entry = process.argv[1];
if (entry !== undefined && existsSync(entry) && import.meta.url === pathToFileURL(realpathSync(entry)).href) {
  let shown = '';
  process.exitCode = await main(process.argv.slice(2), {
    print: (text) => void process.stdout.write(text),
    progress: (line) => {
      const counts = /^[\d.]+ MB/.test(line);
      // A person sees one line that changes; a file gets every tenth only.
      if (counts && !process.stderr.isTTY && !/\((\d*0) %\)/.test(line)) return;
      const again = counts && /^[\d.]+ MB/.test(shown) && process.stderr.isTTY;
      process.stderr.write(`${again ? '\u001b[1A\u001b[2K' : ''}${line}\n`);
      shown = line;
    },
    env: process.env,
  });
}
