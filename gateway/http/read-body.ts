import { refusal } from "@gigtrail/platform/errors";
import type { BodyLimit } from "../connect/limits.ts";

/** Reads a body within its limit; one that declared no length is stopped when it goes over. */
export async function readBody(request: Request, limit: BodyLimit): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  try {
    const bytes = declared === null ? await readBounded(request, limit) : await request.bytes();
    if (declared !== null && bytes.length !== Number(declared)) throw refusal("body_truncated");
    return bytes;
  } catch (error) {
    if (request.signal.aborted) throw refusal("body_truncated", { cause: error });
    throw error;
  }
}

async function readBounded(request: Request, { maxBytes, reason }: BodyLimit): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of request.body ?? []) {
    total += part.length;
    if (total > maxBytes) throw refusal(reason);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
