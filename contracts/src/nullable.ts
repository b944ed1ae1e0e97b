import { Type, type TSchema } from '@sinclair/typebox';

/** What a schema says, or null. */
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
