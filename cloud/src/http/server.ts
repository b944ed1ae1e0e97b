import fastify, { LogController, type FastifyInstance, type FastifySchemaCompiler } from 'fastify';
import type { TSchema } from '@sinclair/typebox';
import { compile, problem, unkeepableField, type Checker } from '@aisle/contracts';
import { CampaignError } from '../campaigns/settings.js';
import { ContentError, useOf } from '../content/library.js';
import { QueryError } from '../insight/index.js';
import { installAuthentication } from './authentication.js';
import { installCompression } from './compression.js';
import { installDashboard, policyOf } from './dashboard.js';
import { ApiFailure, badAddress, errorBody, invalid, rawErrorAnswer, sendError } from './errors.js';
import { installOpenapi } from './openapi.js';
import type { HttpOptions, HttpParts } from './parts.js';
import { agentFileRoutes } from './routes/agent-files.js';
import { campaignRoutes } from './routes/campaigns.js';
import { contentRoutes } from './routes/content.js';
import { deviceRoutes } from './routes/devices.js';
import { figureRoutes } from './routes/figures.js';
import { inboxRoutes } from './routes/inbox.js';
import { installationRoutes } from './routes/installation.js';
import { nowRoutes } from './routes/now.js';
import { heldSalesRoutes } from './routes/held-sales.js';
import { salesRoutes } from './routes/sales.js';
import { scanRoutes } from './routes/scans.js';
import { screenRoutes } from './routes/screens.js';
import { sessionRoutes } from './routes/session.js';
import { tokenRoutes } from './routes/tokens.js';
import { userRoutes } from './routes/users.js';
import { draftRoutes } from './routes/drafts.js';
import { planogramRoutes } from './routes/planograms.js';
import { retentionRoutes } from './routes/retention.js';
import { simulatedPastRoutes } from './routes/simulated-past.js';
import { agentAccountRoutes } from './routes/agent-accounts.js';
import { storeRoutes } from './routes/stores.js';
import { systemRoutes } from './routes/system.js';
import { versionRoutes } from './routes/versions.js';
import { storeOf } from './route-schema.js';
import { installPatience } from './patience.js';
import { installSecurityHeaders } from './security-headers.js';

/** The HTTP side of the cloud, not listening yet. */
export function buildServer(parts: HttpParts, options: HttpOptions): FastifyInstance {
  const app = fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    ...(options.tls && { https: options.tls }),
    // As many hops as there are proxies: of a longer list of addresses the rest was written by whoever asks.
    trustProxy: options.trustProxy ? (_address, hop) => hop < Number(options.trustProxy) : false,
    bodyLimit: 64 * 1024,
    // files on slow lines; other bodies have less time: installPatience
    requestTimeout: 30 * 60_000,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return socket.destroy();
      const large = error.code === 'HPE_HEADER_OVERFLOW';
      const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
      const [status, reason] = large
        ? [431, 'Request Header Fields Too Large']
        : slow
          ? [408, 'Request Timeout']
          : [400, 'Bad Request'];
      socket.end(
        rawErrorAnswer(status as number, reason as string, 'badRequest', 'this is not a well-formed HTTP request'),
      );
    },
  });
  // bodies are JSON or nothing: a form or a text, which any web page may send, is refused
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validator as unknown as FastifySchemaCompiler<unknown>);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof QueryError) {
      return sendError(new ApiFailure(error.status, error.code, error.problem), request, reply);
    }
    if (error instanceof CampaignError) {
      return sendError(new ApiFailure(CAMPAIGN_STATUS[error.code], error.code, error.problem), request, reply);
    }
    if (error instanceof ContentError) {
      const { status, problem: wrong, usedBy } = error;
      const code = CONTENT_CODES[status];
      if (status !== 409) return sendError(new ApiFailure(status, code, wrong), request, reply);
      const uses = usedBy.map(useOf);
      return reply.status(status).send({ ...errorBody(code, wrong), usedBy: uses });
    }
    return sendError(error as Error, request, reply);
  });
  installPatience(app, parts.clock);
  installSecurityHeaders(app, policyOf(options.dashboardDir));
  installCompression(app);
  installAuthentication(app, parts.access);
  app.addHook('onResponse', async (request, reply) => {
    if (request.url === '/healthz') return;
    const { storeId } = (request.params ?? {}) as { storeId?: string };
    request.log.info(
      {
        method: request.method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(storeId !== undefined && { store: storeId }),
        ...(request.principal && { by: request.principal.name }),
      },
      'request',
    );
  });
  installOpenapi(app);
  app.register(async (root) => systemRoutes(root, parts));
  app.register(async (root) => scanRoutes(root, parts));
  app.register(
    async (api) => {
      // before the body is looked at: what is wrong with it is nobody's business who may not know the store
      api.addHook('preValidation', async (request) => {
        if (unkeepableField(request.params) !== undefined) throw badAddress();
        if (!request.params || !('storeId' in (request.params as object))) return;
        const { storeId } = await storeOf(request, parts);
        // Whoever reads of a store sees it as it is, not as its agent last told it of its own accord.
        if (request.method === 'GET') parts.hub.asked(storeId);
      });
      sessionRoutes(api, parts);
      userRoutes(api, parts);
      tokenRoutes(api, parts);
      storeRoutes(api, parts);
      agentAccountRoutes(api, parts);
      versionRoutes(api, parts);
      inboxRoutes(api, parts);
      nowRoutes(api, parts);
      deviceRoutes(api, parts);
      installationRoutes(api, parts);
      figureRoutes(api, parts);
      planogramRoutes(api, parts);
      draftRoutes(api, parts);
      screenRoutes(api, parts);
      contentRoutes(api, parts);
      campaignRoutes(api, parts);
      agentFileRoutes(api, parts);
      salesRoutes(api, parts);
      heldSalesRoutes(api, parts);
      simulatedPastRoutes(api, parts);
      retentionRoutes(api, parts);
    },
    { prefix: '/api/v1' },
  );
  installDashboard(app, options.dashboardDir);
  return app;
}

const CAMPAIGN_STATUS = { invalid: 400, unknown: 404, forbidden: 403, conflict: 409 } as const;
const CONTENT_CODES = { 400: 'invalid', 404: 'notFound', 409: 'inUse', 413: 'tooLarge', 415: 'mediaType' } as const;

const checkers = new WeakMap<object, Checker<unknown>>();

/** Bodies are checked against their schema; query strings by the rules that read them, which know more than a schema says. */
const validator = ({ schema, httpPart }: { schema: TSchema; httpPart?: string }) => {
  if (httpPart !== 'body') return () => true;
  return (data: unknown) => {
    const checker = checkers.get(schema) ?? compile(schema);
    checkers.set(schema, checker);
    const checked = checker.check(data);
    if (!checked.ok) return { error: invalid(checked.problem) };
    const unkept = unkeepableField(data);
    return unkept === undefined ? { value: data } : { error: invalid(problem(unkept, 'notKept')) };
  };
};
