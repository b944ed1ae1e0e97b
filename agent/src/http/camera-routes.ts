import {
  Calibration,
  compile,
  troubleIn,
  wordsOf,
  type LiveDevice,
  type Problem,
  type StoreFile,
} from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import type { CameraView } from '../domain/engine/engine-api.js';
import { CalibrationError, fitHomography } from '../domain/floor/homography.js';
import type { FrameShow } from '../vision/frame-show.js';
import type { Seen } from '../vision/eyes.js';
import {
  namesOf,
  type CameraDetail,
  type CameraSummary,
  type PlanView,
  type SeenPerson,
  type ViewHead,
} from './camera-api.js';
import { calibratePage, cameraListPage, livePage } from './camera-pages.js';
import type { Door } from './door.js';
import { failure, json, type Answer, type Request, type Routes } from './server.js';

export interface CameraRouteParts {
  door: Door;
  /** wall clock, epoch ms */
  now(): number;
  config(): StoreIndex | undefined;
  devices(): LiveDevice[];
  troubleOf(cameraId: string): string;
  show: FrameShow<Seen<CameraView | undefined>>;
  /** in force now, and whether it was made on the page */
  calibrationOf(cameraId: string): { value: Calibration | null; from: CameraSummary['calibration'] };
  /** null: the store file's again. Comes back once it is durable and in force. */
  calibrate(cameraId: string, calibration: Calibration | null): Promise<void>;
}

/** How long a page's question for the next picture is kept open, ms: shorter than its lease. */
const VIEW_WAIT_MS = 2000;
const shape = compile(Calibration);

/** `/cameras…` for people and `/api/cameras…` for their scripts: all behind the login; pictures from memory only. */
export function cameraRoutes(parts: CameraRouteParts): Required<Routes> {
  const { door, config } = parts;
  const device = (id: string) => {
    const found = config()?.devices.get(id);
    return found?.family === 'camera' ? found : undefined;
  };
  const summaries = (): CameraSummary[] => {
    const known = new Map(parts.devices().map((entry) => [entry.deviceId, entry]));
    return [...(config()?.devices.values() ?? [])]
      .filter(({ family }) => family === 'camera')
      .map(({ id, name }) => ({
        id,
        name: namesOf(name, id),
        state: known.get(id)?.state ?? 'unknown',
        camera: known.get(id)?.camera ?? null,
        ...troubleOf(parts.troubleOf(id)),
        calibration: parts.calibrationOf(id).from,
      }));
  };
  const summary = (id: string) => summaries().find((entry) => entry.id === id) as CameraSummary;
  const detail = (id: string): CameraDetail => ({
    ...summary(id),
    calibrationValue: parts.calibrationOf(id).value,
    storeFileCalibration: device(id)?.calibration ?? null,
    plan: planOf((config() as StoreIndex).file),
  });

  const view = async (id: string, request: Request): Promise<Answer> => {
    const after = Number(request.query.get('after') ?? 0);
    const shown = await parts.show.next(id, Number.isInteger(after) ? after : 0, VIEW_WAIT_MS);
    if (!device(id)) return failure(404, 'notFound', 'There is no such camera.');
    const about = shown?.about;
    const head: ViewHead = {
      seq: shown?.seq ?? after,
      ts: about?.ts ?? null,
      width: about?.people.width ?? 0,
      height: about?.people.height ?? 0,
      people: about ? peopleOf(about) : [],
      latencyMs: about?.latencyMs ?? 0,
      status: summary(id),
    };
    const text = Buffer.from(JSON.stringify(head));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return {
      status: 200,
      type: 'application/octet-stream',
      body: Buffer.concat([length, text, shown?.picture ?? Buffer.alloc(0)]),
    };
  };

  const save = async (id: string, { body }: Request): Promise<Answer> => {
    let value: unknown;
    try {
      value = JSON.parse(body.toString('utf8'));
    } catch {
      return failure(400, 'malformed', 'This is not JSON.');
    }
    const checked = shape.check(value);
    if (!checked.ok) return refused('malformed', checked.problem);
    try {
      fitHomography(checked.value);
    } catch (error) {
      if (error instanceof CalibrationError) return refused('calibration', error.problem);
      throw error;
    }
    await parts.calibrate(id, checked.value);
    return json(200, { calibration: checked.value, from: 'page' });
  };

  const get = (request: Request): Answer | Promise<Answer> | undefined => {
    const [, api, rawId, rest] = /^(\/api)?\/cameras(?:\/([^/]+)(\/[a-z]+)?)?$/.exec(request.path) ?? [];
    if (!/^(\/api)?\/cameras(\/|$)/.test(request.path)) return undefined;
    if (!door.lets(request)) return door.turnAway(request);
    if (rawId === undefined)
      return request.path.endsWith('/')
        ? undefined
        : api
          ? json(200, summaries())
          : cameraListPage(request, config(), summaries(), parts.now());
    if (!device(rawId)) return failure(404, 'notFound', 'There is no such camera.');
    if (api) return rest === '/view' ? view(rawId, request) : rest === undefined ? json(200, detail(rawId)) : undefined;
    if (rest === '/calibrate') return calibratePage(request, config(), detail(rawId));
    return rest === undefined ? livePage(request, config(), detail(rawId)) : undefined;
  };
  const post = async (request: Request): Promise<Answer | undefined> => {
    const [, id, reset] = /^\/api\/cameras\/([^/]+)\/calibration(\/reset)?$/.exec(request.path) ?? [];
    if (id === undefined) return undefined;
    if (!door.lets(request)) return failure(401, 'unauthorized', 'This needs the local secret.');
    if (!device(id)) return failure(404, 'notFound', 'There is no such camera.');
    if (!reset) return save(id, request);
    await parts.calibrate(id, null);
    const { value, from } = parts.calibrationOf(id);
    return json(200, { calibration: value, from });
  };
  return { get: [get], post: [post] };
}

