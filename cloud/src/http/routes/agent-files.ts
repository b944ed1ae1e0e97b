import { Type, type Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ContentFile, problem } from '@aisle/contracts';
import { ApiFailure, notFound } from '../errors.js';
import type { HttpParts } from '../parts.js';
import { answers } from '../route-schema.js';
import { sendMedia } from '../send-media.js';

const FileParams = Type.Object({ sha256: Type.String({ description: 'SHA-256 of the file, hex' }) });

/** Where agents fetch the files of their campaigns, by the user name and password of their connection. */
export function agentFileRoutes(app: FastifyInstance, parts: HttpParts): void {
  app.get(
    '/agent-files/:sha256',
    {
      config: { needs: 'public' },
      schema: {
        tags: ['content'],
        operationId: 'getAgentFile',
        summary:
          'A file of a campaign of the agent’s store, by the agent’s own user name and password (HTTP Basic); ranges are answered',
        params: FileParams,
        response: answers(ContentFile, 401, 404),
      },
    },
    async (request, reply) => {
      const agent = await agentOf(request, parts);
      if (!agent) {
        reply.header('www-authenticate', 'Basic realm="aisle agent", charset="UTF-8"');
        throw new ApiFailure(401, 'unauthorised', problem('', 'credentialNeeded'));
      }
      const { sha256 } = request.params as Static<typeof FileParams>;
      const found = await parts.library.fileFor(agent.storeId, sha256);
      // the same for files that there are and others' stores show
      if (!found) throw notFound('content');
      return sendMedia(request, reply, parts.media, found);
    },
  );
}

async function agentOf(request: FastifyRequest, { access }: HttpParts): Promise<{ storeId: string } | undefined> {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  // Names of agents hold colons themselves ("agent:demo"), which Basic (RFC 7617) did not think of: ours percent-encode them, of
  // others every place may be the one.
  for (
    let at = text.indexOf(':'), tries = 0;
    at >= 0 && tries < MOST_COLONS;
    at = text.indexOf(':', at + 1), tries += 1
  ) {
    const agent = await access.authenticateAgent(decoded(text.slice(0, at)), Buffer.from(text.slice(at + 1)));
    if (agent) return agent;
  }
  return undefined;
}
const MOST_COLONS = 8;

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
