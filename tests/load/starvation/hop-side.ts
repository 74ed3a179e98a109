import { randomBytes } from "node:crypto";
import type { Gigtrail } from "../sides/gigtrail.ts";
import type { Side } from "../sides/side.ts";

/** As x-gigtrail-reason says it. */
const EXPECTED_REASON = "body_not_gzip";

/**
 * Calls as large as chunks that ingest is done with at once: their bodies are random bytes instead of gzip. So the way
 * there and back is all that is measured. What else than that one refusal is answered is an error.
 */
export function hopSide(gigtrail: Gigtrail, name: string): Side {
  return {
    name,
    serverPids: gigtrail.serverPids,
    async uploader() {
      const [sessionId, token] = [await gigtrail.newSession(), await gigtrail.token()];
      const url = `${gigtrail.url}/v1/sessions/${sessionId}/tabs/${Bun.randomUUIDv7()}/chunks/0`;
      return {
        async send({ body: { length }, sha256, eventCount }) {
          const headers = {
            authorization: `Bearer ${token}`,
            "content-encoding": "gzip",
            "x-gigtrail-sha256": sha256,
            "x-gigtrail-event-count": String(eventCount),
          };
          const response = await fetch(url, { method: "PUT", headers, body: noise(length) });
          const text = await response.text();
          if (response.headers.get("x-gigtrail-reason") !== EXPECTED_REASON) throw new Error(`not refused: ${text}`);
        },
      };
    },
  };
}

const bySize = new Map<number, Uint8Array<ArrayBuffer>>();

/** So many random bytes that are no gzip; made once for each size. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  const known = bySize.get(length);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(randomBytes(length));
  bytes[0] = 0;
  bySize.set(length, bytes);
  return bytes;
}
