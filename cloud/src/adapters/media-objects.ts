import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AwsClient } from 'aws4fetch';
import { StoreError, type ByteRange, type MediaStore } from '../ports/index.js';

export interface ObjectStoreOptions {
  /** where it answers, without the bucket */
  url: string;
  bucket: string;
  /** us-east-1 when left out: what stores without regions expect */
  region?: string;
  prefix?: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * Files of the library in an object store that speaks S3: PutObject, GetObject and DeleteObject by path (AWS S3 API, 2006-03-01), signed by
 * Signature Version 4. The store itself checks each file against its SHA-256, which is part of what is signed.
 */
export class MediaObjects implements MediaStore {
  readonly #client: AwsClient;

  constructor(private readonly options: ObjectStoreOptions) {
    const { accessKeyId, secretAccessKey, region = 'us-east-1' } = options;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 3 });
  }

  async open(): Promise<void> {
    const answer = await this.#ask(`${this.#bucket()}?max-keys=1&list-type=2`, { method: 'GET' });
    await answer.body?.cancel();
    if (!answer.ok) throw this.#refused(answer);
  }

  async put(sha256: string, file: string, bytes: number): Promise<void> {
    const answer = await this.#ask(this.#object(sha256), {
      method: 'PUT',
      // a stream can be sent once: what fails is told, and the caller sends the file again
      body: Readable.toWeb(createReadStream(file)) as unknown as BodyInit,
      headers: { 'content-length': String(bytes), 'x-amz-content-sha256': sha256 },
      duplex: 'half',
    } as RequestInit);
    await answer.body?.cancel();
    if (!answer.ok) throw this.#refused(answer);
  }

  async read(sha256: string, range?: ByteRange): Promise<Readable | undefined> {
    const answer = await this.#ask(this.#object(sha256), {
      method: 'GET',
      ...(range && { headers: { range: `bytes=${range.from}-${range.to}` } }),
    });
    if (answer.ok && answer.body && (!range || answer.status === 206))
      return Readable.fromWeb(answer.body as unknown as ReadableStream);
    await answer.body?.cancel();
    if (answer.status === 404) return undefined;
    throw this.#refused(answer);
  }

  async remove(sha256: string): Promise<void> {
    const answer = await this.#ask(this.#object(sha256), { method: 'DELETE' });
    await answer.body?.cancel();
    if (!answer.ok && answer.status !== 404) throw this.#refused(answer);
  }

  async #ask(url: string, init: RequestInit): Promise<Response> {
    try {
      // signed here and fetched once: the client's own repeats cannot send a stream twice
      const signed = await this.#client.sign(url, init);
      return await fetch(signed.url, { ...init, headers: signed.headers });
    } catch (error) {
      throw new StoreError('unreachable', `the object store at ${this.options.url} does not answer`, { cause: error });
    }
  }

  #bucket(): string {
    return `${this.options.url.replace(/\/+$/, '')}/${encodeURIComponent(this.options.bucket)}`;
  }
  #object(sha256: string): string {
    const prefix = (this.options.prefix ?? '').split('/').map(encodeURIComponent).join('/');
    return `${this.#bucket()}/${prefix}${sha256}`;
  }
  #refused({ status }: Response): StoreError {
    const { url, bucket } = this.options;
    return new StoreError('unreachable', `the object store at ${url} answers ${status} for the bucket ${bucket}`);
  }
}
