import type { Api } from './sides.js';

/** What is asked of a cloud to see whether it still says what it said. */
export type Answers = Record<string, unknown>;

const range = (fromTs: number, toTs: number): string =>
  `from=${new Date(fromTs).toISOString()}&to=${new Date(toTs).toISOString()}`;

/** Every figure of a period. @param spans whole minutes, epoch ms */
export async function askFigures(api: Api, storeId: string, spans: readonly [number, number][]): Promise<Answers> {
  const answers: Answers = {};
  for (const [fromTs, toTs] of spans) {
    const period = range(fromTs, toTs);
    const calls = [
      ...['minute', 'hour', 'day', 'all'].flatMap((bucket) => [
        `zones/metrics?${period}&bucket=${bucket}`,
        `footfall?${period}&bucket=${bucket}`,
        `sales?${period}&bucket=${bucket}`,
        `slots/metrics?${period}&bucket=${bucket}`,
      ]),
      `zones/metrics?${period}&bucket=all&engagedAfter=20`,
      `products/metrics?${period}`,
      `shoppers/metrics?${period}`,
      `heatmap?${period}`,
      ...['screen-1', 'screen-2', 'screen-3'].map((id) => `screens/${id}/plays?${period}`),
    ];
    for (const call of calls) answers[call] = await api.get(`/stores/${storeId}/${call}`);
  }
  return answers;
}

/** The same questions as once before. */
export async function askAgain(api: Pick<Api, 'get'>, storeId: string, before: Answers): Promise<Answers> {
  const answers: Answers = {};
  for (const call of Object.keys(before)) answers[call] = await api.get(`/stores/${storeId}/${call}`);
  return answers;
}
