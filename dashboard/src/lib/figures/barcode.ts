/**
 * The bars of an EAN-13 or EAN-8 (GS1 General Specifications, §5.2.1: seven modules a digit, left half in sets A and B by the first digit
 * of 13, right half in set C). Widths in modules; null for a code that is no such number.
 */
const SET_A = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
];
const PARITY = ['AAAAAA', 'AABABB', 'AABBAB', 'AABBBA', 'ABAABB', 'ABBAAB', 'ABBBAA', 'ABABAB', 'ABABBA', 'ABBABA'];
const inverted = (bits: string): string => [...bits].map((bit) => (bit === '1' ? '0' : '1')).join('');
const reversed = (bits: string): string => [...bits].reverse().join('');

export function barsOf(code: string): { bars: readonly (readonly [x: number, width: number])[]; width: number } | null {
  const digits = /^0?\d{12}$/.test(code) ? code.padStart(13, '0') : code;
  if (!/^(\d{8}|\d{13})$/.test(digits) || !hasCheckDigit(digits)) return null;
  const half = digits.length === 8 ? 4 : 6;
  const parity = half === 4 ? 'AAAA' : (PARITY[Number(digits[0])] as string);
  const [left, right] = [digits.slice(-2 * half, -half), digits.slice(-half)];
  const a = (digit: string): string => SET_A[Number(digit)] as string;
  const bits = [
    '101',
    ...[...left].map((digit, at) => (parity[at] === 'A' ? a(digit) : reversed(inverted(a(digit))))),
    '01010',
    ...[...right].map((digit) => inverted(a(digit))),
    '101',
  ].join('');
  const bars = [...bits.matchAll(/1+/g)].map(({ 0: run, index }) => [index, run.length] as const);
  return { bars, width: bits.length };
}

function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
