/** That a name is this process's for a while. */
export interface HeldLease {
  /** rises whenever the lease goes to another holder: what comes with an older one is refused */
  token: number;
  /** monotonic ms of this process until which nobody else can have it, whatever the clocks on the walls say */
  untilMs: number;
}

/** Leases by name, with an end. Their time is that of what keeps them, never that of the processes that ask. */
export interface LeaseTable {
  /** Takes it, or renews it where it is ours; undefined: another process has it. @throws StoreError when nobody can say */
  hold(name: string, forMs: number): Promise<HeldLease | undefined>;
  /** Names that are held by anybody now and begin so, in order. @throws StoreError */
  held(prefix: string): Promise<string[]>;
  /** Gives it back, so that another need not wait for its end. */
  release(name: string): Promise<void>;
  /** Whether its next turn is due: true once per `everyMs` for all holders together, and never to who holds it no more. @throws StoreError */
  turn(name: string, token: number, everyMs: number): Promise<boolean>;
}
