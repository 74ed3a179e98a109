import { pickAllowed } from "./allow-list.ts";
import { isRecord } from "./json-value.ts";
import { NET_ALLOW_LIST } from "./net-allow-list.ts";
import type { RecorderEvents } from "./recorder-event.ts";

/** Where the page's data come from after the first load (REFERENCE §c1). */
const GRAPHQL_PATH = "/api/graphql/v1";

/** Longest answer that is read, in UTF-16 units. */
export const MAX_ANSWER_LENGTH = 8 * 1_024 * 1_024;

/** An answer of the GraphQL endpoint as the page got it. */
export interface Answer {
  /** The address as `graphqlUrl` gave it. */
  url: string;
  /** HTTP status. */
  status: number;
  /** From request to the end of the answer, in milliseconds. */
  durationMs: number;
  /** Its JSON, parsed. */
  body: unknown;
}

/**
 * Path and operation of a request to the page's own GraphQL endpoint, for example
 * `/api/graphql/v1?alias=userJobSearch`; undefined for any other address. The rest of the query stays in the page.
 */
export function graphqlUrl(target: unknown): string | undefined {
  const address = target instanceof Request ? target.url : target instanceof URL ? target.href : target;
  if (typeof address !== "string" || !URL.canParse(address, location.href)) return undefined;
  const url = new URL(address, location.href);
  if (url.origin !== location.origin || url.pathname !== GRAPHQL_PATH) return undefined;
  const alias = url.searchParams.get("alias");
  return alias === null ? GRAPHQL_PATH : `${GRAPHQL_PATH}?alias=${encodeURIComponent(alias.slice(0, 100))}`;
}

/** The recorder event of an answer; undefined where nothing of it is allowed. Request, headers and cookies are never read. */
export function netEvent(answer: Answer): RecorderEvents["gt.net"] | undefined {
  if (!isRecord(answer.body)) return undefined;
  const picked = pickAllowed(answer.body, NET_ALLOW_LIST);
  if (picked === undefined) return undefined;
  const durationMs = Math.max(0, Math.round(answer.durationMs));
  return { url: answer.url, status: answer.status, durationMs, json: JSON.stringify(picked) };
}
