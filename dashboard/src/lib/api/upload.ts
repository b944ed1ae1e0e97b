import { ApiError, errorOf } from './call.js';

export interface Sending {
  /** share of the bytes that have gone out, 0 to 1; at 1 the server looks at them */
  onprogress: (share: number) => void;
  signal: AbortSignal;
}

/**
 * A file by multipart, with its progress: `fetch` tells none of what it sends. @throws ApiError; status 0 and code `aborted` where
 * `signal` said so
 */
export function upload(
  address: string,
  file: File,
  { onprogress, signal }: Sending,
  onSignedOut: () => void,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, file.name);
    const stop = (): void => request.abort();
    request.upload.onprogress = ({ loaded, total }) => onprogress(total > 0 ? loaded / total : 0);
    request.upload.onload = () => onprogress(1);
    request.onload = () => {
      if (request.status === 401) onSignedOut();
      if (request.status < 200 || request.status > 299)
        reject(errorOf(request.status, request.responseText, request.statusText));
      else
        try {
          resolve({ status: request.status, body: JSON.parse(request.responseText) });
        } catch {
          reject(new ApiError(request.status, 'unknown', request.statusText));
        }
    };
    request.onerror = () => reject(new ApiError(0, 'network', 'the server could not be reached'));
    request.onabort = () => reject(new ApiError(0, 'aborted', 'taken back'));
    request.onloadend = () => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop);
    request.open('POST', address);
    request.send(form);
  });
}
