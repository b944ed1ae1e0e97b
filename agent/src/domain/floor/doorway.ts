import { crossingOf, type DirectedLine } from '../core/geometry.js';

/**
 * A step over a line counts once the person is this far beyond it, millimetres. Raising it forgives more jitter and counts
 * later, lowering it counts somebody who stands on the line again and again.
 */
const BEYOND_MM = 300;

/** A step over a line that is not certain yet. */
export interface PendingStep {
  lineId: string;
  direction: 1 | -1;
  ts: number;
}

/**
 * Steps over lines by people whose place this agent has worked out itself. It is some centimetres uncertain, so somebody who
 * stands in a doorway changes side with every picture: a step and the step back before it was certain cancel each other. The
 * time is that of the first step. What a camera says itself is taken to the letter and never comes here.
 */
export class Doorway {
  constructor(readonly pending: PendingStep[] = []) {}

  /** One step of the person. `certain` hears of each step over a line that counts from now on. */
  step(
    lines: readonly (DirectedLine & { id: string })[],
    fromX: number,
    fromY: number,
    ts: number,
    x: number,
    y: number,
    certain: (step: PendingStep) => void,
  ): void {
    const { pending } = this;
    for (const line of lines) {
      const direction = crossingOf(line, fromX, fromY, x, y);
      if (direction === 0) continue;
      const at = pending.findIndex((step) => step.lineId === line.id);
      if (at < 0) pending.push({ lineId: line.id, direction, ts });
      else if ((pending[at] as PendingStep).direction !== direction) pending.splice(at, 1);
    }
    for (let at = 0; at < pending.length;) {
      const step = pending[at] as PendingStep;
      const line = lines.find(({ id }) => id === step.lineId);
      if (line && beyond(line, x, y) * step.direction < BEYOND_MM) at += 1;
      else {
        pending.splice(at, 1);
        certain(step);
      }
    }
  }

  /** Lines that are drawn anew: a step over where one was stays made. */
  redraw(isRedrawn: (lineId: string) => boolean, certain: (step: PendingStep) => void): void {
    for (const step of this.pending.filter(({ lineId }) => isRedrawn(lineId))) {
      this.pending.splice(this.pending.indexOf(step), 1);
      certain(step);
    }
  }

  /** The person is not followed any more: where they were last is where they stayed. */
  end(certain: (step: PendingStep) => void): void {
    for (const step of this.pending.splice(0)) certain(step);
  }
}

/** Distance from the (endless) line, millimetres, positive on its inward side. */
function beyond(line: DirectedLine, x: number, y: number): number {
  const dx = line.bx - line.ax;
  const dy = line.by - line.ay;
  return (line.sign * (dx * (y - line.ay) - dy * (x - line.ax))) / Math.hypot(dx, dy);
}
