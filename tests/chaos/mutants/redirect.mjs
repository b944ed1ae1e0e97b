/**
 * Preloaded into processes of a chaos run: the program AISLE_REDIRECT_FROM is another one, AISLE_REDIRECT_TO (addresses of files).
 * So the starter starts a mutant without knowing of it.
 */
import { register } from 'node:module';

const { AISLE_REDIRECT_FROM: from, AISLE_REDIRECT_TO: to } = process.env;
const hooks = `
  let way;
  export const initialize = (given) => { way = given; };
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context);
    return found.url === way.from ? { ...found, url: way.to } : found;
  }
`;
if (from && to) register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { from, to } });
