import { refusal } from "@gigtrail/platform/errors";

/** Reads a body of at most `maxBytes`; one that declared no length is stopped when it goes over. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  try {
    const bytes = declared === null ? await readBounded(request, maxBytes) : await request.bytes();
    if (declared !== null && bytes.length !== Number(declared)) throw refusal("body_truncated");
    return bytes;
  } catch (error) {
    if (request.signal.aborted) throw refusal("body_truncated", { cause: error });
    throw error;
  }
}

async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of request.body ?? []) {
    total += part.length;
    if (total > maxBytes) throw refusal("payload_too_large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}
