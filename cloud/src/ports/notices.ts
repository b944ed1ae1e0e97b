/**
 * What processes of one cloud tell each other. `store`: its file or its region changed; `alerts`: what needs somebody in it changed;
 * `inbox`: something waits for its agent; `due`: one of its versions is planned; `access`: somebody lost a right or a session;
 * `ready`: its agent has said hello to the process that tells it; `holds`: that process sends down what waits for it from now on; `heard`:
 * its agent speaks to that process.
 */
export const NOTICE_KINDS = [
  ...(['store', 'alerts', 'inbox', 'due', 'access'] as const),
  ...(['ready', 'holds', 'heard'] as const),
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface Notice {
  kind: NoticeKind;
  /** which process tells it */
  from: string;
  /** the stores that it is about; empty where it is about none */
  storeIds: readonly string[];
  /** when it was so, epoch ms by the clock that the processes share */
  ts: number;
}

/**
 * What one process tells the others of its cloud. It is a hint to look again at what all of them share, never the thing itself: one that was
 * missed costs time, not truth, since `missed` says when everything is to be looked at anew.
 */
export interface Notices {
  /** the name of this process, like no other's */
  readonly self: string;
  /** false while nothing can be heard: what is kept at hand may be older than what is shared */
  readonly hears: boolean;
  /** Begins to hear. @throws StoreError when it cannot */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when it is told, or cannot be: then the others learn that they have missed something. Never rejects. */
  tell(kind: NoticeKind, storeIds?: readonly string[], ts?: number): Promise<void>;
  /** What others tell, in one order for all. A listener that fails harms no other. The result ends it. */
  hear(listener: (notice: Notice) => void): () => void;
  /** Something may have been told that was not heard; called also at the first `start`. The result ends it. */
  missed(listener: () => void): () => void;
}
