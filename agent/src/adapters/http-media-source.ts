import { request as plain, type IncomingMessage } from 'node:http';
import { request as encrypted } from 'node:https';
import { MediaError, type MediaAnswer, type MediaSource } from '../ports/media.js';

export interface MediaAccount {
  username: string;
  password: string;
  /** certificates to trust, PEM; those of the system when undefined */
  ca: string | undefined;
}

/** By HTTP, with the account that the agent has at the cloud's broker. Redirects are not followed: the account is for one place. */
export class HttpMediaSource implements MediaSource {
  constructor(private readonly account: MediaAccount) {}

  async fetch(address: string, from: number, tag: string | undefined, signal: AbortSignal): Promise<MediaAnswer> {
    const continues = from > 0 && tag !== undefined;
    const answer = await this.#ask(address, continues ? { range: `bytes=${from}-`, 'if-range': tag } : {}, signal);
    const { statusCode = 0, headers } = answer;
    const strong = headers.etag?.startsWith('W/') === true ? undefined : headers.etag;
    if (statusCode === 200) return { from: 0, tag: strong, body: bodyOf(answer) };
    if (statusCode === 206 && continues) {
      const start = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
      if (Number(start) === from) return { from, tag, body: bodyOf(answer) };
    }
    answer.destroy();
    // Nothing begins where the rest should: what is here is not of this file any more.
    if (continues && (statusCode === 416 || statusCode === 206)) return this.fetch(address, 0, undefined, signal);
    if (statusCode === 401 || statusCode === 403) throw new MediaError('denied', `answered ${statusCode}`);
    if (statusCode === 404 || statusCode === 410) throw new MediaError('missing', `answered ${statusCode}`);
    throw new MediaError('status', `answered ${statusCode}`);
  }

  #ask(address: string, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
    const { username, password, ca } = this.account;
    const url = new URL(address);
    const ask = url.protocol === 'https:' ? encrypted : plain;
    return new Promise((resolve, reject) => {
      const asked = ask(
        url,
        {
          signal,
          // Basic knows no colon in names (RFC 7617 §2), and agents' names have one.
          headers: {
            ...headers,
            authorization: `Basic ${Buffer.from(`${encodeURIComponent(username)}:${password}`).toString('base64')}`,
          },
          ...(ca !== undefined && { ca }),
        },
        resolve,
      );
      asked.on('error', (error) => reject(new MediaError('unreachable', error.message)));
      asked.end();
    });
  }
}

async function* bodyOf(answer: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of answer) yield chunk as Buffer;
  } catch (error) {
    throw new MediaError('unreachable', (error as Error).message);
  }
}
