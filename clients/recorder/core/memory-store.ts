import type { OutboxKey, OutboxStore, OutboxTable, OutboxTables, OutboxTransaction } from "./outbox-store.ts";

/** An outbox in memory: for tests, and for uploads whose events lie in a file anyway. */
export function createMemoryStore(): OutboxStore {
  return new MemoryStore();
}

class MemoryStore implements OutboxStore {
  readonly #tables = {
    sessions: new SortedTable<OutboxTables["sessions"]>(),
    tabs: new SortedTable<OutboxTables["tabs"]>(),
    chunks: new SortedTable<OutboxTables["chunks"]>(),
    parked: new SortedTable<OutboxTables["parked"]>(),
    payloads: new SortedTable<OutboxTables["payloads"]>(),
    totals: new SortedTable<OutboxTables["totals"]>(),
    leases: new SortedTable<OutboxTables["leases"]>(),
  };
  #last: Promise<unknown> = Promise.resolve();

  transact<Result>(_mode: "readonly" | "readwrite", work: (tx: OutboxTransaction) => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(() => this.#run(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  close(): void {}

  async #run<Result>(work: (tx: OutboxTransaction) => Promise<Result>): Promise<Result> {
    const undo: (() => void)[] = [];
    try {
      return await work(this.#open(undo));
    } catch (error) {
      for (const step of undo.toReversed()) step();
      throw error;
    }
  }

  #open(undo: (() => void)[]): OutboxTransaction {
    const change = <T extends OutboxTable>(table: T, key: OutboxKey, row: OutboxTables[T] | undefined): void => {
      const rows: Table<OutboxTables[T]> = this.#table(table);
      const before = rows.set(key, row);
      undo.push(() => void rows.set(key, before));
    };
    return {
      get: async (table, key) => this.#table(table).get(key),
      list: async (table, prefix, limit) => this.#table(table).list(prefix, limit),
      put: async (table, key, row) => change(table, key, row),
      delete: async (table, key) => change(table, key, undefined),
    };
  }

  #table<T extends OutboxTable>(table: T): Table<OutboxTables[T]> {
    const tables: { [Name in OutboxTable]: Table<OutboxTables[Name]> } = this.#tables;
    return tables[table];
  }
}

interface Table<Row> {
  get(key: OutboxKey): Row | undefined;
  list(prefix: OutboxKey, limit?: number): Row[];
  /** Writes or, with undefined, removes a row; gives the one that was there. */
  set(key: OutboxKey, row: Row | undefined): Row | undefined;
}

/** Rows in the order of their keys. Most come last, so that an array is quick enough. */
class SortedTable<Row> implements Table<Row> {
  readonly #rows: { readonly key: OutboxKey; readonly row: Row }[] = [];

  get(key: OutboxKey): Row | undefined {
    const found = this.#rows[this.#indexOf(key)];
    return found !== undefined && compareKeys(found.key, key) === 0 ? found.row : undefined;
  }

  list(prefix: OutboxKey, limit = Infinity): Row[] {
    const found: Row[] = [];
    for (let at = this.#indexOf(prefix); at < this.#rows.length && found.length < limit; at += 1) {
      const entry = this.#rows[at];
      if (entry === undefined || !prefix.every((part, index) => entry.key[index] === part)) break;
      found.push(entry.row);
    }
    return found;
  }

  set(key: OutboxKey, row: Row | undefined): Row | undefined {
    const before = this.get(key);
    const at = this.#indexOf(key);
    this.#rows.splice(at, before === undefined ? 0 : 1, ...(row === undefined ? [] : [{ key, row }]));
    return before;
  }

  /** The first place whose key is not below. */
  #indexOf(key: OutboxKey): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#rows[middle];
      if (entry !== undefined && compareKeys(entry.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compareKeys(one: OutboxKey, other: OutboxKey): number {
  for (const [index, part] of one.entries()) {
    const against = other[index];
    if (against === undefined || part > against) return 1;
    if (part < against) return -1;
  }
  return one.length - other.length;
}
