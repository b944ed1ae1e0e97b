import { Document, isScalar, isSeq, visit } from 'yaml';
import type { StoreFile } from './store-file.js';

/** Points and short lists stand on one line, as people write them. */
const LONGEST_LINE = 100;

/** A store file as the text of a YAML file. Its first line says which version it is, for whoever sends it back. */
export function storeFileText(file: StoreFile, version: number): string {
  const document = new Document(file);
  document.commentBefore = ` aisle: store ${file.store.id}, version ${version}`;
  visit(document, {
    Seq: (_key, seq) => {
      const flat = seq.items.every((item) => isScalar(item) || (isSeq(item) && item.items.every(isScalar)));
      if (flat) seq.flow = true;
    },
  });
  return document.toString({ lineWidth: LONGEST_LINE, flowCollectionPadding: false });
}
