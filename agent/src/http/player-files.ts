import { createReadStream } from 'node:fs';
import { compile } from '@aisle/contracts';
import type { Clock } from '../ports/clock.js';
import type { MediaDisk } from '../ports/media.js';
import { PlayerReport, type PlayerReports } from '../screens/media/player-reports.js';
import type { ScreenItems } from '../screens/media/screen-items.js';
import { byteRange } from './byte-range.js';
import { failure, json, type Answer, type Request, type Route } from './server.js';

export interface PlayerFileParts {
  isScreen(deviceId: string): boolean;
  isDevice(deviceId: string, key: string): boolean;
  /** whether this is what the address of a file must hold for a screen of another maker, which can send no key; left out: never */
  isTicket?(deviceId: string, sha256: string, ticket: string): boolean;
  media: {
    items: ScreenItems;
    disk: Pick<MediaDisk, 'pathOf'>;
    keeper: { has(sha256: string): boolean };
    reports: PlayerReports;
  };
  clock: Clock;
}

const reports = compile(PlayerReport);

/** Files of campaigns for the player, each screen those of its own only; and what the player says of itself. */
export function playerFileRoutes(parts: PlayerFileParts): { get: Route; post: Route } {
  const { media, clock } = parts;
  const refused = (screenId: string, secret: string | undefined): Answer | undefined =>
    parts.isScreen(screenId) && secret !== undefined && parts.isDevice(screenId, secret)
      ? undefined
      : failure(401, 'unauthorized', "This needs the screen's key.");
  const get = (request: Request): Answer | undefined => {
    const [, screenId, sha256, ticket] =
      /^\/player\/([^/]+)\/file\/([^/]+?)(?:\/by\/([0-9a-f]+))?$/.exec(request.path) ?? [];
    if (screenId === undefined || sha256 === undefined) return undefined;
    const isTold =
      ticket !== undefined && parts.isScreen(screenId) && parts.isTicket?.(screenId, sha256, ticket) === true;
    const closed = isTold ? undefined : refused(screenId, request.secret);
    if (closed) return closed;
    const file = media.items.itemsOf(screenId, clock.now()).find(({ item }) => item.file?.sha256 === sha256)?.item.file;
    if (!file) return failure(404, 'notFound', 'This screen has no such file.');
    if (!media.keeper.has(sha256)) return failure(503, 'notYet', 'This file is still on its way to the shop.');
    return fileAnswer(request, media.disk.pathOf(sha256), file);
  };
  const post = (request: Request): Answer | undefined => {
    const screenId = /^\/player\/([^/]+)\/report$/.exec(request.path)?.[1];
    if (screenId === undefined) return undefined;
    const closed = refused(screenId, request.secret);
    if (closed) return closed;
    let value: unknown;
    try {
      value = JSON.parse(request.body.toString('utf8'));
    } catch {
      return failure(400, 'json', 'This is not JSON.');
    }
    const checked = reports.check(value);
    if (!checked.ok) return failure(400, 'malformed', checked.problem.message, checked.problem.field);
    media.reports.take(screenId, checked.value);
    return json(200, { now: clock.now() });
  };
  return { get, post };
}

function fileAnswer(
  { range: asked, ifRange }: Request,
  path: string,
  { sha256, type, bytes }: { sha256: string; type: string; bytes: number },
): Answer {
  const tag = `"${sha256}"`;
  const headers = { 'accept-ranges': 'bytes', etag: tag, 'cache-control': 'private, max-age=31536000, immutable' };
  const range = ifRange !== undefined && ifRange !== tag ? undefined : byteRange(asked, bytes);
  if (range === 'none')
    return {
      ...failure(416, 'range', 'The file has no such bytes.'),
      headers: { 'content-range': `bytes */${bytes}` },
    };
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  return {
    status: range ? 206 : 200,
    type,
    headers: { ...headers, ...(range && { 'content-range': `bytes ${start}-${end}/${bytes}` }) },
    body: { bytes: end - start + 1, open: () => createReadStream(path, { start, end, highWaterMark: 1 << 18 }) },
  };
}
