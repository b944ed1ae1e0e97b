/** The live page: the newest picture with boxes, tracks, foot points and zones, all of one moment. Built for browsers. */
import { fitHomography, resized, type Homography } from '../domain/floor/homography.js';
import type { CameraDetail, SeenPerson, ViewHead } from '../http/camera-api.js';
import { SignedOut, fetchView, find, pageData, type View } from './page.js';
import { gridInPicture, zonesInPicture } from './projection.js';
import { named, word } from './words.js';

const camera: CameraDetail = pageData();
const canvas = find<HTMLCanvasElement>('#picture');
const note = find<HTMLElement>('#note');
const shows = {
  boxes: find<HTMLInputElement>('#boxes'),
  zones: find<HTMLInputElement>('#zones'),
  grid: find<HTMLInputElement>('#grid'),
};
const calibrated = homographyOf();
let last: (View & { picture: ImageBitmap }) | undefined;
let running = false;
/** The agent answers within two seconds, with a picture or without: one that is silent for longer is gone. */
const PATIENCE_MS = 4000;

for (const box of Object.values(shows)) box.addEventListener('change', () => last && draw(last.head, last.picture));
new ResizeObserver(() => last && draw(last.head, last.picture)).observe(canvas);
document.addEventListener('visibilitychange', () => void follow());
void follow();

function homographyOf(): Homography | undefined {
  try {
    return camera.calibrationValue ? fitHomography(camera.calibrationValue) : undefined;
  } catch {
    return undefined;
  }
}

/** Asks for one picture after the other, for as long as somebody looks. */
async function follow(): Promise<void> {
  if (running) return;
  running = true;
  let seq = 0;
  while (document.visibilityState === 'visible') {
    try {
      const view = await fetchView(camera.id, seq, AbortSignal.timeout(PATIENCE_MS));
      document.body.classList.remove('old');
      seq = view.head.seq;
      figures(view.head);
      if (view.picture) {
        last?.picture.close();
        last = { ...view, picture: view.picture };
        draw(view.head, view.picture);
        say('');
      } else if (view.head.status.trouble) say(named(view.head.status.troubleWords));
      else if (view.head.status.state !== 'online' || !last) say(word('waitingPicture'));
    } catch (error) {
      if (error instanceof SignedOut) {
        say(word('signedOut'));
        running = false;
        return;
      }
      document.body.classList.add('old');
      say(word('lost'));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  say(word('pausedHidden'));
  running = false;
}

function say(text: string): void {
  if (note.textContent === text) return;
  note.textContent = text;
  note.hidden = text === '';
}

function figures({ status, people, ts }: ViewHead): void {
  const set = (id: string, text: string) => {
    const element = find<HTMLElement>(`#${id}`);
    if (element.textContent !== text) element.textContent = text;
    return element;
  };
  const { camera: counts } = status;
  set('state', word(status.state)).className = `state ${status.state === 'online' ? 'good' : 'bad'}`;
  set('source', counts ? word(counts.source) : word('noPictures'));
  set('trouble', named(status.troubleWords));
  const count = people.filter(({ confirmed, staff }) => confirmed && !staff).length;
  // of a camera that is silent nobody knows who stands before it now
  set('people', status.state === 'online' ? String(count) : '–');
  if (ts !== null) set('time', new Date(ts).toLocaleTimeString(document.documentElement.lang, { hourCycle: 'h23' }));
  if (!counts) return;
  set('rate', String(counts.framesPerSecond));
  set('latency', counts.latencyMs ? `${counts.latencyMs.p50} · ${counts.latencyMs.p95} ms` : '–');
  for (const name of ['received', 'processed', 'dropped', 'refused'] as const)
    set(name, counts[name].toLocaleString(document.documentElement.lang));
  set('model', counts.model);
}

function draw({ people }: ViewHead, picture: ImageBitmap): void {
  const { width, height } = picture;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  if (!pen) return;
  // Lines and letters keep their size on the screen, whatever the picture's.
  const unit = width / Math.max(1, canvas.clientWidth);
  pen.drawImage(picture, 0, 0);
  const homography = calibrated && resized(calibrated, width, height);
  if (homography && shows.grid.checked) {
    pen.strokeStyle = 'rgb(255 255 255 / .4)';
    pen.lineWidth = unit;
    for (const line of gridInPicture(homography, camera.plan)) trace(pen, line, false);
  }
  if (homography && shows.zones.checked) {
    for (const { id, outline } of zonesInPicture(homography, camera.plan)) {
      const busy = people.some(({ zoneIds }) => zoneIds.includes(id));
      pen.strokeStyle = '#35e0c8';
      pen.fillStyle = busy ? 'rgb(53 224 200 / .22)' : 'rgb(53 224 200 / .07)';
      pen.lineWidth = (busy ? 2.5 : 1.5) * unit;
      trace(pen, outline, true);
      const middle = centreInside(outline, width, height);
      const zone = camera.plan.zones.find((entry) => entry.id === id);
      if (middle && zone) letters(pen, named(zone.name), middle[0], middle[1], 12 * unit, '#eafffb');
    }
  }
  if (shows.boxes.checked) for (const person of people) drawPerson(pen, person, unit);
}

function drawPerson(pen: CanvasRenderingContext2D, person: SeenPerson, unit: number): void {
  const { box, foot, trackId, confirmed, staff, score } = person;
  const colour = staff ? '#9db0ff' : '#ffb000';
  pen.strokeStyle = colour;
  pen.lineWidth = (confirmed ? 2 : 1) * unit;
  pen.setLineDash(confirmed ? [] : [4 * unit, 4 * unit]);
  pen.strokeRect(...box);
  pen.setLineDash([]);
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(foot[0], foot[1], 4 * unit, 0, 2 * Math.PI);
  pen.fill();
  pen.strokeStyle = '#10130f';
  pen.lineWidth = unit;
  pen.stroke();
  const name = trackId === null ? `${Math.round(score * 100)} %` : trackId;
  const size = 12 * unit;
  pen.font = `600 ${size}px system-ui, sans-serif`;
  const wide = pen.measureText(name).width + 8 * unit;
  const top = Math.max(0, box[1] - size - 5 * unit);
  pen.fillStyle = colour;
  pen.fillRect(box[0] - unit, top, wide, size + 5 * unit);
  pen.fillStyle = '#10130f';
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(name, box[0] + 3 * unit, top + size / 2 + 2.5 * unit);
}

function trace(pen: CanvasRenderingContext2D, line: readonly (readonly [number, number])[], closed: boolean): void {
  pen.beginPath();
  line.forEach(([x, y], index) => (index === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  if (closed) {
    pen.closePath();
    pen.fill();
  }
  pen.stroke();
}

function letters(
  pen: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  size: number,
  colour: string,
): void {
  pen.font = `600 ${size}px system-ui, "Noto Sans CJK SC", sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.strokeStyle = 'rgb(0 0 0 / .65)';
  pen.lineWidth = size / 4;
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

/** The middle of what can be seen of an outline. */
function centreInside(
  outline: readonly (readonly [number, number])[],
  width: number,
  height: number,
): [number, number] | undefined {
  const xs = outline.map(([x]) => Math.min(width, Math.max(0, x)));
  const ys = outline.map(([, y]) => Math.min(height, Math.max(0, y)));
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return right - left < width / 20 || bottom - top < height / 20 ? undefined : [(left + right) / 2, (top + bottom) / 2];
}
