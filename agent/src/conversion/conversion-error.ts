import { AisleError } from '@aisle/contracts';

/** A graph that cannot be converted: the message names the node and what about it. */
export class ConversionError extends AisleError {
  readonly code = 'conversion';
}
