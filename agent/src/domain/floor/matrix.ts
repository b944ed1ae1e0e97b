/** Small dense linear algebra: what a homography needs, and no more. Matrices are row by row. */

/** 3 × 3, row by row. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const at = (row: number, column: number) =>
    (a[row * 3] as number) * (b[column] as number) +
    (a[row * 3 + 1] as number) * (b[3 + column] as number) +
    (a[row * 3 + 2] as number) * (b[6 + column] as number);
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}

/** The inverse up to scale (the adjugate): all that homogeneous coordinates need. */
export function adjugate([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
}

/** Eigenvector of the smallest eigenvalue of a symmetric matrix, by cyclic Jacobi rotations (Golub & Van Loan, §8.5). */
export function smallestEigenvector(symmetric: readonly (readonly number[])[]): number[] {
  const n = symmetric.length;
  const m = symmetric.map((row) => [...row]);
  const vectors = m.map((_row, i) => m.map((_column, j) => (i === j ? 1 : 0)));
  const get = (matrix: number[][], i: number, j: number) => (matrix[i] as number[])[j] as number;
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i += 1)
      for (let j = 0; j < n; j += 1) {
        all += get(m, i, j) ** 2;
        if (i !== j) off += get(m, i, j) ** 2;
      }
    if (off <= all * 1e-30) break;
    for (let p = 0; p < n; p += 1)
      for (let q = p + 1; q < n; q += 1) {
        const between = get(m, p, q);
        if (between === 0) continue;
        const theta = (get(m, q, q) - get(m, p, p)) / (2 * between);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k += 1) {
          const [row, vector] = [m[k] as number[], vectors[k] as number[]];
          [row[p], row[q]] = [
            c * (row[p] as number) - s * (row[q] as number),
            s * (row[p] as number) + c * (row[q] as number),
          ];
          [vector[p], vector[q]] = [
            c * (vector[p] as number) - s * (vector[q] as number),
            s * (vector[p] as number) + c * (vector[q] as number),
          ];
        }
        const [top, low] = [m[p] as number[], m[q] as number[]];
        for (let k = 0; k < n; k += 1)
          [top[k], low[k]] = [
            c * (top[k] as number) - s * (low[k] as number),
            s * (top[k] as number) + c * (low[k] as number),
          ];
      }
  }
  let least = 0;
  for (let i = 1; i < n; i += 1) if (get(m, i, i) < get(m, least, least)) least = i;
  return vectors.map((row) => row[least] as number);
}

/** Solves a square system by elimination with pivots; undefined when it is singular. Its arguments are used up. */
export function solve(matrix: number[][], right: number[]): number[] | undefined {
  const n = right.length;
  const row = (i: number) => matrix[i] as number[];
  for (let column = 0; column < n; column += 1) {
    let pivot = column;
    for (let i = column + 1; i < n; i += 1)
      if (Math.abs(row(i)[column] as number) > Math.abs(row(pivot)[column] as number)) pivot = i;
    if (Math.abs(row(pivot)[column] as number) < 1e-14) return undefined;
    [matrix[column], matrix[pivot]] = [row(pivot), row(column)];
    [right[column], right[pivot]] = [right[pivot] as number, right[column] as number];
    for (let i = column + 1; i < n; i += 1) {
      const factor = (row(i)[column] as number) / (row(column)[column] as number);
      if (factor === 0) continue;
      for (let k = column; k < n; k += 1) row(i)[k] = (row(i)[k] as number) - factor * (row(column)[k] as number);
      right[i] = (right[i] as number) - factor * (right[column] as number);
    }
  }
  const answer = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i -= 1) {
    let value = right[i] as number;
    for (let k = i + 1; k < n; k += 1) value -= (row(i)[k] as number) * (answer[k] as number);
    answer[i] = value / (row(i)[i] as number);
  }
  return answer;
}
