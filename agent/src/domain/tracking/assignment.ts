/**
 * Which row goes with which column at the least total cost, not pairing being free (0). Only pairs of negative cost
 * are offered. Rows and columns that share no offered pair are solved apart: in a shop nearly all of them are single
 * pairs, so that a frame costs microseconds. What remains runs through shortest augmenting paths with potentials
 * (R. Jonker, A. Volgenant, Computing 38, 1987; D. Crouse, IEEE TAES 52(4), 2016).
 */
export class Assignment {
  /** column of each row after `solve`, -1 where it goes without */
  rowTo = new Int32Array(0);
  /** row of each column, -1 where it goes without */
  columnTo = new Int32Array(0);
  #rows = 0;
  #columns = 0;
  #pairs = 0;
  #pairRow = new Int32Array(64);
  #pairColumn = new Int32Array(64);
  #pairCost = new Float64Array(64);
  /** union-find over rows, then columns */
  #parent = new Int32Array(0);
  /** how many offered pairs touch it */
  #degree = new Int32Array(0);
  /** within its component */
  #local = new Int32Array(0);
  #rootRows = new Int32Array(0);
  #rootColumns = new Int32Array(0);
  #matrix = new Float64Array(0);
  #u = new Float64Array(0);
  #v = new Float64Array(0);
  #least = new Float64Array(0);
  #match = new Int32Array(0);
  #way = new Int32Array(0);
  #used = new Uint8Array(0);
  #componentRows: number[] = [];
  #componentColumns: number[] = [];

  /** Starts a problem of so many rows and columns. */
  begin(rows: number, columns: number): void {
    this.#rows = rows;
    this.#columns = columns;
    this.#pairs = 0;
    if (this.rowTo.length < rows) this.rowTo = new Int32Array(rows * 2);
    if (this.columnTo.length < columns) this.columnTo = new Int32Array(columns * 2);
    const nodes = rows + columns;
    if (this.#parent.length < nodes) {
      this.#parent = new Int32Array(nodes * 2);
      this.#degree = new Int32Array(nodes * 2);
      this.#local = new Int32Array(nodes * 2);
      this.#rootRows = new Int32Array(nodes * 2);
      this.#rootColumns = new Int32Array(nodes * 2);
    }
    for (let index = 0; index < nodes; index += 1) {
      this.#parent[index] = index;
      this.#degree[index] = 0;
    }
    this.rowTo.fill(-1, 0, rows);
    this.columnTo.fill(-1, 0, columns);
  }

