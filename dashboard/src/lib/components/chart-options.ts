import uPlot from 'uplot';

export interface ChartLook {
  width: number;
  /** the axis's unit, empty where its numbers carry it */
  axisTitle: string;
  group: string;
  /** where the tokens are read */
  style: CSSStyleDeclaration;
  label(index: number): string;
  format(value: number): string;
  /** people are whole: no half of one on the axis */
  whole: boolean;
  /** true where too little was sensed */
  gapAt(index: number): boolean | undefined;
  onPoint(index: number | null): void;
}

const HEIGHT = 168;
const WHOLE_STEPS = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));

/** Bars over steps, the comparison as a dashed step line, hatching where too little was sensed; all in our tokens. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const token = (name: string): string => look.style.getPropertyValue(name).trim();
  const font = `500 11px ${look.style.getPropertyValue('--font')}`;
  const axis = { stroke: token('--ink-3'), font, ticks: { show: false } };
  return {
    width: look.width,
    height: HEIGHT,
    padding: [22, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: look.group } },
    scales: {
      x: { time: false, range: (plot) => [-0.5, plot.data[0].length - 0.5] },
      y: { range: (_plot, _min, max) => [0, niceTop(max)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        gap: 6,
        splits: (plot) => labelledSteps(plot.data[0].length, plot.bbox.width / uPlot.pxRatio),
        values: (_plot, splits) => splits.map((index) => look.label(index)),
      },
      {
        ...axis,
        grid: { stroke: token('--line'), width: 1 },
        size: (_plot, values) => 12 + Math.max(24, ...(values ?? []).map((value) => value.length * 7)),
        gap: 6,
        space: 36,
        ...(look.whole ? { incrs: WHOLE_STEPS } : {}),
        values: (_plot, splits) => splits.map((value) => look.format(value)),
      },
    ],
    series: [
      {},
      {
        fill: token('--bar'),
        width: 0,
        points: { show: false },
        paths: uPlot.paths.bars?.({ size: [0.72, 28, 1], radius: 0.12 }),
      },
      {
        stroke: token('--ink-3'),
        width: 1.5,
        dash: [4, 3],
        points: { show: false },
        paths: uPlot.paths.stepped?.({ align: 1, ascDesc: true }),
      },
    ],
    hooks: {
      drawClear: [(plot) => hatchGaps(plot, look, token('--hatch'))],
      drawAxes: [
        (plot) => {
          const { ctx } = plot;
          ctx.save();
          ctx.fillStyle = token('--ink-3');
          ctx.font = font.replace('11px', `${11 * uPlot.pxRatio}px`);
          ctx.textAlign = 'left';
          ctx.textBaseline = 'top';
          ctx.fillText(look.axisTitle, 4 * uPlot.pxRatio, 2 * uPlot.pxRatio);
          ctx.restore();
        },
      ],
      setCursor: [(plot) => look.onPoint(plot.cursor.idx ?? null)],
    },
  };
}

/** Steps that get a label: every one if there is room, else every second, third, fourth, sixth … */
function labelledSteps(count: number, width: number): number[] {
  const room = Math.max(1, Math.floor(width / 54));
  const every =
    [1, 2, 3, 4, 6, 7, 10, 12, 14, 15, 20, 24, 28, 30, 60, 120].find((step) => count / step <= room) ??
    Math.ceil(count / room);
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}

function niceTop(max: number | null): number {
  if (max === null || !(max > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  for (const step of [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]) if (step * power >= max) return step * power;
  return 10 * power;
}

function hatchGaps(plot: uPlot, look: ChartLook, colour: string): void {
  const { ctx, bbox } = plot;
  const count = plot.data[0].length;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = uPlot.pxRatio;
  for (let index = 0; index < count; index += 1) {
    if (!look.gapAt(index)) continue;
    const left = plot.valToPos(index - 0.5, 'x', true);
    const right = plot.valToPos(index + 0.5, 'x', true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    const spacing = 7 * uPlot.pxRatio;
    // Lines start on one grid for all steps, so that neighbours join.
    const first = Math.floor((left - bbox.height) / spacing) * spacing;
    for (let x = first; x < right; x += spacing) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}
