/** Where the rows of an imported PSA file went: of its Planogram rows to fixtures, of its Position rows to slots; by line, from 1. */
export interface KeptPlaces {
  fixtures: [line: number, fixtureId: string][];
  slots: [line: number, slotId: string][];
}
/** A planogram file of which fixtures of a shop were taken; its bytes lie behind `MediaStore`. */
export interface KeptPlanogram {
  storeId: string;
  fixtureIds: readonly string[];
  sha256: string;
  /** wall clock, epoch ms */
  takenTs: number;
  places: KeptPlaces;
}

/** What the catalog knows of imported planogram files. */
export interface PlanogramRecords {
  /** The newest file of each fixture is kept. Gives the hashes of those that nothing needs any longer, library and other shops included. */
  keepPlanogram(planogram: KeptPlanogram): Promise<string[]>;
  /** The newest of a store, or of one of its fixtures. */
  keptPlanogram(storeId: string, fixtureId?: string): Promise<KeptPlanogram | undefined>;
}
