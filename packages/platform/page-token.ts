import { refusal } from "./errors.ts";

/** Rows on a page when the caller does not say. */
export const DEFAULT_PAGE_SIZE = 50;

/** Turns the position after which a page begins into an opaque token (AIP-158). */
export function encodePageToken(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Reads a token made by encodePageToken with as many parts; undefined for the first page. */
export function decodePageToken(token: string, parts: number): (string | number)[] | undefined {
  if (token === "") return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(position) && position.length === parts && position.every(isPart)) return position;
  } catch {
    // Not ours: answered below like any other token that is not.
  }
  throw refusal("page_token_invalid");
}

function isPart(value: unknown): value is string | number {
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}

/** The page size to use for what a caller asked for. */
export function pageSize(asked: number): number {
  return asked === 0 ? DEFAULT_PAGE_SIZE : asked;
}
