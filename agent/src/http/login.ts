import type { Clock } from '../ports/clock.js';
import { SESSION_COOKIE, SESSION_MS, TryLimiter, type Door } from './door.js';
import { PAGE_CSP, escape, sheet, type Words } from './look.js';
import { LANGUAGE_COOKIE } from './request.js';
import { failure, html, json, redirect, type Answer, type Language, type Request, type Routes } from './server.js';

const WORDS = {
  title: { en: 'Sign in', zh: '登录' },
  about: {
    en: 'These pages show what the shop’s cameras see. They are served by the agent in the shop and open to its installers only.',
    zh: '这里显示本店摄像头看到的画面，由店内主机提供，仅供安装维护人员使用。',
  },
  secret: { en: 'Local secret', zh: '本地密钥' },
  hint: {
    en: 'agentLocalSecret in demo-access.json, or what your installer gave you',
    zh: '即 demo-access.json 中的 agentLocalSecret，或由安装人员提供',
  },
  go: { en: 'Sign in', zh: '登录' },
  wrong: { en: 'That secret is not right.', zh: '密钥不正确。' },
  wait: { en: 'Too many tries. Try again in {s} s.', zh: '尝试次数过多，请在 {s} 秒后再试。' },
} as const satisfies Record<string, Words>;

/** `/login`, `/logout`, and the choice of the language. Signing in is a form, so it needs no script. */
export function loginRoutes(door: Door, clock: Clock): Required<Routes> {
  const limiter = new TryLimiter(clock);
  const get = (request: Request): Answer | undefined => {
    if (request.path === '/login')
      return door.lets(request) ? redirect(nextOf(request.query)) : page(request, 200, '', nextOf(request.query));
    if (request.path !== '/language') return undefined;
    const to: Language = request.query.get('to') === 'zh' ? 'zh' : 'en';
    return redirect(nextOf(request.query), {
      'set-cookie': `${LANGUAGE_COOKIE}=${to}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly`,
    });
  };
  const post = (request: Request): Answer | undefined => {
    if (request.path === '/logout') {
      door.close(request.cookies.get(SESSION_COOKIE));
      return redirect('/login', { 'set-cookie': cookie(request, '', 0) });
    }
    if (request.path !== '/login') return undefined;
    const form = formOf(request);
    const say = (status: number, code: string, words: string, headers: Record<string, string> = {}) => {
      const answer = request.wantsPage ? page(request, status, words, nextOf(form)) : failure(status, code, words);
      return { ...answer, headers: { ...answer.headers, ...headers } };
    };
    const wait = limiter.waitSeconds(request.remote);
    if (wait > 0)
      return say(429, 'tooMany', WORDS.wait[request.language].replace('{s}', String(wait)), {
        'retry-after': String(wait),
      });
    if (!door.isLocal(form.get('secret') ?? '')) {
      limiter.failed(request.remote);
      return say(401, 'unauthorized', WORDS.wrong[request.language]);
    }
    limiter.passed(request.remote);
    const headers = { 'set-cookie': cookie(request, door.open(), SESSION_MS / 1000) };
    return request.wantsPage ? redirect(nextOf(form), headers) : { ...json(200, { status: 'ok' }), headers };
  };
  return { get: [get], post: [post] };
}

const cookie = ({ origin }: Request, id: string, seconds: number): string =>
  `${SESSION_COOKIE}=${id}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${origin.startsWith('https:') ? '; Secure' : ''}`;

function formOf({ body }: Request): URLSearchParams {
  const text = body.toString('utf8');
  if (!text.trimStart().startsWith('{')) return new URLSearchParams(text);
  try {
    const { secret } = JSON.parse(text) as { secret?: unknown };
    return new URLSearchParams(typeof secret === 'string' ? { secret } : {});
  } catch {
    return new URLSearchParams();
  }
}

/** Where to go on: a path of ours, never an address. */
function nextOf(query: URLSearchParams): string {
  const next = query.get('next') ?? '/';
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/';
}

function page(request: Request, status: number, problem: string, next: string): Answer {
  const { language } = request;
  const word = (name: keyof typeof WORDS) => WORDS[name][language];
  const body = `<section class="login card"><h1>${word('title')}</h1><p>${word('about')}</p>
${problem ? `<p class="notice" role="alert">${escape(problem)}</p>` : ''}
<form method="post" action="/login"><input type="hidden" name="next" value="${escape(next)}">
<label>${word('secret')}<input type="password" name="secret" required autofocus autocomplete="current-password" aria-describedby="hint"></label>
<p id="hint">${word('hint')}</p><button class="button primary">${word('go')}</button></form></section>`;
  return { ...html(sheet({ title: word('title'), language, path: '/login', body }), PAGE_CSP), status };
}
