import { describe, expect, it } from 'vitest';
import { caller, type Fetch } from '../../src/lib/api/call.js';
import { ApiClient, ApiError } from '../../src/lib/api/client.js';
import { problemWords } from '../../src/lib/components/problem-words.js';
import { translate, type Locale, type MessageKey, type Params } from '../../src/lib/i18n/translate.js';

const SPAN = { fromMs: Date.UTC(2026, 2, 1, 9), toMs: Date.UTC(2026, 2, 1, 10) };
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

/** A cloud that answers each call with the same, and remembers what it was asked. */
function cloud(answer: () => Response | Promise<Response>) {
  const asked: { input: string; init: RequestInit }[] = [];
  let signedOut = 0;
  const fetch: Fetch = async (input, init = {}) => {
    asked.push({ input, init });
    return answer();
  };
  const ended = () => void (signedOut += 1);
  return {
    asked,
    signedOut: () => signedOut,
    call: caller(fetch, ended),
    client: new ApiClient(fetch, ended),
  };
}
const failure = async (task: Promise<unknown>): Promise<unknown> =>
  task.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a call of the API', () => {
  it('goes to the address of its operation, with every part of it encoded', async () => {
    const { client, asked } = cloud(() => json(200, []));
    await client.plays('shop/1', 'screen 2', SPAN);
    await client.footfall('shop', SPAN, 'all');
    await client.stores();
    expect(asked.map(({ input }) => input)).toEqual([
      '/api/v1/stores/shop%2F1/screens/screen%202/plays?from=2026-03-01T09%3A00%3A00.000Z&to=2026-03-01T10%3A00%3A00.000Z',
      '/api/v1/stores/shop/footfall?from=2026-03-01T09%3A00%3A00.000Z&to=2026-03-01T10%3A00%3A00.000Z&bucket=all',
      '/api/v1/stores',
    ]);
  });

  it('has an address that a browser may fetch by itself', () => {
    const { client, asked } = cloud(() => json(200, []));
    expect(client.versionAddress('shop/1', 3)).toBe('/api/v1/stores/shop%2F1/versions/3?format=yaml');
    expect(asked).toEqual([]);
  });

  it('leaves out what is not asked for, and sends a body as JSON with the session’s cookie', async () => {
    const { call, client, asked } = cloud(() => json(202, { slotId: 's', knownGrams: 5, requestedTs: 1 }));
    await call('listAlerts', { path: { storeId: 'shop' }, query: {} });
    await client.tare('shop', 's', 5);
    expect(asked[0]).toMatchObject({ input: '/api/v1/stores/shop/alerts', init: { method: 'GET', headers: {} } });
    expect(asked[0]?.init).not.toHaveProperty('body');
    expect(asked[1]).toMatchObject({
      input: '/api/v1/stores/shop/slots/s/tare',
      init: { method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/json' } },
    });
    expect(JSON.parse(asked[1]?.init.body as string)).toEqual({ knownGrams: 5 });
  });

  it('tells a refusal by its code and field', async () => {
    const { client } = cloud(() => json(400, { error: { code: 'invalid', message: 'is bad', field: 'antennas[0]' } }));
    const error = await failure(client.enrol('shop', { id: 'a', family: 'shelf', dialect: 'aisle' }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: 'invalid', message: 'is bad', field: 'antennas[0]' });
  });

  it('words a refusal in the language of the page, by its code and values', async () => {
    const told = { code: 'namesNo', values: { what: 'zone', id: 'z-9' } };
    const message = 'zone names no zone: "z-9"';
    const asked = async (error: object, status = 400) => {
      const { client } = cloud(() => json(status, { error }));
      return (await failure(client.stores())) as ApiError;
    };
    const words = (locale: Locale) => ({
      locale,
      t: (key: MessageKey, params?: Params) => translate(locale, key, params),
    });
    const known = await asked({ code: 'invalid', message, field: 'zone', problem: told });
    expect(problemWords(words('zh'), known)).toBe('zone：没有这个区域：“z-9”');
    expect(problemWords(words('en'), known)).toBe('zone: names no zone: "z-9"');
    const older = await asked({ code: 'invalid', message, field: 'zone' });
    expect(problemWords(words('zh'), older)).toBe(message);
    const newer = await asked({ code: 'invalid', message: 'is odd', problem: { code: 'fromLater', values: {} } });
    expect(problemWords(words('zh'), newer)).toBe('is odd');
    const noStore = { code: 'noSuch', values: { what: 'store' } };
    expect(problemWords(words('zh'), await asked({ code: 'notFound', message: '', problem: noStore }, 404))).toBe(
      translate('zh', 'error.unknownStore'),
    );
  });

  it('tells a refusal without a readable body by its status', async () => {
    const { client } = cloud(() => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
    expect(await failure(client.stores())).toMatchObject({ status: 502, code: 'unknown', message: 'Bad Gateway' });
  });

  it('tells a server out of reach by status 0, but an abort as it is', async () => {
    const unreachable = cloud(() => Promise.reject(new TypeError('failed to fetch')));
    expect(await failure(unreachable.client.stores())).toMatchObject({ status: 0, code: 'network' });
    const stop = new AbortController();
    const aborted = cloud(() => Promise.reject(stop.signal.reason));
    stop.abort(new Error('another page'));
    expect(await failure(aborted.client.stores(stop.signal))).toBe(stop.signal.reason);
    expect(aborted.asked[0]?.init.signal).toBe(stop.signal);
  });

  it('says that the session has ended, unless the question was whether there is one', async () => {
    const { client, signedOut } = cloud(() => json(401, { error: { code: 'unauthorised', message: 'who?' } }));
    expect(await failure(client.session())).toMatchObject({ status: 401, code: 'unauthorised' });
    expect(await failure(client.signIn('a@b.test', 'x'))).toMatchObject({ status: 401 });
    expect(signedOut()).toBe(0);
    expect(await failure(client.stores())).toMatchObject({ status: 401 });
    expect(signedOut()).toBe(1);
  });
});
