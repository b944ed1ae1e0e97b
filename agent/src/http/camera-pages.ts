import type { StoreIndex } from '../devices/decode.js';
import { namesOf, type CameraDetail, type CameraSummary } from './camera-api.js';
import { CAMERA_WORDS } from './camera-words.js';
import { PAGE_CSP, escape, sheet } from './look.js';
import { STATUS_WORDS } from './status-words.js';
import { timeIn } from './status-page.js';
import { html, type Answer, type Language, type Request } from './server.js';

type Store = StoreIndex | undefined;

function page(request: Request, store: Store, title: string, body: string, script?: string, data?: unknown): Answer {
  const { language, path } = request;
  const file = store?.file.store;
  const shop = file && namesOf(file.name, file.id)[language];
  return html(
    sheet({
      title,
      language,
      here: 'cameras',
      path,
      shop,
      body,
      ...(script && { script }),
      ...(data !== undefined && { data }),
    }),
    PAGE_CSP,
  );
}

/** State, source and calibration, as short marks. */
function marks(camera: CameraSummary, language: Language, named = false): string {
  const word = (name: keyof typeof CAMERA_WORDS) => CAMERA_WORDS[name][language];
  const source = camera.camera ? word(camera.camera.source) : word('noPictures');
  const calibration =
    camera.calibration === 'page'
      ? 'calibrated'
      : camera.calibration === 'storeFile'
        ? 'fromStoreFile'
        : 'notCalibrated';
  const id = (name: string) => (named ? ` id="${name}"` : '');
  return `<p><span${id('state')} class="state ${camera.state === 'online' ? 'good' : 'bad'}">${word(camera.state)}</span> · <span${id('source')}>${source}</span></p>
<p class="bad"${id('trouble')}>${escape(camera.troubleWords[language])}</p><p class="${camera.calibration ? '' : 'bad'}">${word(calibration)}</p>`;
}

/** @param now wall clock, epoch ms */
export function cameraListPage(request: Request, store: Store, cameras: readonly CameraSummary[], now: number): Answer {
  const { language } = request;
  const word = (name: keyof typeof CAMERA_WORDS) => CAMERA_WORDS[name][language];
  const tiles = cameras
    .map((camera) => {
      const at = `/cameras/${encodeURIComponent(camera.id)}`;
      const name = camera.name[language];
      const rate = camera.camera
        ? `<p class="n">${word('rateOf').replace('{n}', String(camera.camera.framesPerSecond))}</p>`
        : '';
      return `<section class="card tile"><h2>${escape(name)}${name === camera.id ? '' : ` <small class="n">${escape(camera.id)}</small>`}</h2>${marks(camera, language)}${rate}
<div class="row"><a class="button primary" href="${at}">${word('live')}</a><a class="button" href="${at}/calibrate">${word('calibrate')}</a></div></section>`;
    })
    .join('');
  const updated = STATUS_WORDS.updated[language].replace('{time}', timeIn(language, store?.file.store.timezone)(now));
  const body = `<div class="head"><h1>${word('cameras')}</h1><p class="n" id="asof" role="status" data-lost="${STATUS_WORDS.lost[language]}" data-part="asof">${updated}</p></div><p>${word('privacy')}</p><section data-part="cameras">${tiles ? `<div class="tiles">${tiles}</div>` : `<p class="notice">${word('none')}</p>`}</section>`;
  return page(request, store, word('cameras'), body, '/status.js');
}

export function livePage(request: Request, store: Store, camera: CameraDetail): Answer {
  const { language } = request;
  const word = (name: keyof typeof CAMERA_WORDS) => CAMERA_WORDS[name][language];
  const figure = (id: string, label: keyof typeof CAMERA_WORDS) =>
    `<div><dt>${word(label)}</dt><dd class="n" id="${id}">–</dd></div>`;
  const body = `<p><a href="/cameras">← ${word('back')}</a></p>
<div class="head"><h1>${escape(camera.name[language])}</h1><a class="button" href="/cameras/${encodeURIComponent(camera.id)}/calibrate">${word('calibrate')}</a></div>
<div class="live"><div class="screen card"><canvas id="picture" width="640" height="360" role="img" aria-label="${word('pictureAlt')}"></canvas><p id="note" role="status">${word('waitingPicture')}</p></div>
<aside class="card"><div>${marks(camera, language, true)}</div>
<div class="switches"><label class="switch"><input type="checkbox" id="boxes" checked>${word('boxes')}</label><label class="switch"><input type="checkbox" id="zones" checked>${word('zones')}</label><label class="switch"><input type="checkbox" id="grid">${word('grid')}</label></div>
<dl class="figures">${figure('people', 'people')}${figure('rate', 'rate')}${figure('latency', 'latency')}${figure('received', 'received')}${figure('processed', 'processed')}${figure('dropped', 'dropped')}${figure('refused', 'refused')}${figure('time', 'time')}${figure('model', 'model')}</dl>
<p>${word('privacy')}</p></aside></div>`;
  return page(request, store, camera.name[language], body, '/camera-live.js', camera);
}

export function calibratePage(request: Request, store: Store, camera: CameraDetail): Answer {
  const { language } = request;
  const word = (name: keyof typeof CAMERA_WORDS) => CAMERA_WORDS[name][language];
  const at = `/cameras/${encodeURIComponent(camera.id)}`;
  const body = `<p><a href="${at}">← ${word('live')}</a></p>
<div class="head"><h1>${word('calibrate')} · ${escape(camera.name[language])}</h1></div>
<p>${word('steps')}</p>
<p id="step" class="step" role="status" aria-live="polite"></p>
<div class="two">
<section class="card pane inpicture"><div class="panehead"><h2>${word('picture')}</h2><label class="switch"><input type="checkbox" id="zones" checked>${word('zones')}</label><label class="switch"><input type="checkbox" id="grid">${word('grid')}</label><button class="button small" id="still">${word('newStill')}</button></div>
<div class="surface" id="picture" tabindex="0" role="application" aria-label="${word('picture')}"></div></section>
<section class="card pane onplan"><div class="panehead"><h2>${word('plan')}</h2></div><div class="surface" id="plan" tabindex="0" role="application" aria-label="${word('plan')}"></div></section>
<section class="card pairs"><h2>${word('pairs')}</h2><div id="pairs"></div><p class="small">${word('keys')}</p></section>
<section class="card result"><h2>${word('overall')}</h2><div id="verdict" role="status"></div>
<div class="row"><button class="button primary" id="save" disabled>${word('save')}</button><button class="button" id="reset">${word('toStoreFile')}</button></div><p id="said" role="status"></p>
<details id="yamlbox"><summary>${word('yaml')}</summary><p>${word('yamlHint')}</p><pre id="yaml" tabindex="0"></pre><button class="button small" id="copy">${word('copy')}</button></details>
<p>${word('privacy')}</p></section></div>`;
  return page(request, store, `${word('calibrate')} · ${camera.name[language]}`, body, '/camera-calibrate.js', camera);
}
