/** The calibration page: points on a still, the same points on the plan. The still is in this page's memory only. */
import type { CameraDetail, SavedCalibration } from '../http/camera-api.js';
import { Loupe } from './loupe.js';
import { SignedOut, fetchView, find, pageData } from './page.js';
import { Pairs, yamlOf, type Side, type Verdict } from './pairs.js';
import { planShapes } from './plan-drawing.js';
import { gridInPicture, inPicture, onPlan, pictureOnPlan, zonesInPicture } from './projection.js';
import { Surface, draw, path, type Mark, type SurfaceEvents } from './surface.js';
import { tableOf, verdictWords } from './report.js';
import { named, word } from './words.js';

const camera: CameraDetail = pageData();
const pairs = new Pairs();
const said = find<HTMLElement>('#said');
const buttons = {
  save: find<HTMLButtonElement>('#save'),
  reset: find<HTMLButtonElement>('#reset'),
  still: find<HTMLButtonElement>('#still'),
  copy: find<HTMLButtonElement>('#copy'),
};
const shows = { zones: find<HTMLInputElement>('#zones'), grid: find<HTMLInputElement>('#grid') };
const roots: Record<Side, HTMLElement> = { image: find('#picture'), floor: find('#plan') };
let changed = false;
let inForce = camera.calibration;

const events: SurfaceEvents = {
  place(side, at, byKeyboard) {
    const wasPending = pairs.pending !== undefined;
    pairs.place(side, at);
    touched();
    // By keyboard the other side is next; by mouse nothing but the hint moves.
    if (!wasPending && byKeyboard) surfaces[side === 'image' ? 'floor' : 'image'].focus();
  },
  choose(index, side) {
    pairs.chosen = index === undefined ? undefined : { index, side };
    render();
  },
  move(index, side, at) {
    pairs.move(index, side, at);
    touched();
  },
  remove() {
    if (pairs.chosen) remove(pairs.chosen.index);
  },
  point(side, at) {
    if (side === 'image') loupe.show(at);
  },
};

const still = document.createElement('canvas');
still.className = 'still';
still.width = still.height = 1;
roots.image.append(still);
const surfaces = {
  image: new Surface(roots.image, 'image', 1, events),
  floor: new Surface(roots.floor, 'floor', 0.01, events),
};
const loupe = new Loupe(roots.image, still);
surfaces.floor.resize(camera.plan.width, camera.plan.depth, Math.max(camera.plan.width, camera.plan.depth) * 0.03);
new ResizeObserver(() => render()).observe(document.body);

buttons.still.addEventListener('click', () => void takeStill());
buttons.save.addEventListener('click', () => void save());
buttons.reset.addEventListener('click', () => void reset());
buttons.copy.addEventListener('click', () => void copy());
for (const box of Object.values(shows)) box.addEventListener('change', () => render());
addEventListener('beforeunload', (event) => {
  if (changed) event.preventDefault();
});

if (camera.calibrationValue) {
  pairs.resolution = [...camera.calibrationValue.resolution];
  pairs.load(camera.calibrationValue);
  surfaces.image.resize(...pairs.resolution);
  Object.assign(still, { width: pairs.resolution[0], height: pairs.resolution[1] });
}
render();
void takeStill();

function touched(): void {
  changed = true;
  said.textContent = '';
  said.className = '';
  render();
}

function remove(index: number): void {
  pairs.remove(index);
  touched();
}

