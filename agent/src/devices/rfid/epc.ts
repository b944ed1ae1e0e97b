import { MOST_EPC_BYTES, readEpc, type Epc } from '../../domain/rfid/epc.js';
import { malformed, reading, type Reading } from '../wire/reading.js';

export { gtinCheckDigit, pureIdentity, tagUri, type Epc, type OpaqueEpc, type Sgtin } from '../../domain/rfid/epc.js';

/** Hex of a tag's EPC memory → what it identifies. Only text that is no hex of whole bytes is refused. */
export function decodeEpc(hex: string): Reading<Epc> {
  const epc = readEpc(hex);
  return epc ? reading(epc) : malformed('epc', 'expected', { expected: 'hexUpTo', most: MOST_EPC_BYTES });
}
