import { NEEDED, type Pairs, type Verdict } from './pairs.js';
import { word } from './words.js';

export function tag(name: string, className = '', ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** The pairs as a table: where they are, how far off, and a way to remove each. */
export function tableOf(
  pairs: Pairs,
  verdict: Verdict,
  on: { choose(index: number): void; remove(index: number): void },
): HTMLElement {
  if (pairs.list.length === 0) return tag('p', '', word('noPairs'));
  const head = tag(
    'tr',
    '',
    ...(['number', 'inPicture', 'onPlan', 'error'] as const).map((name) => tag('th', '', word(name))),
    tag('th'),
  );
  let complete = 0;
  const rows = pairs.list.map(({ image, floor }, index) => {
    const whole = image && floor;
    const error = verdict.kind === 'fits' && whole ? verdict.errors[complete] : undefined;
    if (whole) complete += 1;
    const blamed = verdict.kind === 'refused' && verdict.why !== 'line' && verdict.pair === index;
    const remove = tag('button', 'plain', '✕') as HTMLButtonElement;
    remove.setAttribute('aria-label', `${word('remove')} ${index + 1}`);
    remove.addEventListener('click', (event) => {
      event.stopPropagation();
      on.remove(index);
    });
    const mark = error
      ? tag(
          'span',
          '',
          tag('span', `mark ${error.grade}`, `${centimetres(error.metres)} · ${word(error.grade)}`),
          tag('span', 'px', `${error.pixels.toFixed(1)} px`),
        )
      : tag('span', blamed ? 'mark poor' : '', blamed ? word('poor') : '–');
    const row = tag(
      'tr',
      pairs.chosen?.index === index ? 'chosen' : '',
      tag('td', 'n', String(index + 1)),
      tag('td', 'n', image ? `${image[0]}, ${image[1]}` : '…'),
      tag('td', 'n', floor ? `${floor[0].toFixed(2)}, ${floor[1].toFixed(2)}` : '…'),
      tag('td', 'n', mark),
      tag('td', '', remove),
    );
    row.addEventListener('click', () => on.choose(index));
    return row;
  });
  return tag('div', 'wide', tag('table', '', tag('thead', '', head), tag('tbody', '', ...rows)));
}

/** What the calibration is worth, in words. */
export function verdictWords(verdict: Verdict): HTMLElement[] {
  if (verdict.kind === 'more')
    return [
      tag('p', '', verdict.needed === 1 ? word('needOne') : word('needMore', { n: verdict.needed })),
      tag('p', 'small', `${NEEDED - verdict.needed} / ${NEEDED}`),
    ];
  if (verdict.kind === 'refused') {
    const notice = tag('p', 'notice', word(verdict.why, { n: verdict.pair + 1 }));
    notice.setAttribute('role', 'alert');
    return [notice];
  }
  if (verdict.exact) return [tag('p', 'big', centimetres(verdict.metres)), tag('p', '', word('exact'))];
  return [
    tag('p', 'big', centimetres(verdict.metres), ' ', tag('span', `mark ${verdict.grade}`, word(verdict.grade))),
    tag('p', '', `${verdict.pixels.toFixed(1)} px`),
  ];
}

const centimetres = (metres: number): string =>
  metres < 10 ? `${(metres * 100).toFixed(metres < 0.1 ? 1 : 0)} cm` : '> 10 m';
