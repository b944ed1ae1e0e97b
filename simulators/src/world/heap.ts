/** A binary heap of (cost, cell), least cost first; equal costs come by cell, so that ways repeat exactly. */
export class Heap {
  private costs = new Float64Array(1024);
  private cells = new Int32Array(1024);
  size = 0;

  get leastCost(): number {
    return this.costs[0] as number;
  }

  get leastCell(): number {
    return this.cells[0] as number;
  }

  private isBefore(cost: number, cell: number, at: number): boolean {
    return cost < (this.costs[at] as number) || (cost === this.costs[at] && cell < (this.cells[at] as number));
  }

  private move(from: number, to: number): void {
    this.costs[to] = this.costs[from] as number;
    this.cells[to] = this.cells[from] as number;
  }

  push(cost: number, cell: number): void {
    if (this.size === this.costs.length) this.grow();
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(cost, cell, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.costs[at] = cost;
    this.cells[at] = cell;
  }

  /** Takes the least away. */
  drop(): void {
    this.size -= 1;
    const cost = this.costs[this.size] as number;
    const cell = this.cells[this.size] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (
        child + 1 < this.size &&
        this.isBefore(this.costs[child + 1] as number, this.cells[child + 1] as number, child)
      )
        child += 1;
      if (this.isBefore(cost, cell, child)) break;
      this.move(child, at);
      at = child;
    }
    this.costs[at] = cost;
    this.cells[at] = cell;
  }

  private grow(): void {
    const [costs, cells] = [new Float64Array(this.costs.length * 2), new Int32Array(this.cells.length * 2)];
    costs.set(this.costs);
    cells.set(this.cells);
    [this.costs, this.cells] = [costs, cells];
  }
}
