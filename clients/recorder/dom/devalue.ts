import { isRecord } from "./json-value.ts";

/** Most entries of a payload that are revived; Upwork's hold some thousands. */
export const MAX_ENTRIES = 500_000;

/** Deepest nesting that is revived; beyond it members are undefined. */
const MAX_DEPTH = 256;

// Wrappers of Nuxt and Vue that hold one other entry.
const WRAPPERS = new Set(["Reactive", "ShallowReactive", "Ref", "ShallowRef", "NuxtError", "Object"]);

/** devalue's numbers for what JSON cannot say: undefined, a hole, NaN, the infinities, minus zero. */
const SPECIAL: readonly unknown[] = [undefined, undefined, undefined, Number.NaN, Infinity, -Infinity, -0];

/**
 * Revives a payload of devalue, the form of Nuxt 3's `__NUXT_DATA__`: a list whose first entry is the root and whose
 * objects and lists hold indices of others. Entries may point in circles. Returns undefined for anything else; types of
 * which we know nothing become undefined. https://github.com/sveltejs/devalue
 */
export function reviveDevalue(text: string): unknown {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries) || entries.length > MAX_ENTRIES) return undefined;
  return new Reviver(entries).entry(0, 0);
}

class Reviver {
  readonly #entries: readonly unknown[];
  readonly #revived = new Map<number, unknown>();

  constructor(entries: readonly unknown[]) {
    this.#entries = entries;
  }

  entry(index: unknown, depth: number): unknown {
    if (typeof index !== "number" || !Number.isInteger(index) || depth > MAX_DEPTH) return undefined;
    if (index < 0) return SPECIAL[-index];
    if (this.#revived.has(index)) return this.#revived.get(index);
    const value = this.#entries[index];
    if (Array.isArray(value))
      return typeof value[0] === "string" ? this.#special(index, value, depth) : this.#list(index, value, depth);
    if (isRecord(value)) return this.#object(index, value, depth);
    this.#revived.set(index, value);
    return value;
  }

  #list(index: number, items: readonly unknown[], depth: number): unknown {
    const list: unknown[] = [];
    this.#revived.set(index, list); // before its elements: they may point back here
    for (const item of items) list.push(this.entry(item, depth + 1));
    return list;
  }

  #object(index: number, members: Record<string, unknown>, depth: number): unknown {
    const object: Record<string, unknown> = Object.create(null);
    this.#revived.set(index, object);
    for (const [name, item] of Object.entries(members)) object[name] = this.entry(item, depth + 1);
    return object;
  }

  #special(index: number, value: readonly unknown[], depth: number): unknown {
    const [type, ...rest] = value;
    const revived = this.#specialValue(String(type), rest, depth);
    this.#revived.set(index, revived);
    return revived;
  }

  #specialValue(type: string, rest: readonly unknown[], depth: number): unknown {
    if (WRAPPERS.has(type)) return this.entry(rest[0], depth + 1);
    if (type === "Date") return new Date(String(rest[0]));
    if (type === "BigInt") return String(rest[0]);
    if (type === "EmptyRef" || type === "EmptyShallowRef") return parseOrUndefined(String(rest[0]));
    if (type === "Set") return rest.map((item) => this.entry(item, depth + 1));
    if (type === "Map") return this.#map(rest, depth);
    if (type === "null") return this.#nullObject(rest, depth);
    return undefined;
  }

  #map(rest: readonly unknown[], depth: number): unknown {
    const entries: [string, unknown][] = [];
    for (let i = 0; i + 1 < rest.length; i += 2) {
      entries.push([String(this.entry(rest[i], depth + 1)), this.entry(rest[i + 1], depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  // An object without a prototype is written with its names in place, not as indices.
  #nullObject(rest: readonly unknown[], depth: number): unknown {
    const entries: [string, unknown][] = [];
    for (let i = 0; i + 1 < rest.length; i += 2) entries.push([String(rest[i]), this.entry(rest[i + 1], depth + 1)]);
    return Object.fromEntries(entries);
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
