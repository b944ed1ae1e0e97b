/** Chance and new identities. */
export interface Random {
  /** From 0 up to, but not, 1. */
  next(): number;
  /** A new UUID. */
  id(): string;
}
