import type { Point, Side } from './pairs.js';

const SVG = 'http://www.w3.org/2000/svg';

/** An SVG element with attributes and children. */
export function draw(
  name: string,
  attributes: Record<string, string | number> = {},
  ...children: (Node | string)[]
): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}
export const path = (points: readonly (readonly [number, number])[], closed: boolean): string =>
  points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(3)} ${y.toFixed(3)}`).join('') +
  (closed ? 'Z' : '');

export interface SurfaceEvents {
  place(side: Side, at: Point, byKeyboard: boolean): void;
  choose(index: number | undefined, side: Side): void;
  move(index: number, side: Side, at: Point): void;
  remove(): void;
  /** where somebody points just now, for the loupe; undefined: nowhere */
  point(side: Side, at: Point | undefined): void;
}

export interface Mark {
  index: number;
  at: Point;
  chosen: boolean;
  pending: boolean;
  /** where the calibration puts it */
  fitted?: Point | undefined;
}

/** A picture or a plan on which points are set: by mouse, by finger, and by keyboard with a cross. */
export class Surface {
  readonly svg: SVGSVGElement;
  #size: Point = [1, 1];
  #cross: Point = [0, 0];
  #marks: readonly Mark[] = [];
  #behind: readonly SVGElement[] = [];
  #dragged: number | undefined;
  #keyboard = false;

  /** @param fine one step of an arrow key for a point, in units of the surface; for the cross ten of them */
  constructor(
    private readonly root: HTMLElement,
    private readonly side: Side,
    private readonly fine: number,
    private readonly events: SurfaceEvents,
  ) {
    this.svg = draw('svg', { preserveAspectRatio: 'xMidYMid meet' }) as SVGSVGElement;
    root.append(this.svg);
    this.svg.addEventListener('pointerdown', (event) => this.#down(event));
    this.svg.addEventListener('pointermove', (event) => this.#moved(event));
    this.svg.addEventListener('pointerup', (event) => this.#up(event));
    this.svg.addEventListener('pointercancel', () => this.#end());
    this.svg.addEventListener(
      'pointerleave',
      () => this.#dragged === undefined && this.events.point(this.side, undefined),
    );
    root.addEventListener('keydown', (event) => this.#key(event));
    root.addEventListener('blur', () => this.events.point(this.side, undefined));
    new ResizeObserver(() => this.#render()).observe(root);
  }

  /** @param margin around the content, in its units */
  resize(width: number, height: number, margin = 0): void {
    this.#size = [width, height];
    this.#cross = [width / 2, height / 2];
    this.svg.setAttribute('viewBox', `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`);
    this.#render();
  }

  /** Units of the surface per pixel of the screen. */
  get unit(): number {
    const box = this.svg.viewBox.baseVal;
    return box && this.svg.clientWidth > 0 ? box.width / this.svg.clientWidth : 1;
  }

  show(marks: readonly Mark[], behind: readonly SVGElement[]): void {
    this.#marks = marks;
    this.#behind = behind;
    this.#render();
  }

  focus(): void {
    this.#keyboard = true;
    this.root.focus();
    this.#render();
  }

  #render(): void {
    const { unit } = this;
    const r = 9 * unit;
    const marks = this.#marks.flatMap(({ index, at, chosen, pending, fitted }) => {
      const group = draw(
        'g',
        { class: `point${chosen ? ' chosen' : ''}${pending ? ' ghost' : ''}`, 'data-index': index },
        draw('circle', { class: 'halo', cx: at[0], cy: at[1], r: r * 2.4 }),
        draw('circle', { class: 'dot', cx: at[0], cy: at[1], r }),
        draw('text', { x: at[0], y: at[1], 'font-size': 11 * unit }, String(index + 1)),
      );
      const far = fitted && Math.hypot(fitted[0] - at[0], fitted[1] - at[1]) > r / 2;
      return far ? [draw('path', { class: 'miss', d: path([at, fitted], false) }), group] : [group];
    });
    const cross: SVGElement[] = [];
    if (this.#keyboard && document.activeElement === this.root && !this.#marks.some(({ chosen }) => chosen)) {
      const [x, y] = this.#cross;
      const arm = 14 * unit;
      cross.push(draw('path', { class: 'cross', d: `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}` }));
    }
    this.svg.replaceChildren(...this.#behind, ...marks, ...cross);
  }

  #at(event: PointerEvent): Point {
    const matrix = this.svg.getScreenCTM();
    if (!matrix) return [0, 0];
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [x, y];
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#keyboard = false;
    const group = (event.target as Element).closest<SVGGElement>('g.point');
    if (!group) return;
    this.#dragged = Number(group.dataset['index']);
    this.svg.setPointerCapture(event.pointerId);
    this.events.choose(this.#dragged, this.side);
  }

  #moved(event: PointerEvent): void {
    const at = this.#at(event);
    if (this.#dragged !== undefined) this.events.move(this.#dragged, this.side, at);
    if (event.pointerType === 'mouse' || this.#dragged !== undefined) this.events.point(this.side, at);
  }

  #up(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#dragged === undefined) this.events.place(this.side, this.#at(event), false);
    this.#end();
  }

  #end(): void {
    this.#dragged = undefined;
    this.events.point(this.side, undefined);
  }

  #key(event: KeyboardEvent): void {
    const direction = ARROWS[event.key];
    const chosen = this.#marks.find((mark) => mark.chosen);
    if (direction) {
      this.#keyboard = true;
      const step = this.fine * (event.shiftKey ? 10 : 1) * (chosen ? 1 : 10);
      const from = chosen?.at ?? this.#cross;
      const [w, h] = this.#size;
      const to: Point = [
        Math.min(w, Math.max(0, from[0] + direction[0] * step)),
        Math.min(h, Math.max(0, from[1] + direction[1] * step)),
      ];
      this.#cross = to;
      if (chosen) this.events.move(chosen.index, this.side, to);
      this.events.point(this.side, to);
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.#keyboard = true;
      if (chosen && !chosen.pending) this.events.choose(undefined, this.side);
      else if (!chosen) this.events.place(this.side, [...this.#cross], true);
    } else if (event.key === 'Delete' || event.key === 'Backspace') this.events.remove();
    else if (event.key === 'Escape') this.events.choose(undefined, this.side);
    else return;
    event.preventDefault();
    this.#render();
  }
}

const ARROWS: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
