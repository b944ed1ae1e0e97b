import { randomBytes } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProductBook } from '@aisle/contracts';
import type { HttpParts } from '../parts.js';
import { SHOPPER_POLICY, languageOf, notePage, productPage } from '../shopper-pages.js';

const CodeParams = Type.Object({ code: Type.String({ minLength: 1, maxLength: 200 }) });
const ProductParams = Type.Object({
  tag: Type.String({ minLength: 1, maxLength: 16 }),
  gtin: Type.String({ pattern: '^\\d{1,14}$' }),
});
const COOKIE = 'aisle_scan';
const COOKIE_BYTES = 16;
const COOKIE_SECONDS = 86_400;

/** What shoppers' phones ask for, without any account: the short link of a screen's code, and the page of a product. */
export function scanRoutes(app: FastifyInstance, { scans }: HttpParts): void {
  app.get(
    '/s/:code',
    { config: { needs: 'page' }, schema: { hide: true, params: CodeParams } },
    async (request, reply) => {
      const { code } = request.params as Static<typeof CodeParams>;
      const language = languageOf(request.headers['accept-language']);
      const cookie = cookieOf(request.headers.cookie);
      const given = randomBytes(COOKIE_BYTES).toString('base64url');
      const followed = await scans.follow(
        code,
        { cookie, traits: traitsOf(request), isPreview: isPreview(request) },
        given,
      );
      if (followed.status === 'unknown') return page(reply, 404, notePage(language, 'unknown'));
      if (followed.status === 'expired') return page(reply, 410, notePage(language, 'expired'));
      if (cookie === undefined) {
        const secure = request.protocol === 'https' ? '; Secure' : '';
        reply.header(
          'set-cookie',
          `${COOKIE}=${given}; Path=/s; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${secure}`,
        );
      }
      reply.header('cache-control', 'no-store');
      const { leadsTo, link, tag } = followed;
      if (leadsTo !== null) return reply.redirect(leadsTo, 303);
      if (link.gtin !== null) return reply.redirect(`/p/${tag}/${link.gtin}`, 303);
      return page(reply, 200, notePage(language, 'thanks'));
    },
  );

  app.get(
    '/p/:tag/:gtin',
    { config: { needs: 'page' }, schema: { hide: true, params: ProductParams } },
    async (request, reply) => {
      const { tag, gtin } = request.params as Static<typeof ProductParams>;
      const language = languageOf(request.headers['accept-language']);
      const shop = await scans.shopOf(tag);
      const product = shop && new ProductBook(shop.storeFile.products).find(gtin);
      if (!shop || !product) return page(reply, 404, notePage(language, 'unknown'));
      return page(reply, 200, productPage(language, shop.storeFile, product));
    },
  );
}

function page(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', SHOPPER_POLICY)
    .header('cache-control', 'no-store')
    .send(html);
}

/** Ours, of the length that we give: another is none. */
function cookieOf(header: string | undefined): string | undefined {
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{22})(?:;|$)`).exec(header ?? '')?.[1];
  return value;
}

const traitsOf = (request: FastifyRequest): string =>
  [request.ip, request.headers['user-agent'] ?? '', request.headers['accept-language'] ?? ''].join('\n');

/** A browser that fetches what nobody has asked for yet. */
const isPreview = ({ headers, method }: FastifyRequest): boolean =>
  method === 'HEAD' ||
  [headers['sec-purpose'], headers['purpose'], headers['x-moz']].some((said) =>
    String(said ?? '').includes('prefetch'),
  );
