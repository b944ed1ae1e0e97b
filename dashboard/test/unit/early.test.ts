import { describe, expect, it } from 'vitest';
import { withEarly } from '../../src/lib/api/early.js';

const answer = (text: string, status = 200): Promise<Response> => Promise.resolve(new Response(text, { status }));
const SESSION = '/api/v1/session';
const STORES = '/api/v1/stores';

describe('what was asked for before the program was there', () => {
  const asked: string[] = [];
  const fetch = (input: string): Promise<Response> => {
    asked.push(input);
    return answer(`anew ${input}`);
  };
  const text = async (response: Promise<Response>): Promise<string> => (await response).text();

  it('is the first answer to its call, and to no other', async () => {
    asked.length = 0;
    const call = withEarly({ answers: { [STORES]: answer('early') }, over: false }, fetch);
    expect(await text(call(STORES, { method: 'POST' }))).toBe(`anew ${STORES}`);
    expect(await text(call(STORES, { method: 'GET' }))).toBe('early');
    expect(await text(call(STORES, { method: 'GET' }))).toBe(`anew ${STORES}`);
    expect(await text(call('/api/v1/users'))).toBe('anew /api/v1/users');
    expect(await text(withEarly(undefined, fetch)(STORES))).toBe(`anew ${STORES}`);
  });

  it('is asked for again where it failed, or could not be had', async () => {
    const broken = Promise.reject<Response>(new TypeError('offline'));
    broken.catch(() => undefined);
    const call = withEarly({ answers: { [STORES]: answer('', 500), [SESSION]: broken }, over: false }, fetch);
    expect(await text(call(STORES))).toBe(`anew ${STORES}`);
    expect(await text(call(SESSION))).toBe(`anew ${SESSION}`);
  });

  it('says at once that nobody is signed in; what was asked in nobody’s name is asked for again by who signs in', async () => {
    asked.length = 0;
    const call = withEarly(
      { answers: { [SESSION]: answer('', 401), [STORES]: answer('nobody’s') }, over: false },
      fetch,
    );
    expect((await call(SESSION)).status).toBe(401);
    expect(asked).toEqual([]);
    expect(await text(call(SESSION))).toBe(`anew ${SESSION}`);
    expect(await text(call(STORES))).toBe(`anew ${STORES}`);
  });

  it('is over once the program is there, which then asks for what comes next itself', async () => {
    const early = { answers: { [STORES]: answer('early') }, over: false };
    withEarly(early, fetch);
    expect(early).toMatchObject({ over: true });
  });

  it('is not given to who no longer wants it', async () => {
    const call = withEarly({ answers: { [STORES]: answer('early') }, over: false }, fetch);
    const gone = new AbortController();
    gone.abort();
    await expect(call(STORES, { signal: gone.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
