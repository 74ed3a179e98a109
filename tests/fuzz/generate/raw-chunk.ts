import * as fc from "fast-check";
import { SESSIONS, TABS } from "../target/names.ts";
import { plainRequest, type WireRequest } from "../wire/wire-request.ts";
import { payload } from "./payload.ts";
import { seq, sessionId, tabId } from "./places.ts";

/** Chunks as raw bodies. */
export const rawChunk: fc.Arbitrary<WireRequest> = fc
  .record({ payload, sessionId, tabId, seq })
  .map(({ payload: { encoding, bytes, sha256, eventCount }, ...name }) => {
    const path = `/v1/sessions/${name.sessionId}/tabs/${name.tabId}/chunks/${name.seq}`;
    const isOwn = SESSIONS.includes(name.sessionId) && TABS.includes(name.tabId) && /^\d{1,3}$/.test(name.seq);
    return plainRequest({
      label: "a raw chunk",
      method: "PUT",
      path,
      headers: [
        ["content-type", "application/json"],
        ["content-encoding", encoding],
        ["x-gigtrail-sha256", Buffer.from(sha256).toString("hex")],
        ["x-gigtrail-event-count", String(eventCount)],
      ],
      body: bytes,
      ...(isOwn ? { puts: { ...name, seq: Number(name.seq) } } : {}),
    });
  });