/** One picture, kept in this canvas until the next. */
async function takeStill(): Promise<void> {
  buttons.still.disabled = true;
  const step = find<HTMLElement>('#step');
  for (;;) {
    try {
      const { picture, head } = await fetchView(camera.id, 0);
      if (!picture) {
        step.textContent = named(head.status.troubleWords) || word('waitingPicture');
        continue;
      }
      const { width, height } = picture;
      const [w, h] = pairs.resolution;
      if (w !== width || h !== height) {
        if (pairs.list.length > 0 && w > 1) say(word('resized', { w: width, h: height }), true);
        pairs.resize(width, height);
      }
      Object.assign(still, { width, height });
      still.getContext('2d')?.drawImage(picture, 0, 0);
      picture.close();
      surfaces.image.resize(width, height);
      break;
    } catch (error) {
      if (error instanceof SignedOut) return say(word('signedOut'), false);
      step.textContent = word('lost');
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  buttons.still.disabled = false;
  render();
}

function render(): void {
  const verdict = pairs.verdict;
  const fits = verdict.kind === 'fits' ? verdict.homography : undefined;
  const marks = (side: Side): Mark[] =>
    pairs.list.flatMap((pair, index) => {
      const at = pair[side];
      if (!at) return [];
      const other = pair[side === 'image' ? 'floor' : 'image'];
      const fitted = fits && other && (side === 'image' ? inPicture(fits, other) : onPlan(fits, other));
      return [
        {
          index,
          at,
          chosen: pairs.chosen?.index === index,
          pending: !other,
          fitted: fitted && ([...fitted] as [number, number]),
        },
      ];
    });
  const over: SVGElement[] = [];
  if (fits && shows.grid.checked)
    for (const line of gridInPicture(fits, camera.plan))
      over.push(draw('path', { class: 'over gridline', d: path(line, false) }));
  if (fits && shows.zones.checked) {
    for (const { id, outline } of zonesInPicture(fits, camera.plan)) {
      over.push(draw('path', { class: 'over fill', d: path(outline, true) }));
      const zone = camera.plan.zones.find((entry) => entry.id === id);
      const xs = outline.map(([x]) => x);
      const ys = outline.map(([, y]) => y);
      const [x, y] = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
      if (zone && x > 0 && y > 0 && x < still.width && y < still.height)
        over.push(draw('text', { class: 'label', x, y, 'font-size': 12 * surfaces.image.unit }, named(zone.name)));
    }
  }
  surfaces.image.show(still.width > 1 ? marks('image') : [], over);
  const plan = planShapes(camera.plan, surfaces.floor.unit);
  if (fits) plan.push(draw('path', { class: 'sees', d: path(pictureOnPlan(fits), true) }));
  surfaces.floor.show(marks('floor'), plan);
  report(verdict);
}

function report(verdict: Verdict): void {
  const { expected } = pairs;
  if (!buttons.still.disabled)
    find<HTMLElement>('#step').textContent = word(expected === 'floor' ? 'nowPlan' : 'nowPicture');
  for (const side of ['image', 'floor'] as const)
    roots[side].classList.toggle('next', pairs.pending !== undefined && expected === side);
  find('#pairs').replaceChildren(tableOf(pairs, verdict, { choose: (index) => events.choose(index, 'image'), remove }));
  find('#verdict').replaceChildren(...verdictWords(verdict));
  buttons.save.disabled = verdict.kind !== 'fits' || !changed;
  buttons.reset.hidden = inForce !== 'page';
  find<HTMLElement>('#yamlbox').hidden = verdict.kind !== 'fits';
  if (verdict.kind === 'fits') find('#yaml').textContent = yamlOf(pairs.calibration);
}

function say(text: string, good: boolean): void {
  said.textContent = text;
  said.className = good ? 'notice good' : 'notice';
}

async function post(rest: string, body: unknown): Promise<SavedCalibration> {
  const response = await fetch(`/api/cameras/${encodeURIComponent(camera.id)}/calibration${rest}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status === 401) throw new Error(word('signedOut'));
  const answer = (await response.json()) as SavedCalibration & {
    error?: { message: string; words?: { en: string; zh: string } };
  };
  if (!response.ok)
    throw new Error(
      answer.error?.words ? named(answer.error.words) : (answer.error?.message ?? String(response.status)),
    );
  return answer;
}

async function save(): Promise<void> {
  buttons.save.disabled = true;
  try {
    inForce = (await post('', pairs.calibration)).from;
    changed = false;
    say(word('saved'), true);
  } catch (error) {
    say(word('saveFailed', { s: (error as Error).message }), false);
  }
  render();
}

async function reset(): Promise<void> {
  try {
    const { calibration, from } = await post('/reset', {});
    inForce = from;
    changed = false;
    if (calibration) pairs.load(calibration);
    else pairs.list = [];
    say(word(calibration ? 'restored' : 'restoredNone'), true);
  } catch (error) {
    say(word('saveFailed', { s: (error as Error).message }), false);
  }
  render();
}

async function copy(): Promise<void> {
  const text = find<HTMLElement>('#yaml').textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
    buttons.copy.textContent = word('copied');
  } catch {
    // Only secure pages may write there: then it is chosen, ready to be copied by hand.
    getSelection()?.selectAllChildren(find('#yaml'));
  }
}
