import type { ContentProbe, ContentTrouble } from '../ports/content-probe.js';

/** A page that takes longer to begin is not shown, and asked for again. */
const ANSWER_MS = 8_000;

/** Asks by HTTP, reads what stands before the page, and lets go of the rest. */
export class HttpContentProbe implements ContentProbe {
  async troubleOf(url: URL, player: string): Promise<ContentTrouble | undefined> {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      const answer = await fetch(url, { signal, headers: { accept: 'text/html,*/*' } });
      if (!answer.ok) return 'status';
      if (new URL(answer.url).origin !== url.origin) return 'elsewhere';
      return mayBeHeld(answer.headers, url.origin, player) ? undefined : 'framing';
    } catch {
      return 'unreachable';
    } finally {
      ending.abort();
    }
  }
}

/** CSP's frame-ancestors comes before X-Frame-Options (CSP3 §7.7.1); sources with wildcards are taken for what they say. */
function mayBeHeld(headers: Headers, own: string, player: string): boolean {
  const ancestors = (headers.get('content-security-policy') ?? '')
    .split(/[;,]/)
    .map((directive) => directive.trim().split(/\s+/))
    .filter(([name]) => name?.toLowerCase() === 'frame-ancestors');
  if (ancestors.length > 0)
    return ancestors.every(([, ...sources]) => sources.some((source) => allows(source.toLowerCase(), own, player)));
  const options = headers.get('x-frame-options')?.toUpperCase() ?? '';
  if (options.includes('DENY')) return false;
  return !options.includes('SAMEORIGIN') || own === player;
}

function allows(source: string, own: string, player: string): boolean {
  const { protocol, host, hostname } = new URL(player);
  if (source === '*' || source === protocol) return true;
  if (source === "'self'") return own === player;
  const [, scheme, name = ''] = /^(?:([a-z][a-z0-9+.-]*:)\/\/)?([^/]+)/.exec(source) ?? [];
  if (scheme !== undefined && scheme !== protocol) return false;
  const [bare = '', port] = name.split(/:(?=\d+$|\*$)/);
  if (port !== undefined && port !== '*' && name !== host) return false;
  return bare.startsWith('*.')
    ? hostname.endsWith(bare.slice(1))
    : name === host || (port === '*' && bare === hostname);
}
