import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { compile } from '@aisle/contracts';
import { StartError } from '../ports/errors.js';

const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$', description: 'the name of a model' });
const InUse = Type.Object(
  {
    /** of cameras that have none of their own; null: none */
    shop: Type.Union([Name, Type.Null()], { description: 'the name of a model, or null' }),
    /** Key: camera id. */
    cameras: Type.Record(Type.String(), Name),
  },
  { additionalProperties: false },
);
const Choice = Type.Object(
  {
    ...InUse.properties,
    /** what was in use before, the newest last: what `undo` goes back to */
    before: Type.Array(InUse, { maxItems: 20 }),
  },
  { additionalProperties: false },
);
/** Which detector is in use, as `npm run aisle -- model` writes it. */
export type DetectorChoice = Readonly<Static<typeof Choice>>;
const checker = compile(Choice);

export const NO_CHOICE: DetectorChoice = { shop: null, cameras: {}, before: [] };
const BEFORE_KEPT = 20;
export const choiceFile = (detectorsDir: string): string => path.join(detectorsDir, 'in-use.json');

/** @throws StartError naming the file and what is wrong in it; no file is no choice */
export function readChoice(detectorsDir: string): DetectorChoice {
  const file = choiceFile(detectorsDir);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return NO_CHOICE;
    throw new StartError('config', `${file}: cannot be read (${code ?? (error as Error).message})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StartError('config', `${file}: is not JSON (${(error as Error).message})`);
  }
  const [problem] = checker.problems(value, 1);
  if (problem) throw new StartError('config', `${file}: ${problem.field} ${problem.message}`.trim());
  return value as DetectorChoice;
}

export function writeChoice(detectorsDir: string, choice: DetectorChoice): void {
  mkdirSync(detectorsDir, { recursive: true });
  const file = choiceFile(detectorsDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(choice, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Another model is taken into use, for one camera or for all that have none of their own. */
export function chosen(choice: DetectorChoice, model: string, cameraId: string | undefined): DetectorChoice {
  const { shop, cameras, before } = choice;
  const next = cameraId === undefined ? { shop: model, cameras } : { shop, cameras: { ...cameras, [cameraId]: model } };
  if (next.shop === shop && JSON.stringify(next.cameras) === JSON.stringify(cameras)) return choice;
  return { ...next, before: [...before, { shop, cameras }].slice(-BEFORE_KEPT) };
}

/** What was in use before the last choice; undefined when there was none. */
export function undone({ before }: DetectorChoice): DetectorChoice | undefined {
  const last = before.at(-1);
  return last && { ...last, before: before.slice(0, -1) };
}

/** The choice as the agent follows it: read again when the file is another one. A broken file changes nothing. */
export class FollowedChoice {
  #seen = '';
  #choice: DetectorChoice = NO_CHOICE;

  constructor(
    private readonly detectorsDir: string,
    private readonly onBroken: (reason: string) => void,
  ) {}

  get current(): DetectorChoice {
    const mark = markOf(choiceFile(this.detectorsDir));
    if (mark === this.#seen) return this.#choice;
    this.#seen = mark;
    try {
      this.#choice = readChoice(this.detectorsDir);
    } catch (error) {
      this.onBroken((error as Error).message);
    }
    return this.#choice;
  }
}

/** Changes when a file is put in another's place. */
export function markOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '-';
  }
}
