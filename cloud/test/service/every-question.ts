import { openapiDocument } from '../../src/http/openapi-document.js';

/** What may be asked of a period: every question of the document about the demo shop that takes one, in every bucket that it takes. */
export async function everyQuestion(from: number, to: number): Promise<string[]> {
  const { paths } = (await openapiDocument()) as {
    paths: Record<string, { get?: { parameters?: { name: string; schema?: { enum?: string[] } }[] } }>;
  };
  const period = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  return Object.entries(paths).flatMap(([route, { get }]) => {
    const names = (get?.parameters ?? []).map(({ name }) => name);
    if (!route.startsWith('/api/v1/stores/{storeId}/') || !names.includes('from')) return [];
    const at = route
      .replace('{storeId}', 'demo')
      .replace('{deviceId}', 'screen-1')
      .replace(/\{[^}]+\}/g, 'x');
    const buckets = names.includes('bucket')
      ? ['minute', 'hour', 'day', 'all'].map((bucket) => `&bucket=${bucket}`)
      : [''];
    return buckets.map((bucket) => `${at}?${period}${bucket}`);
  });
}
