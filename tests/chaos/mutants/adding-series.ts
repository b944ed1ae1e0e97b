import type { SeriesStore } from '../../../cloud/src/ports/index.js';

/** A series in which every arrival counts as a new epoch: what is sent twice counts twice. `nowMs`: epoch ms. */
export function addingSeries(series: SeriesStore, nowMs: () => number): SeriesStore {
  // a thousand for each second, so that a restarted cloud goes on above; 31 bits are what every store holds
  let last = (Math.floor(nowMs() / 1000) % 2_000_000) * 1000;
  return new Proxy(series, {
    get(target, name) {
      if (name === 'write')
        return (rows: Parameters<SeriesStore['write']>[0]) => {
          last += 1;
          return target.write(rows.map((row) => ({ ...row, epoch: last })));
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
