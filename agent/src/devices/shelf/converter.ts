/** What a 24-bit converter (HX711 and its kind) says when its input is cut, shorted or beyond its range: no weight. */
const ENDS: ReadonlySet<number> = new Set([8_388_607, -8_388_607, 8_388_608, -8_388_608]);

export const isConverterEnd = (value: number): boolean => ENDS.has(Math.round(value));
