/** What keeps secrets out of errors and logs, behind whoever forgot to. */

const MASK = '…';
/** `scheme://user:password@` */
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*:[^\s"']*@/gi;
/** Names of values that are secrets wherever they stand. */
const SECRET_NAME = /pass(word|wd|phrase)?$|secret|token|^authorization$|^(bind|api|private)?_?key$/i;

/** A text without user and password in addresses. */
export const withoutUserinfo = (text: string): string =>
  text.includes('://') && text.includes('@') ? text.replace(USERINFO, `$1${MASK}@`) : text;

/** A value as JSON for a message, its secrets left out. */
export const jsonWithoutSecrets = (value: unknown): string | undefined =>
  JSON.stringify(value, (name, part: unknown) =>
    typeof part === 'string' && SECRET_NAME.test(name) ? MASK : typeof part === 'string' ? withoutUserinfo(part) : part,
  );

/** shorter ones would be found in words that are none */
const LEAST_CHARACTERS = 6;

/** All secrets of a configuration: by their names, and those within addresses, as they are written and as they are sent. */
export function secretsIn(value: unknown): string[] {
  const found = new Set<string>();
  const add = (text: string) => {
    if (text.length >= LEAST_CHARACTERS) found.add(text);
  };
  const visit = (name: string, part: unknown): void => {
    if (typeof part === 'object' && part !== null)
      for (const [key, inner] of Object.entries(part)) visit(Array.isArray(part) ? name : key, inner);
    if (typeof part !== 'string') return;
    if (SECRET_NAME.test(name)) add(part);
    const userinfo = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(part)?.[1];
    const password = userinfo?.slice(userinfo.indexOf(':') + 1);
    if (password === undefined || !userinfo?.includes(':')) return;
    add(password);
    try {
      add(decodeURIComponent(password));
    } catch {
      // as it is written, then
    }
  };
  visit('', value);
  return [...found].sort((a, b) => b.length - a.length);
}

/** Makes a line of a log one without these secrets, without user and password in any address. */
export function scrubber(secrets: readonly string[]): (line: string) => string {
  // within a line of JSON a secret stands with its quotes and backslashes escaped
  const forms = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))];
  return (line) => {
    let clean = withoutUserinfo(line);
    for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, MASK);
    return clean;
  };
}