const troubleOf = (trouble: string): Pick<CameraSummary, 'trouble' | 'troubleWords'> => ({
  trouble,
  troubleWords: trouble === '' ? { en: '', zh: '' } : { en: troubleIn('en', trouble), zh: troubleIn('zh', trouble) },
});

/** In English for programs; `words` for the page's reader. */
function refused(code: string, found: Problem): Answer {
  const { field, message } = found;
  const words = { en: wordsOf('en', found) ?? message, zh: wordsOf('zh', found) ?? message };
  return json(400, { error: { code, message, field, words } });
}

/** As the engine understood this very picture; what was found in it where the engine has not come to it. */
function peopleOf({ ts, people, view }: Seen<CameraView | undefined>): SeenPerson[] {
  if (view?.ts === ts)
    return view.people.map(({ x, y, w, h, score, foot, trackId, confirmed, staff, floorMm, zoneIds }) => ({
      ...{ box: [x, y, w, h], score, foot, trackId, confirmed, staff, zoneIds },
      floor: floorMm && [floorMm[0] / 1000, floorMm[1] / 1000],
    }));
  return people.boxes.map(({ x, y, w, h, score, foot }) => ({
    ...{ box: [x, y, w, h], score, foot, trackId: null, confirmed: true, staff: false, floor: null, zoneIds: [] },
  }));
}

function planOf(file: StoreFile): PlanView {
  return {
    width: file.floor.width,
    depth: file.floor.depth,
    zones: (file.zones ?? []).map(({ id, name, kind, polygon }) => ({ id, name: namesOf(name, id), kind, polygon })),
    fixtures: (file.fixtures ?? []).flatMap(({ id, at, size, facingDegrees }) => {
      if (!at || !size) return [];
      // Width runs along the fixture: one that faces left or right stands upright on the plan.
      const turned = Math.abs(Math.sin(((facingDegrees ?? 0) * Math.PI) / 180)) > 0.7;
      const [width, depth] = turned ? [size[1], size[0]] : size;
      return [{ id, x: at[0], y: at[1], width, depth }];
    }),
    entrances: (file.entrances ?? []).map(({ id, line }) => ({
      id,
      line: line as [[number, number], [number, number]],
    })),
  };
}
