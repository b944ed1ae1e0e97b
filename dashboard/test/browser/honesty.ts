import type { Page } from 'playwright-core';

/** What stands on a page, as far as honesty is concerned. */
export interface Told {
  /** figures that look like figures of now, by what they say */
  live: string[];
  /** those of them that are about people: tills and shelves speak for themselves, and of devices a page says when they spoke */
  people: string[];
  /** numbers in the ink of what is of now, wherever on the page they stand: names, sentences, tables and tiles alike */
  loud: string[];
  /** marks that say since when something is silent */
  since: string[];
  /** numbers that no figure of the page accounts for, in slots that changed while everything was live */
  unaccounted: string[];
}

/**
 * Begins to note which numbers of the page change by themselves: those are figures of now, and must be shown as such. Ages and clocks
 * ("3 min ago") are not figures.
 */
export async function watchNumbers(page: Page): Promise<void> {
  await page.evaluate(() => {
    const main = document.querySelector('main') as HTMLElement;
    const seen = new Set<Element>();
    (window as unknown as { numbers: Set<Element> }).numbers = seen;
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        if (element && /\d/.test(element.textContent ?? '') && element.childElementCount === 0) seen.add(element);
      }
    }).observe(main, { subtree: true, characterData: true, childList: true });
  });
}

/** Reads the page: no number may look live that is not. */
export function readPage(page: Page): Promise<Told> {
  return page.evaluate(() => {
    const isSeen = (element: Element): boolean => element.getClientRects().length > 0;
    const text = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 80);
    const figures = [...document.querySelectorAll('main [data-figure]')].filter(isSeen);
    const live = figures.filter((figure) => figure.getAttribute('data-state') === 'live' && /\d/.test(text(figure)));
    const since = [...document.querySelectorAll('main [data-since]')].filter(isSeen).map(text);
    const moved = (window as unknown as { numbers?: Set<Element> }).numbers ?? new Set();
    const unaccounted = [...moved].filter(
      (element) =>
        element.isConnected &&
        isSeen(element) &&
        !element.closest('[data-figure], [data-since], [data-age], time, [role=status]'),
    );
    const probe = document.body.appendChild(document.createElement('span'));
    const inks = new Set(
      ['ink', 'ink-2', 'better', 'worse'].map((name) => {
        probe.style.color = `var(--${name})`;
        return getComputedStyle(probe).color;
      }),
    );
    probe.remove();
    const loud: string[] = [];
    const texts = document.createTreeWalker(document.querySelector('main') as HTMLElement, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement as Element;
      if (!/\d/.test(texts.currentNode.textContent ?? '') || !isSeen(element)) continue;
      if (element.closest('[data-since], [role=status]')) continue;
      if (inks.has(getComputedStyle(element).color)) loud.push(text(element));
    }
    const people = live.filter(
      (figure) => !['tills', 'goods', 'devices'].includes(figure.getAttribute('data-on') ?? 'people'),
    );
    return { people: people.map(text), loud, live: live.map(text), since, unaccounted: unaccounted.map(text) };
  });
}
