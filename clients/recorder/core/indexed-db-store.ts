import { OutboxError } from "./outbox-error.ts";
import {
  OUTBOX_TABLES,
  type OutboxKey,
  type OutboxStore,
  type OutboxTable,
  type OutboxTables,
  type OutboxTransaction,
} from "./outbox-store.ts";

/** Name of the database unless told otherwise. */
export const DEFAULT_DATABASE_NAME = "gigtrail-outbox";

/** Counts up with the tables; `upgrade` brings a database of any version before to this one. */
const SCHEMA_VERSION = 1;

/**
 * An outbox in IndexedDB, shared by every context of the origin that opens the same name. Each change is one
 * transaction with durability "strict": it is on disk when it is acknowledged.
 */
export function createIndexedDbStore(name: string = DEFAULT_DATABASE_NAME): OutboxStore {
  return new IndexedDbStore(name);
}

class IndexedDbStore implements OutboxStore {
  readonly #name: string;
  #opening: Promise<IDBDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async transact<Result>(
    mode: "readonly" | "readwrite",
    work: (tx: OutboxTransaction) => Promise<Result>,
  ): Promise<Result> {
    const tx = await this.#begin(mode);
    const ended = endOf(tx);
    try {
      const result = await work(transactionOf(tx));
      await ended;
      return result;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It has ended already; `ended` knows how.
      }
      await ended.catch(() => undefined);
      throw asOutboxError(error);
    }
  }

  close(): void {
    void this.#opening?.then((database) => database.close()).catch(() => undefined);
    this.#opening = undefined;
  }

  async #begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    const begin = async (): Promise<IDBTransaction> => {
      this.#opening ??= this.#open();
      return (await this.#opening).transaction(OUTBOX_TABLES, mode, { durability: "strict" });
    };
    try {
      return await begin();
    } catch {
      // The browser may close a connection at any time, for example when the user clears data: once more, on a new one.
      this.#opening = undefined;
      return begin();
    }
  }

  async #open(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.#name, SCHEMA_VERSION);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    const database = await resultOf(request);
    const forget = (): void => {
      this.#opening = undefined;
    };
    database.onclose = forget;
    database.onversionchange = () => {
      // A newer version of the recorder wants to upgrade; it must not wait for this one.
      database.close();
      forget();
    };
    return database;
  }
}

/** Runs within the versionchange transaction: killed there, the database stays as it was. */
function upgrade(database: IDBDatabase, oldVersion: number): void {
  if (oldVersion < 1) for (const table of OUTBOX_TABLES) database.createObjectStore(table);
}

function transactionOf(tx: IDBTransaction): OutboxTransaction {
  return {
    async get<T extends OutboxTable>(table: T, key: OutboxKey) {
      const row: OutboxTables[T] | undefined = await resultOf(tx.objectStore(table).get([...key]));
      return row;
    },
    async list<T extends OutboxTable>(table: T, prefix: OutboxKey, limit?: number) {
      // An array sorts after every text and number, so this is the end of all keys that begin alike.
      const range = IDBKeyRange.bound([...prefix], [...prefix, []]);
      const rows: OutboxTables[T][] = await resultOf(tx.objectStore(table).getAll(range, limit));
      return rows;
    },
    async put(table, key, row) {
      await resultOf(tx.objectStore(table).put(row, [...key]));
    },
    async delete(table, key) {
      await resultOf(tx.objectStore(table).delete([...key]));
    },
  };
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed without saying why."));
  });
}

function endOf(tx: IDBTransaction): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new DOMException("The transaction was aborted.", "AbortError"));
  });
  // Whoever runs the transaction awaits it, but perhaps after a request of it has failed first.
  ended.catch(() => undefined);
  return ended;
}

function asOutboxError(error: unknown): unknown {
  const isQuota = error instanceof DOMException && error.name === "QuotaExceededError";
  return isQuota ? new OutboxError("outbox_full", { cause: error }) : error;
}
