import { Type, type Static } from '@sinclair/typebox';
import { compile, type ScreenTarget } from '@aisle/contracts';
import { TargetError, type ScreenInterface, type TargetAsset } from '../ports/screen-target.js';

/** Its documents leave open what else stands in an asset; this is what is needed of it. */
const AssetId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const Asset = Type.Object({
  asset_id: AssetId,
  name: TextOrNull,
  uri: TextOrNull,
  is_enabled: Type.Boolean(),
  is_active: Type.Boolean(),
  end_date: TextOrNull,
});
type Asset = Static<typeof Asset>;
const Assets = compile(Type.Array(Asset));
const Made = compile(Type.Object({ asset_id: AssetId }));

/** Assets by whose names it is known that they are ours, to be deleted when there are too many. */
const OURS = 'Aisle · ';
/** What has been shown is kept for the next time, up to so many. */
const MOST_KEPT = 40;
/** The end of what is on is put off when less of it is left than was asked for, by so much, ms. */
const RENEW_MS = 1_800_000;
const ANSWER_MS = 8_000;
const MOST_BYTES = 4 << 20;
/** It plays alone: how long until it begins anew, s. Videos have their own length, which Anthias finds itself and asks 0 for. */
const SECONDS = 60;
/** The clock of a small computer without a battery may be years behind after it starts. */
const LONG_AGO = '2000-01-01T00:00:00Z';

/**
 * Anthias by its REST interface v2 (github.com/Screenly/Anthias, api/urls/v2.py, api/views/v2.py and the OpenAPI document that it serves under
 * /api/docs/): GET and POST /api/v2/assets, PATCH and DELETE /api/v2/assets/{id}, GET /api/v2/assets/control/asset&{id}; HTTP Basic
 * (docs/http-basic-authentication.md). An address of an asset cannot be changed, so that another address is another asset.
 */
export class Anthias implements ScreenInterface {
  async show(target: ScreenTarget, asset: TargetAsset | null | undefined, signal: AbortSignal): Promise<void> {
    const ask = asker(target, signal);
    const assets = known(Assets.check(await ask('GET', 'assets')));
    if (asset === undefined) return;
    const shown = asset && (await enabled(ask, assets, asset));
    // The new one first: there is always something to show. Where we show nothing, what others have enabled is theirs.
    for (const { asset_id, is_enabled, name } of assets)
      if (asset_id !== shown?.id && is_enabled && (shown ?? isOurs(name)))
        await ask('PATCH', `assets/${asset_id}`, { is_enabled: false });
    // What is on would else have its whole time.
    if (shown?.isNews === true) await ask('GET', `assets/control/asset&${shown.id}`);
    const ours = assets.filter(({ asset_id, name }) => asset_id !== shown?.id && isOurs(name));
    for (const { asset_id } of ours.slice(0, Math.max(0, ours.length - MOST_KEPT)))
      await ask('DELETE', `assets/${asset_id}`);
  }
}

const isOurs = (name: string | null): boolean => name?.startsWith(OURS) === true;
/** Times without a zone are UTC there; NaN where it is none. */
const endOf = ({ end_date }: Asset): number =>
  Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(end_date ?? '') ? (end_date ?? '') : `${end_date}Z`);

type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

async function enabled(
  ask: Ask,
  assets: readonly Asset[],
  { uri, kind, name, untilTs }: TargetAsset,
): Promise<{ id: string; isNews: boolean }> {
  const span = { start_date: LONG_AGO, end_date: new Date(untilTs).toISOString(), is_enabled: true };
  const same = assets.find((one) => one.uri === uri && isOurs(one.name));
  if (same) {
    const isOn = same.is_enabled && same.is_active;
    if (!isOn || !(endOf(same) > untilTs - RENEW_MS)) await ask('PATCH', `assets/${same.asset_id}`, span);
    return { id: same.asset_id, isNews: !isOn };
  }
  const duration = kind === 'video' ? 0 : SECONDS;
  const made = await ask('POST', 'assets', {
    ...{ ...span, uri, duration, mimetype: kind, name: `${OURS}${name}` },
    ...{ nocache: false, play_order: 0, skip_asset_check: true },
  });
  return { id: known(Made.check(made)).asset_id, isNews: true };
}

function known<T>(checked: { ok: true; value: T } | { ok: false }): T {
  if (!checked.ok) throw new TargetError('targetRefused', 0);
  return checked.value;
}

function asker({ url, username, password }: ScreenTarget, ending: AbortSignal): Ask {
  const base = `${url.replace(/[?#].*$/, '').replace(/\/+$/, '')}/api/v2/`;
  const login =
    username === undefined ? undefined : Buffer.from(`${username}:${password ?? ''}`, 'utf8').toString('base64');
  return async (method, path, body) => {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(base + path, {
        method,
        // The login is for this address and no other.
        redirect: 'manual',
        signal: AbortSignal.any([ending, AbortSignal.timeout(ANSWER_MS)]),
        headers: {
          accept: 'application/json',
          ...(login !== undefined && { authorization: `Basic ${login}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      text = await textOf(answer);
    } catch (error) {
      throw error instanceof TargetError ? error : new TargetError('targetUnreachable', 0);
    }
    const { status } = answer;
    if (status === 401 || status === 403) throw new TargetError('targetDenied', status);
    // Somebody has deleted it meanwhile: so much the better.
    if (status === 404 && method === 'DELETE') return undefined;
    if (!answer.ok) throw new TargetError('targetRefused', status);
    try {
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    } catch {
      throw new TargetError('targetRefused', status);
    }
  };
}

async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new TargetError('targetRefused', answer.status);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
