export const SESSION_COOKIE = 'aisle_session';

/** The session token in a Cookie header. */
export function sessionFrom(header: string | undefined): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [name, ...value] = part.trim().split('=');
    if (name === SESSION_COOKIE && value.length > 0) return value.join('=').replace(/^"(.*)"$/, '$1');
  }
  return undefined;
}

/** HttpOnly: no script reads it. Strict: no other site sends it. Secure wherever the page came by https. */
export function sessionCookie(token: string, maxAgeSeconds: number, secure: boolean): string {
  return `${SESSION_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
}
