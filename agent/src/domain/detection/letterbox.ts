/** How a picture lies in a model's input: `picture = (input − offset) × scale`, per axis. */
export interface Letterbox {
  /** size that the picture is scaled to, whole pixels of the input */
  width: number;
  height: number;
  /** where its upper left corner lies in the input, whole pixels */
  left: number;
  top: number;
  /** pixels of the picture per pixel of the input */
  scaleX: number;
  scaleY: number;
}

/**
 * top-left: scaled with its proportions, in the upper left corner; centre: the same, in the middle; stretch: fills the
 * input, proportions are lost.
 */
export type Fit = 'top-left' | 'centre' | 'stretch';

export function letterbox(
  fit: Fit,
  inputWidth: number,
  inputHeight: number,
  pictureWidth: number,
  pictureHeight: number,
): Letterbox {
  let width = inputWidth;
  let height = inputHeight;
  if (fit !== 'stretch') {
    const ratio = Math.min(inputWidth / pictureWidth, inputHeight / pictureHeight);
    width = Math.max(1, Math.min(inputWidth, Math.round(pictureWidth * ratio)));
    height = Math.max(1, Math.min(inputHeight, Math.round(pictureHeight * ratio)));
  }
  return {
    width,
    height,
    left: fit === 'centre' ? Math.floor((inputWidth - width) / 2) : 0,
    top: fit === 'centre' ? Math.floor((inputHeight - height) / 2) : 0,
    scaleX: pictureWidth / width,
    scaleY: pictureHeight / height,
  };
}

/**
 * The input for a picture of other proportions: as many pixels as `width` × `height`, as near as multiples of `multiple` come,
 * in the picture's own proportions.
 */
export function inputSizeFor(
  input: { width: number; height: number; multiple?: number },
  pictureWidth: number,
  pictureHeight: number,
): { width: number; height: number } {
  const { width, height, multiple } = input;
  if (multiple === undefined) return { width, height };
  const scale = Math.sqrt((width * height) / (pictureWidth * pictureHeight));
  // A strip of a picture would become a strip of an input that is longer than any model takes.
  const side = (pixels: number) => Math.min(MOST_SIDE, Math.max(1, Math.round((pixels * scale) / multiple))) * multiple;
  return { width: side(pictureWidth), height: side(pictureHeight) };
}
/** Multiples on a side, at most. */
const MOST_SIDE = 64;
