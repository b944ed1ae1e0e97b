/** Chance and identity. A seeded implementation makes a test repeat itself. */
export interface Random {
  /** Uniform in [0, 1). Not for secrets. */
  float(): number;
  /** Bytes that nobody can guess: sessions, tokens, salts. */
  secretBytes(length: number): Uint8Array;
}

export interface Ids {
  /** A new id of at least 122 random bits, safe in URLs and file names. */
  next(): string;
}
