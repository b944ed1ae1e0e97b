import { isOnto, type Target } from '../figures/planogram.js';
import type { Cargo } from '../state/plan-draft.svelte.js';

/** A pointer that moved less than this has clicked. */
const CLICK_PX = 5;
/** of a slot's width, at either end: there something goes between slots, not onto one */
const EDGE = 0.22;
const SCROLL_EDGE_PX = 70;

interface Box {
  id: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Where on a level something would lie: onto a slot, or between two. Pixels of the window. */
export function targetOn(level: HTMLElement, x: number, boxes = boxesOf(level)): { target: Target; box: Box } {
  const gap = (index: number, at: number): { target: Target; box: Box } => {
    const { top, bottom } = level.getBoundingClientRect();
    const { fixture = '', level: number = '1' } = level.dataset;
    return {
      target: { fixtureId: fixture, level: Number(number), index },
      box: { id: '', left: at - 2, right: at + 2, top, bottom },
    };
  };
  for (const [index, box] of boxes.entries()) {
    if (x > box.right) continue;
    const edge = (box.right - box.left) * EDGE;
    if (x < box.left + edge) return gap(index, box.left - 1);
    if (x > box.right - edge) return gap(index + 1, box.right + 1);
    return { target: { slotId: box.id }, box };
  }
  const last = boxes.at(-1);
  return gap(boxes.length, last ? last.right + 1 : level.getBoundingClientRect().left + 4);
}

function boxesOf(level: HTMLElement): Box[] {
  return [...level.querySelectorAll<HTMLElement>('[data-slot]')].map((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { id: element.dataset['slot'] ?? '', left, right, top, bottom };
  });
}

/**
 * Dragging by a pointer. While something is dragged no state changes and nothing is drawn anew: a label follows the pointer and a mark
 * shows where it would lie, both moved once a frame; boxes of a level are measured when the pointer first comes to it.
 */
export class PlanDrag {
  #stop: (() => void) | null = null;
  constructor(private readonly ondrop: (cargo: Cargo, target: Target) => void) {}

  get active(): boolean {
    return this.#stop !== null;
  }

  /** To be called as the pointer goes down on what may be dragged; touch taps instead, so that it can scroll. */
  begin(down: PointerEvent, cargo: () => Cargo, label: () => string): void {
    if (down.button !== 0 || down.pointerType === 'touch') return;
    this.#stop?.();
    const known = new Map<HTMLElement, Box[]>();
    let [x, y, frame, aim]: [number, number, number, Target | null] = [down.clientX, down.clientY, 0, null];
    let ghost: HTMLElement | null = null;
    let mark: HTMLElement | null = null;

    const show = (): void => {
      frame = 0;
      if (!ghost || !mark) return;
      ghost.style.transform = `translate(${x + 12}px, ${y + 10}px)`;
      const level = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-level]');
      if (y < SCROLL_EDGE_PX || y > innerHeight - SCROLL_EDGE_PX) {
        scrollBy(0, y < SCROLL_EDGE_PX ? -14 : 14);
        frame = requestAnimationFrame(show);
      }
      mark.hidden = !level;
      if (!level) {
        aim = null;
        return;
      }
      const boxes = known.get(level) ?? boxesOf(level);
      known.set(level, boxes);
      const found = targetOn(level, x, boxes);
      aim = found.target;
      const { left, right, top, bottom } = found.box;
      mark.classList.toggle('onto', isOnto(aim));
      mark.style.transform = `translate(${left}px, ${top}px)`;
      mark.style.width = `${right - left}px`;
      mark.style.height = `${bottom - top}px`;
    };
    const move = (event: PointerEvent): void => {
      [x, y] = [event.clientX, event.clientY];
      if (!ghost) {
        if (Math.hypot(x - down.clientX, y - down.clientY) < CLICK_PX) return;
        ghost = document.body.appendChild(document.createElement('div'));
        ghost.className = 'plan-ghost';
        ghost.textContent = label();
        ghost.setAttribute('aria-hidden', 'true');
        mark = document.body.appendChild(document.createElement('div'));
        mark.className = 'plan-mark';
        document.documentElement.classList.add('plan-dragging');
      }
      frame ||= requestAnimationFrame(show);
    };
    const stop = (): void => {
      cancelAnimationFrame(frame);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', stop);
      removeEventListener('keydown', key, true);
      removeEventListener('scroll', scrolled, true);
      ghost?.remove();
      mark?.remove();
      document.documentElement.classList.remove('plan-dragging');
      this.#stop = null;
    };
    const up = (event: PointerEvent): void => {
      const dragged = ghost !== null;
      [x, y] = [event.clientX, event.clientY];
      if (dragged) show();
      const target = aim;
      stop();
      if (!dragged) return;
      // what was dragged was not clicked
      addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener('click', swallow, true), 0);
      if (target) this.ondrop(cargo(), target);
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      stop();
    };
    const scrolled = (): void => known.clear();
    addEventListener('pointermove', move);
    addEventListener('pointerup', up);
    addEventListener('pointercancel', stop);
    addEventListener('keydown', key, true);
    addEventListener('scroll', scrolled, true);
    this.#stop = stop;
  }
  stop(): void {
    this.#stop?.();
  }
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
