import type { ConnectError } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";

/** A run of bytes, both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const SINGLE_RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * Reads a Range header (RFC 9110 §14.2) for a file of `size` bytes: undefined for the whole file, which is also the
 * right answer to several ranges and to what cannot be read. Throws `range_not_satisfiable`.
 */
export function parseRange(header: string | null, size: number): ByteRange | undefined {
  const [, first, last] = SINGLE_RANGE.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") {
    if (Number(last) === 0 || size === 0) throw notSatisfiable(size);
    return { first: Math.max(0, size - Number(last)), last: size - 1 };
  }
  if (Number(first) >= size) throw notSatisfiable(size);
  if (last !== "" && Number(last) < Number(first)) return undefined;
  return { first: Number(first), last: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

/** With the size, so that the client can ask again (RFC 9110 §15.5.17). */
function notSatisfiable(size: number): ConnectError {
  const error = refusal("range_not_satisfiable");
  error.metadata.set("content-range", `bytes */${size}`);
  return error;
}
