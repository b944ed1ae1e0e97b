import {
  soleLeases,
  type Clock,
  type Leases,
  type LeaseTable,
  type LoginAttempts,
  type Notices,
} from '../ports/index.js';
import { NoNotices, OwnLeases } from './in-process.js';

/** What the processes of one cloud have in common beside its catalog, its facts and its broker. */
export interface Replicas {
  /** false: there is one process, and nobody to share anything with */
  readonly isShared: boolean;
  readonly notices: Notices;
  readonly table: LeaseTable;
  /** work that is spread over the processes */
  readonly leases: Leases;
  /** failed log-ins of all; undefined: this process counts its own */
  readonly attempts: LoginAttempts | undefined;
  /** Meets the others. @throws StoreError when it cannot */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Whether what is shared can be read and written now. @throws StoreError */
  check(): Promise<void>;
}

/** The cloud is one process, which is all that most need. */
export const alone = (clock: Pick<Clock, 'monotonicMs'>): Replicas => ({
  isShared: false,
  notices: new NoNotices(),
  table: new OwnLeases(clock),
  leases: soleLeases,
  attempts: undefined,
  open: async () => undefined,
  close: async () => undefined,
  check: async () => undefined,
});
