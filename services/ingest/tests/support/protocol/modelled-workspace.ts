import { type MessageInitShape } from "@bufbuild/protobuf";
import { newId } from "@gigtrail/platform/ids";
import {
  type PutChunkRequestSchema,
  type PutChunkResponse,
  PutChunkResponse_Outcome,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { UploadState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { person } from "../callers.ts";
import type { IngestClient, IngestUnderTest } from "../ingest-under-test.ts";
import { errorOf } from "../refusals.ts";
import { type Act, type Call, SESSIONS } from "./acts.ts";
import { contentOf, TABS } from "./modelled-chunk.ts";
import type { Done } from "./possible-sessions.ts";
import { type Seen, seenSession, seenTab } from "./seen.ts";

type Put = Act & { kind: "put" };

/** The workspace that a sequence of rounds is played in: one member, two sessions, the same three tabs in each. */
export class ModelledWorkspace {
  readonly sessionIds: readonly string[] = Array.from({ length: SESSIONS }, newId);
  readonly tabIds: readonly string[] = Array.from({ length: TABS }, newId).toSorted();
  readonly member = person();

  /** A client of the service that runs now. */
  clientOf(ingest: IngestUnderTest): IngestClient {
    return ingest.as(this.member);
  }

  /** Makes a call, and tells what was answered to each act of it. */
  async make(client: IngestClient, call: Call): Promise<Done[]> {
    if (call.kind === "alone") return [{ act: call.act, seen: await this.#alone(client, call.act, call.isLoud) }];
    const { results } = await client.putChunks({ chunks: call.puts.map((put) => this.#chunk(put)) });
    return call.puts.map((act, index) => {
      const result = results[index]?.result;
      if (result?.case === "stored") return { act, seen: this.#stored(result.value) };
      return { act, seen: { said: result?.value?.reason ?? "nothing" } };
    });
  }

  /** What the server says of a session. */
  look(client: IngestClient, session: number): Promise<Seen> {
    return this.#alone(client, { kind: "look", session }, false);
  }

  async #alone(client: IngestClient, act: Act, isLoud: boolean): Promise<Seen> {
    const lower = this.sessionIds[act.session] ?? "";
    const sessionId = isLoud ? lower.toUpperCase() : lower;
    const said = (call: Promise<unknown>) => saidBy(call);
    switch (act.kind) {
      case "create":
        return said(client.createSession({ sessionId }));
      case "delete":
        return said(client.deleteSession({ sessionId }));
      case "look":
        return answer(client.getUploadState({ sessionId }), ({ uploadState }) => this.#all(uploadState));
      case "finish": {
        const tabs = act.ends.map(([tab, lastSeq]) => ({ tabId: this.tabIds[tab] ?? "", lastSeq: BigInt(lastSeq) }));
        return answer(client.finishSession({ sessionId, tabs }), ({ uploadState }) => this.#all(uploadState));
      }
      case "put":
        return answer(client.putChunk({ ...this.#chunk(act), sessionId }), (stored) => this.#stored(stored));
    }
  }

  #chunk({ session, chunk }: Put): MessageInitShape<typeof PutChunkRequestSchema> {
    const [sessionId, tabId] = [this.sessionIds[session] ?? "", this.tabIds[chunk.tab] ?? ""];
    return { sessionId, tabId, seq: BigInt(chunk.seq), ...contentOf(chunk) };
  }

  #stored({ outcome, tab }: PutChunkResponse): Seen {
    if (tab === undefined) throw new Error("an answer to a chunk does not show its tab");
    return { said: PutChunkResponse_Outcome[outcome], tab: seenTab(this.tabIds, tab) };
  }

  #all(state: UploadState | undefined): Seen {
    if (state === undefined) throw new Error("an answer does not show the session");
    return { said: "done", session: seenSession(this.tabIds, state) };
  }
}

async function answer<T>(call: Promise<T>, read: (value: T) => Seen): Promise<Seen> {
  const [settled] = await Promise.allSettled([call]);
  if (settled.status === "fulfilled") return read(settled.value);
  return { said: (await errorOf(call)).reason ?? "no reason" };
}

function saidBy(call: Promise<unknown>): Promise<Seen> {
  return answer(call, () => ({ said: "done" }));
}
