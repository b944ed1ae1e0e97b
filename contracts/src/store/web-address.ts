/** Most characters of an address; browsers and proxies in between take no more for granted. */
const LONGEST = 2048;
/** What a parser would take out or turn round in silence: blanks, control characters, backslashes. */
const DOUBTFUL = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff\\]/;
/** A host as a policy may name it: a wildcard or a semicolon would say something else there. */
const HOST = /^([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])$/;

/**
 * An address that a screen may be told to open: http or https, parsed, without user and password. Anything else (`javascript:`,
 * `data:`, `file:`, a path) is none.
 */
export function webAddress(text: string): URL | undefined {
  if (text.length > LONGEST || DOUBTFUL.test(text) || !/^https?:\/\/[^/]/i.test(text)) return undefined;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const isPlain = (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
  return isPlain && HOST.test(url.hostname) && !/^https?:\/\/[^/?#]*@/i.test(text) ? url : undefined;
}
