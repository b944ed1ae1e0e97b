/** Who speaks on which MQTT topic: a trie of topic filters (MQTT 3.1.1, 4.7), looked up once per message. */
export class TopicBook {
  readonly #root: Node = { levels: new Map(), here: [], below: [] };
  readonly #filters = new Map<string, string[]>();

  add(filter: string, deviceId: string): void {
    const filters = this.#filters.get(deviceId);
    if (filters) filters.push(filter);
    else this.#filters.set(deviceId, [filter]);
    const levels = filter.split('/');
    const last = levels.at(-1) === '#' ? levels.pop() : undefined;
    let node = this.#root;
    for (const level of levels) {
      let next = node.levels.get(level);
      if (!next) node.levels.set(level, (next = { levels: new Map(), here: [], below: [] }));
      node = next;
    }
    const ids = last === undefined ? node.here : node.below;
    if (!ids.includes(deviceId)) ids.push(deviceId);
  }

  /** Filters of a device. */
  filtersOf(deviceId: string): readonly string[] {
    return this.#filters.get(deviceId) ?? [];
  }

  /** Devices one of whose filters matches, each once. */
  devicesOn(topic: string): readonly string[] {
    const found: string[] = [];
    // Wildcards do not reach what begins with "$" (4.7.2).
    collect(this.#root, topic.split('/'), 0, found, topic.startsWith('$'));
    return found;
  }
}

interface Node {
  levels: Map<string, Node>;
  /** filters that end here, and those that go on with "#" */
  here: string[];
  below: string[];
}

function collect(node: Node, levels: readonly string[], at: number, found: string[], plain: boolean): void {
  if (!plain || at > 0) take(node.below, found);
  if (at === levels.length) return take(node.here, found);
  const exact = node.levels.get(levels[at] as string);
  if (exact) collect(exact, levels, at + 1, found, plain);
  const any = plain && at === 0 ? undefined : node.levels.get('+');
  if (any) collect(any, levels, at + 1, found, plain);
}

function take(ids: readonly string[], found: string[]): void {
  for (const id of ids) if (!found.includes(id)) found.push(id);
}
