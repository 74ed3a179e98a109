import { isRecord } from "./json-value.ts";
import { redactText } from "./redact-text.ts";

/** What may be taken of a value: `true` for all of it, or the members by name. Lists are looked through. */
export type AllowList = true | { readonly [name: string]: AllowList };

/** Deepest nesting that is copied; beyond it a value is left out. Upwork's own states nest 9 deep. */
const MAX_DEPTH = 24;

/** Most members and elements copied of one value; beyond it the rest is left out. */
const MAX_VALUES = 200_000;

// A second belt inside what an allow-list takes whole: names of members that never leave the page (REFERENCE §f).
const NEVER =
  /token|jwt|cookie|csrf|secret|password|e-?mail|phone|^ip$|ipaddress|geoip|visitor|portrait|photo|avatar|contractorname|applicantnames|profileciphertext|companyreference|securitytoken/i;

/** Copies the allowed part of a value as plain JSON data, secrets in its text redacted; undefined if nothing is left. */
export function pickAllowed(value: unknown, allowed: AllowList): unknown {
  return copy(value, allowed, { depth: 0, left: { values: MAX_VALUES } });
}

interface Bounds {
  depth: number;
  left: { values: number };
}

function copy(value: unknown, allowed: AllowList, bounds: Bounds): unknown {
  if (bounds.depth > MAX_DEPTH || bounds.left.values-- <= 0) return undefined;
  const inside = { depth: bounds.depth + 1, left: bounds.left };
  if (Array.isArray(value)) {
    const elements = value.map((element) => copy(element, allowed, inside)).filter((element) => element !== undefined);
    return allowed === true || elements.length > 0 ? elements : undefined;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (isRecord(value)) return copyMembers(value, allowed, inside);
  return allowed === true ? copyPlain(value) : undefined;
}

function copyMembers(value: Record<string, unknown>, allowed: AllowList, inside: Bounds): unknown {
  const names = allowed === true ? Object.keys(value).filter((name) => !NEVER.test(name)) : Object.keys(allowed);
  const members: [string, unknown][] = [];
  for (const name of names) {
    const member = Object.hasOwn(value, name)
      ? copy(value[name], allowed === true ? true : (allowed[name] ?? {}), inside)
      : undefined;
    if (member !== undefined) members.push([name, member]);
  }
  return allowed === true || members.length > 0 ? Object.fromEntries(members) : undefined;
}

function copyPlain(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return redactText(value);
    case "bigint":
      return value.toString();
    case "number":
    case "boolean":
      return value;
    default:
      return value === null ? null : undefined;
  }
}
