import { StoreError, type FactsOwner } from '../ports/series-store.js';

export interface FoundFacts {
  /** where they lie, for people: a file, a database */
  place: string;
  /** the catalog whose they are; undefined: nobody has said so yet */
  owner: string | undefined;
  hasFacts: boolean;
  /** it was made by this start: nothing had been there */
  isNew: boolean;
}

/**
 * Catalog and facts belong together: epochs, versions and receipts of the one are what the other was written by. Where one of them is
 * gone, figures would be served that are no longer true, and new facts would be taken for known ones.
 * @throws StoreError `refused`, with what is missing and what can be done
 */
export function checkOwnership({ catalogId, knows, accept }: FactsOwner, found: FoundFacts): void {
  const { place, owner, hasFacts, isNew } = found;
  const refuse = (message: string): never => {
    throw new StoreError('refused', message);
  };
  if (knows === 'nothing' && hasFacts)
    refuse(
      `${place} holds the facts of shops of which the catalog knows nothing: the catalog was emptied, or is another's. Put its file (or database) back; to begin anew, move both away`,
    );
  if (owner !== undefined && owner !== catalogId)
    refuse(
      `${place} holds the facts of another cloud (its catalog is ${owner}, this one ${catalogId}): give each its own, or let both share a catalog`,
    );
  const isLost = owner === undefined && (knows === 'itsFacts' || (knows === 'shops' && isNew));
  if (isLost && accept !== true)
    refuse(
      `${place} is empty, and the catalog knows shops whose facts lay there: put it back from a copy. To go on without their past, start once with --accept-empty-history`,
    );
}
