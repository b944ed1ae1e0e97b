import type { EnrolledDevice } from '../../lib/api/generated/schema.js';
import type { Awaited } from '../../lib/figures/waiting.js';

/** A device that was given a password just now. It lives on this page only: nothing keeps it, and a reload loses it. */
export interface Given {
  enrolled: EnrolledDevice;
  /** it was known before: a new password, not a new device */
  again: boolean;
  awaited: Awaited;
}
