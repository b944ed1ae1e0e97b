import type { FastifyInstance } from 'fastify';
import type { Clock } from '../ports/index.js';

/** A body that takes longer is nobody's who means well; only files may (`slowBody`). */
const BODY_MS = 30_000;

/** Ends connections whose body does not come, so that slow ones cannot hold the server. */
export function installPatience(app: FastifyInstance, clock: Pick<Clock, 'after'>): void {
  app.addHook('onRequest', async (request) => {
    const { raw } = request;
    if (raw.complete || request.routeOptions.config.slowBody === true) return;
    const cancel = clock.after(BODY_MS, () => {
      if (!raw.complete) raw.destroy();
    });
    raw.once('end', cancel);
    raw.once('close', cancel);
  });
}
