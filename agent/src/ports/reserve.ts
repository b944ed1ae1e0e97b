/** Room kept free for bad times: given back when the disk is full, so that a snapshot can let old journal files go. */
export interface Reserve {
  /** Takes the room, if there is plenty. */
  hold(): Promise<void>;
  /** Gives it back. Returns false when there was none. */
  release(): Promise<boolean>;
}
