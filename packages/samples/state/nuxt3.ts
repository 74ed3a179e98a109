import { Html } from "../pages/html.ts";

/** The data script of Nuxt 3: a devalue list, whose objects and lists hold indices of other entries. */
export function nuxt3State(root: object): Html {
  const entries: unknown[] = [["ShallowReactive", 1]];
  write(root, entries);
  const json = JSON.stringify(entries).replaceAll("<", "\\u003C");
  return new Html(`<script type="application/json" id="__NUXT_DATA__" data-ssr="true">${json}</script>`);
}

function write(value: unknown, entries: unknown[]): number {
  if (value === undefined) return -1;
  const index = entries.push(null) - 1;
  if (Array.isArray(value)) entries[index] = value.map((item) => write(item, entries));
  else if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [name, write(member, entries)]);
    entries[index] = Object.fromEntries(members);
  } else entries[index] = value;
  return index;
}