  /** Offers a pair. A cost that is not below zero (or not a number) is no offer. */
  offer(row: number, column: number, cost: number): void {
    if (!(cost < 0)) return;
    if (this.#pairs === this.#pairRow.length) this.#growPairs();
    const at = this.#pairs;
    this.#pairRow[at] = row;
    this.#pairColumn[at] = column;
    this.#pairCost[at] = cost;
    this.#pairs += 1;
    const other = this.#rows + column;
    this.#degree[row] = (this.#degree[row] as number) + 1;
    this.#degree[other] = (this.#degree[other] as number) + 1;
    const a = this.#find(row);
    const b = this.#find(other);
    if (a !== b) this.#parent[a < b ? b : a] = a < b ? a : b;
  }

  /** Fills `rowTo` and `columnTo`. */
  solve(): void {
    let simple = true;
    for (let at = 0; at < this.#pairs; at += 1) {
      const row = this.#pairRow[at] as number;
      const column = this.#pairColumn[at] as number;
      if (this.#degree[row] === 1 && this.#degree[this.#rows + column] === 1) {
        this.rowTo[row] = column;
        this.columnTo[column] = row;
      } else simple = false;
    }
    if (!simple) this.#solveComponents();
  }

  #solveComponents(): void {
    // A component's root is its smallest node, hence a row. `degree` is set to -1 once its component is done.
    for (let row = 0; row < this.#rows; row += 1) {
      if ((this.#degree[row] as number) < 1 || (this.rowTo[row] as number) >= 0) continue;
      if (this.#find(row) === row) this.#solveOne(row);
    }
  }

  #solveOne(root: number): void {
    const rows = this.#componentRows;
    const columns = this.#componentColumns;
    rows.length = 0;
    columns.length = 0;
    for (let row = root; row < this.#rows; row += 1)
      if ((this.#degree[row] as number) > 0 && this.#find(row) === root) {
        this.#local[row] = rows.length;
        rows.push(row);
      }
    for (let column = 0; column < this.#columns; column += 1) {
      const node = this.#rows + column;
      if ((this.#degree[node] as number) > 0 && this.#find(node) === root) {
        this.#local[node] = columns.length;
        columns.push(column);
      }
    }
    // The solver wants no more rows than columns.
    const flip = rows.length > columns.length;
    const n = flip ? columns.length : rows.length;
    const m = flip ? rows.length : columns.length;
    if (this.#matrix.length < n * m) this.#matrix = new Float64Array(n * m * 2);
    this.#matrix.fill(0, 0, n * m);
    for (let at = 0; at < this.#pairs; at += 1) {
      const row = this.#pairRow[at] as number;
      if (this.#find(row) !== root) continue;
      const a = this.#local[row] as number;
      const b = this.#local[this.#rows + (this.#pairColumn[at] as number)] as number;
      this.#matrix[flip ? b * m + a : a * m + b] = this.#pairCost[at] as number;
    }
    this.#shortestPaths(n, m);
    for (let j = 1; j <= m; j += 1) {
      const i = this.#match[j] as number;
      // A cell of 0 was not offered: going without is as good.
      if (i === 0 || !((this.#matrix[(i - 1) * m + j - 1] as number) < 0)) continue;
      const row = rows[flip ? j - 1 : i - 1] as number;
      const column = columns[flip ? i - 1 : j - 1] as number;
      this.rowTo[row] = column;
      this.columnTo[column] = row;
    }
  }

  /** The dense problem of n ≤ m in `#matrix`; leaves in `#match[1…m]` the row (from 1) of each column, or 0. */
  #shortestPaths(n: number, m: number): void {
    if (this.#v.length <= m) {
      const size = 2 * m + 2;
      this.#u = new Float64Array(size);
      this.#v = new Float64Array(size);
      this.#least = new Float64Array(size);
      this.#match = new Int32Array(size);
      this.#way = new Int32Array(size);
      this.#used = new Uint8Array(size);
    }
    const { u, v, least, match, way, used } = {
      u: this.#u,
      v: this.#v,
      least: this.#least,
      match: this.#match,
      way: this.#way,
      used: this.#used,
    };
    const matrix = this.#matrix;
    u.fill(0, 0, n + 1);
    v.fill(0, 0, m + 1);
    match.fill(0, 0, m + 1);
    for (let i = 1; i <= n; i += 1) {
      match[0] = i;
      least.fill(Infinity, 0, m + 1);
      used.fill(0, 0, m + 1);
      let j0 = 0;
      do {
        used[j0] = 1;
        const i0 = match[j0] as number;
        const base = (i0 - 1) * m - 1;
        const u0 = u[i0] as number;
        let delta = Infinity;
        let j1 = 0;
        for (let j = 1; j <= m; j += 1) {
          if (used[j]) continue;
          const reduced = (matrix[base + j] as number) - u0 - (v[j] as number);
          if (reduced < (least[j] as number)) {
            least[j] = reduced;
            way[j] = j0;
          }
          if ((least[j] as number) < delta) {
            delta = least[j] as number;
            j1 = j;
          }
        }
        for (let j = 0; j <= m; j += 1) {
          if (used[j]) {
            u[match[j] as number] = (u[match[j] as number] as number) + delta;
            v[j] = (v[j] as number) - delta;
          } else least[j] = (least[j] as number) - delta;
        }
        j0 = j1;
      } while (match[j0] !== 0);
      do {
        const j1 = way[j0] as number;
        match[j0] = match[j1] as number;
        j0 = j1;
      } while (j0 !== 0);
    }
  }

  #find(node: number): number {
    const parent = this.#parent;
    let root = node;
    while (parent[root] !== root) root = parent[root] as number;
    while (parent[node] !== root) {
      const next = parent[node] as number;
      parent[node] = root;
      node = next;
    }
    return root;
  }

  #growPairs(): void {
    const size = this.#pairRow.length * 2;
    const rows = new Int32Array(size);
    const columns = new Int32Array(size);
    const costs = new Float64Array(size);
    rows.set(this.#pairRow);
    columns.set(this.#pairColumn);
    costs.set(this.#pairCost);
    this.#pairRow = rows;
    this.#pairColumn = columns;
    this.#pairCost = costs;
  }
}
