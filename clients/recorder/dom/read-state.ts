import { pickAllowed } from "./allow-list.ts";
import { reviveDevalue } from "./devalue.ts";
import { isRecord, memberAt } from "./json-value.ts";
import type { RecorderEvents, StateSource } from "./recorder-event.ts";
import { redactText } from "./redact-text.ts";
import { STATE_ALLOW_LIST } from "./state-allow-list.ts";

/** Longest JSON text of a `gt.state` or `gt.net`, in UTF-16 units: 4 MiB, the contract's limit. */
export const MAX_JSON_LENGTH = 4 * 1_024 * 1_024;

/** Longest `__NUXT_DATA__` that is read, in UTF-16 units. */
const MAX_PAYLOAD_LENGTH = 32 * 1_024 * 1_024;

/**
 * The allow-listed part of the page's own state: of `window.__NUXT__` (Nuxt 2) or of `<script id="__NUXT_DATA__">`
 * (Nuxt 3), with the stores by name at the top, wherever they lay. Undefined where the page has none that we know.
 */
export function readState(): RecorderEvents["gt.state"] | undefined {
  return stateOf("SOURCE_NUXT2", Reflect.get(window, "__NUXT__")) ?? stateOf("SOURCE_NUXT3", nuxt3Payload());
}

function nuxt3Payload(): unknown {
  const text = document.getElementById("__NUXT_DATA__")?.textContent ?? "";
  if (text === "" || text.length > MAX_PAYLOAD_LENGTH) return undefined;
  return reviveDevalue(text);
}

function stateOf(source: StateSource, root: unknown): RecorderEvents["gt.state"] | undefined {
  const picked = pickStores(root);
  return picked && { source, json: JSON.stringify(picked) };
}

/** The allowed stores of a state object, the server's own name of the page among them; undefined if there are none. */
export function pickStores(root: unknown): Record<string, unknown> | undefined {
  if (!isRecord(root)) return undefined;
  const homes = [memberAt(root, ["state"]), memberAt(root, ["vuex"]), memberAt(root, ["pinia"]), root].filter(isRecord);
  const stores: Record<string, unknown> = {};
  for (const [name, allowed] of Object.entries(STATE_ALLOW_LIST)) {
    const home = homes.find((candidate) => isRecord(candidate[name]));
    const picked = home && pickAllowed(home[name], allowed);
    if (picked !== undefined) stores[name] = picked;
  }
  const own = homes.map((home) => memberAt(home, ["user", "proposals"])).find(isRecord);
  const ownPicked = stores["proposals"] === undefined && own && pickAllowed(own, STATE_ALLOW_LIST.proposals);
  if (ownPicked) stores["proposals"] = ownPicked;
  if (Object.keys(stores).length === 0) return undefined;
  const routePath = [root, ...homes].map((home) => home["routePath"]).find((path) => typeof path === "string");
  if (routePath !== undefined) stores["routePath"] = redactText(routePath.split("?")[0] ?? "");
  return stores;
}
