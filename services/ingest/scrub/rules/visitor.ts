import { KEY } from "../../payload/json/key-codes.ts";
import type { JsonText } from "../../payload/json/json-text.ts";
import { TOKEN } from "../../payload/json/tape.ts";
import { hasIpv4 } from "../visitor-address.ts";
import { markValue } from "./named-secrets.ts";

/**
 * Marks the IPv4 addresses in a `visitor` of the page's state: its `ip`, and its `id`, which begins with one. What lies
 * before token `done` is marked already; returns up to where it is now.
 */
export function markVisitor(json: JsonText, object: number, done: number): number {
  const { tape } = json;
  let end = done;
  for (const visitor of json.members(object, KEY.VISITOR)) {
    for (let at = Math.max(visitor, end); at < tape.after(visitor); at++) {
      if (tape.kind(at) === TOKEN.STRING && hasIpv4(json.string(at) ?? "")) markValue(json, at);
    }
    end = Math.max(end, tape.after(visitor));
  }
  return end;
}
