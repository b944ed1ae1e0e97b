import { MOST_PICTURE_BYTES, lookAtPicture, type PictureRefusal } from '../figures/plan-picture.js';

/** A plan to draw over: a picture of the browser's own making, of so many pixels at most along its longer side. */
export interface Underlay {
  url: string;
  width: number;
  height: number;
}
const LONGEST = 2400;

/**
 * Reads a PNG, JPEG, SVG or the first page of a PDF and draws it anew, so that what is shown is pixels and nothing else. It stays in
 * this browser. The address is to be revoked when it is no longer shown.
 */
export async function readUnderlay(file: Blob): Promise<Underlay | PictureRefusal> {
  if (file.size > MOST_PICTURE_BYTES) return 'bytes';
  const bytes = new Uint8Array(await file.arrayBuffer());
  const looked = lookAtPicture(bytes);
  if (typeof looked === 'string') return looked;
  try {
    if (looked.kind === 'pdf') return await firstPage(bytes);
    const type = { png: 'image/png', jpeg: 'image/jpeg', svg: 'image/svg+xml' }[looked.kind];
    // as an image an SVG runs no script and fetches nothing
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    try {
      const image = new Image();
      image.src = url;
      await image.decode();
      const [width, height] = [image.naturalWidth || 1000, image.naturalHeight || 1000];
      return await asPixels(
        width,
        height,
        (context, w, h) => context.drawImage(image, 0, 0, w, h),
        looked.kind === 'svg',
      );
    } finally {
      URL.revokeObjectURL(url);
    }
  } catch {
    return 'broken';
  }
}

async function asPixels(
  width: number,
  height: number,
  draw: (context: CanvasRenderingContext2D, width: number, height: number) => void | Promise<void>,
  grows = false,
): Promise<Underlay> {
  const longest = Math.max(width, height);
  const scale = longest > LONGEST || grows ? LONGEST / longest : 1;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  await draw(context, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('no picture');
  return { url: URL.createObjectURL(blob), width: canvas.width, height: canvas.height };
}

async function firstPage(data: Uint8Array): Promise<Underlay> {
  const [{ getDocument, GlobalWorkerOptions }, { default: Worker }] = await Promise.all([
    import('pdfjs-dist'),
    import('pdfjs-dist/build/pdf.worker.min.mjs?worker'),
  ]);
  const worker = new Worker();
  GlobalWorkerOptions.workerPort = worker;
  const loading = getDocument({ data, isEvalSupported: false, enableXfa: false, disableFontFace: true });
  try {
    const page = await (await loading.promise).getPage(1);
    const size = page.getViewport({ scale: 1 });
    return await asPixels(
      size.width,
      size.height,
      async (canvasContext, width) => {
        const viewport = page.getViewport({ scale: width / size.width });
        await page.render({ canvas: canvasContext.canvas, canvasContext, viewport, intent: 'print' }).promise;
      },
      true,
    );
  } finally {
    await loading.destroy();
    worker.terminate();
    GlobalWorkerOptions.workerPort = null;
  }
}
