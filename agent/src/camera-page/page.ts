import { AisleError } from '@aisle/contracts';
import type { CameraDetail, ViewHead } from '../http/camera-api.js';

/** An element of the page that is known to be there. */
export function find<E extends Element>(selector: string): E {
  const element = document.querySelector<E>(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return element;
}

/** What the server wrote into the page. */
export const pageData = (): CameraDetail => JSON.parse(find<HTMLElement>('#data').textContent ?? '') as CameraDetail;

export class SignedOut extends AisleError {
  readonly code = 'signedOut';
}

export interface View {
  head: ViewHead;
  /** undefined: no picture came in the time that the agent waited for one */
  picture: ImageBitmap | undefined;
}

/** The newest picture behind `after` with what was found in it. @throws SignedOut when the session has ended */
export async function fetchView(cameraId: string, after: number, signal?: AbortSignal): Promise<View> {
  const response = await fetch(`/api/cameras/${encodeURIComponent(cameraId)}/view?after=${after}`, {
    ...(signal && { signal }),
  });
  if (response.status === 401) throw new SignedOut();
  if (!response.ok) throw new Error(String(response.status));
  const bytes = await response.arrayBuffer();
  const length = new DataView(bytes).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as ViewHead;
  const rest = new Uint8Array(bytes, 4 + length);
  if (rest.length === 0) return { head, picture: undefined };
  return { head, picture: await createImageBitmap(new Blob([rest])) };
}
