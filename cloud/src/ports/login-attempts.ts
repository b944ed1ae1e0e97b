/** A key that failed log-ins are counted under: an account, an address, or both together. */
export interface AttemptKey {
  /** like no other's; says nothing about whom it is of */
  key: string;
  /** failures that cost no waiting */
  free: number;
  longestMs: number;
}
export interface Attempts {
  /** ms that have still to pass; 0: none */
  waitMs: number;
}

/** Failed log-ins, as all processes of a cloud have seen them, by the time of what keeps them. */
export interface LoginAttempts {
  /** By key, of those that have failed within the last hour, and of pairs that have signed in. @throws StoreError */
  look(keys: readonly string[]): Promise<{ failed: ReadonlyMap<string, Attempts>; known: ReadonlySet<string> }>;
  /** One more failure of each; two at the same moment count twice. @throws StoreError */
  failed(keys: readonly AttemptKey[]): Promise<void>;
  /** These are forgiven, and `known` has signed in. @throws StoreError */
  succeeded(forgiven: readonly string[], known: string): Promise<void>;
  /** What is older than it counts goes. @throws StoreError */
  forget(): Promise<void>;
}
