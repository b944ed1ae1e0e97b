import { AisleError, type Remedy } from '@aisle/contracts';

/** What is wrong with a model or its manifest: where in the chain it was found. */
export type ModelErrorCode =
  | 'manifest' // the manifest cannot be read, or says something that cannot be
  | 'modelFile' // the model's file is nowhere, or ONNX Runtime cannot read it
  | 'modelHash' // the file is another one than the manifest means
  | 'modelShape' // the model's input or output is not what the manifest says
  | 'modelClasses'; // the classes do not fit the model, or none of them is a person

/** A model is refused. The message is one line that names field, what was expected and what was found. */
export class ModelError extends AisleError {
  override readonly name = 'ModelError';
  constructor(
    readonly code: ModelErrorCode,
    /** the manifest */
    readonly file: string,
    /** key of the manifest at fault, empty for the whole */
    readonly field: string,
    /** what was expected and what was found */
    readonly reason: string,
  ) {
    super([file, field, reason].filter((part) => part !== '').join(': '));
  }

  override get remedy(): Remedy {
    return 'stop';
  }
}
