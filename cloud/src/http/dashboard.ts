import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { isApiPath } from './authentication.js';
import { plainError } from './errors.js';
import { contentSecurityPolicy, inlineScriptHashes } from './security-headers.js';

/** The policy that fits the built page; the strictest one where there is none. */
export function policyOf(dashboardDir: string | undefined): string {
  const page = dashboardDir === undefined ? undefined : path.join(path.resolve(dashboardDir), 'index.html');
  return contentSecurityPolicy(page && existsSync(page) ? inlineScriptHashes(readFileSync(page, 'utf8')) : []);
}

/** Serves the built dashboard; an address that is no file is one of its routes. */
export function installDashboard(app: FastifyInstance, dashboardDir: string | undefined): void {
  const root = dashboardDir === undefined ? undefined : path.resolve(dashboardDir);
  const served = root !== undefined && existsSync(path.join(root, 'index.html'));
  if (served) {
    app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, needs: 'page' };
        route.schema = { ...route.schema, hide: true };
      });
      await scope.register(fastifyStatic, {
        root,
        prefix: '/',
        index: 'index.html',
        dotfiles: 'ignore',
        cacheControl: false,
        // the build lays a compressed copy beside each file
        preCompressed: true,
        setHeaders: (reply, file) => {
          // the build names assets by their content, so that they never change
          const hashed = file.includes(`${path.sep}assets${path.sep}`);
          reply.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !isApiPath(request.url);
    const isFile = /\.[a-z0-9]+$/i.test(request.url.split('?')[0] ?? '');
    if (served && isPage && !isFile) return reply.sendFile('index.html');
    const hint = served || !isPage ? '' : '; the dashboard is not built';
    return reply
      .code(404)
      .send(plainError('notFound', `there is nothing at ${request.method} ${request.url.split('?')[0]}${hint}`));
  });
}
