/** The thread that looks at pictures, so that nothing else in the agent waits for an inference. */
import { parentPort, workerData } from 'node:worker_threads';
import { PictureError } from '../../ports/detector.js';
import { ModelError } from '../../ports/model-error.js';
import { InlineDetector } from './inline-detector.js';
import type { FromWorker, ToWorker, WorkerOptions } from './worker-protocol.js';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread only');
const say = (message: FromWorker) => port.postMessage(message);

try {
  const detector = await InlineDetector.open(workerData as WorkerOptions);
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      void detector.close().finally(() => port.close());
      return;
    }
    const { id, picture } = message;
    detector.detect(picture).then(
      (detections) => say({ kind: 'found', id, detections }),
      (error: Error) => say({ kind: 'failed', id, picture: error instanceof PictureError, message: error.message }),
    );
  });
  say({ kind: 'ready', manifest: detector.found.manifest });
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  const { code, file, field, reason } = error;
  say({ kind: 'refused', code, file, field, reason });
  port.close();
}
