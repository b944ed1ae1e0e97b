import type { Page } from 'playwright-core';

/** Everything on the page that is read or read out, each text once. */
export function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    const add = (text: string | null): void => {
      const plain = (text ?? '').replace(/\s+/g, ' ').trim();
      if (plain !== '') found.add(plain);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      if (!element?.closest('script, style, code, pre, [lang]:not(html)')) add(texts.currentNode.textContent);
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      for (const element of document.querySelectorAll(`[${name}]`)) add(element.getAttribute(name));
    return [...found];
  });
}

/** Four words of Latin letters in a row are a sentence; names of makers, units and ids are not. */
export const isEnglishSentence = (text: string): boolean => /[A-Za-z][a-z']+(?:,? [A-Za-z']+){3,}/.test(text);
/** What stands behind a Chinese letter is a Chinese colon. */
export const hasLatinColon = (text: string): boolean => /[\u4e00-\u9fff]:(?: |$)/.test(text);
export const hasChinese = (text: string): boolean => /[\u3400-\u9fff]/.test(text);
