import type { Language } from './server.js';

/** Text for people, in both languages. */
export type Words = Readonly<Record<Language, string>>;

/** No form is sent, no script is run and nothing is loaded but from here. */
export const PAGE_CSP =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

export const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

export interface Sheet {
  title: string;
  language: Language;
  /** which entry of the head is this page's; none on the login page */
  here?: 'status' | 'cameras' | undefined;
  path: string;
  /** name of the shop, as text */
  shop?: string | undefined;
  body: string;
  /** of a built script */
  script?: string;
  /** data for the script, as JSON in the page */
  data?: unknown;
}

const NAV = {
  status: { en: 'Status', zh: '状态' },
  cameras: { en: 'Cameras', zh: '摄像头' },
  out: { en: 'Sign out', zh: '退出' },
  agent: { en: 'shop agent', zh: '门店主机' },
} as const satisfies Record<string, Words>;

/** One page in the look that they share. */
export function sheet({ title, language, here, path, shop, body, script, data }: Sheet): string {
  const other = language === 'en' ? 'zh' : 'en';
  const link = (name: 'status' | 'cameras', to: string) =>
    `<a href="${to}"${here === name ? ' aria-current="page"' : ''}>${NAV[name][language]}</a>`;
  const nav = here ? `<nav>${link('status', '/')}${link('cameras', '/cameras')}</nav>` : '';
  const out = here
    ? `<form method="post" action="/logout"><button class="plain">${NAV.out[language]}</button></form>`
    : '';
  return `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)} · Aisle</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/status.css">${script ? `<script type="module" src="${script}"></script>` : ''}</head><body>
<header class="top"><strong class="brand">${escape(shop ?? 'Aisle')}<span>${shop ? NAV.agent[language] : ''}</span></strong>${nav}<div class="right"><a class="plain" href="/language?to=${other}&amp;next=${encodeURIComponent(path)}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${other === 'zh' ? '中文' : 'English'}</a>${out}</div></header>
<main>${body}</main>${data === undefined ? '' : `<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`}</body></html>`;
}
