/**
 * What a 24-bit converter (HX711 and its kind) says when its input is cut, shorted or beyond its range: no weight. Programs that read it
 * without a sign say 2^24 − 1 and 2^24.
 */
const ENDS: ReadonlySet<number> = new Set([8_388_607, -8_388_607, 8_388_608, -8_388_608, 16_777_215, 16_777_216]);

export const isConverterEnd = (value: number): boolean => ENDS.has(Math.round(value));
