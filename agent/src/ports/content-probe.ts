/** Why a page cannot be shown within the player's page. */
export type ContentTrouble =
  /** it does not answer, or not in time */
  | 'unreachable'
  /** it answers with an error */
  | 'status'
  /** it says that no other page may hold it */
  | 'framing'
  /** it leads to another address than the store file says */
  | 'elsewhere';

/** Asks for a page as the player's frame would: a frame itself says that it has loaded whatever it shows. */
export interface ContentProbe {
  /** @param player origin of the player's page, which is to hold it; undefined: it is fine */
  troubleOf(url: URL, player: string): Promise<ContentTrouble | undefined>;
}
