/** What a browser says of the page that asks: no script can set these headers. */
export interface Asking {
  'sec-fetch-site'?: string | undefined;
  origin?: string | undefined;
}

/**
 * Whether it is a page of another origin that asks. SameSite cookies do not keep out pages of another port of the same host, nor of
 * another name of the same site. Programs send neither header.
 * @param host name and port by which we are asked, as the browser knows it
 */
export function isForeignPage(asking: Asking, host: string | undefined): boolean {
  const site = asking['sec-fetch-site'];
  // "none": typed, or a bookmark. A browser that says "same-origin" has compared scheme, name and port itself.
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (asking.origin === undefined) return false;
  try {
    return new URL(asking.origin).host !== host;
  } catch {
    return true;
  }
}
