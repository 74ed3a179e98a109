import { Code, type ServiceImpl } from "@connectrpc/connect";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type GetStorageReportResponseSchema,
  type IngestService,
  PutChunkResponse_Outcome,
  PutChunkResponseSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { RecordingSettingsSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/recording_settings_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { notFound, refuse } from "./refuse.ts";

interface Chunk {
  sha256: string;
  /** The JSON array as it was sent. */
  json: string;
}

interface FakeSession {
  name: string;
  tabs: Map<string, Map<number, Chunk>>;
  ends: Map<string, number>;
}

/** Cuts a line in two on purpose, as ReadEvents may. */
const READ_FRAME_BYTES = 50;

/** Sessions and their chunks. */
export class FakeRecordings {
  readonly sessions = new Map<string, FakeSession>();
  readonly deleted = new Set<string>();

  /** The events of all of a session's tabs, by (tab, seq); throws when a chunk is missing. */
  eventsOf(sessionId: string): unknown[] {
    const session = this.#session(sessionId);
    return [...session.tabs.values()].flatMap((chunks) =>
      Array.from({ length: chunks.size }, (_, seq) => {
        const chunk = chunks.get(seq);
        if (chunk === undefined) throw new Error(`chunk ${seq} of ${chunks.size} is missing`);
        return JSON.parse(chunk.json) as unknown[];
      }).flat(),
    );
  }

  /** Takes a chunk as the raw route does. */
  put(path: { sessionId: string; tabId: string; seq: number }, sha256: string, eventCount: number, body: Buffer) {
    const session = this.#session(path.sessionId);
    const json = new TextDecoder().decode(Bun.gunzipSync(Uint8Array.from(body)));
    if (new Bun.CryptoHasher("sha256").update(json).digest("hex") !== sha256) {
      throw refuse(Code.InvalidArgument, "sha256_mismatch");
    }
    if ((JSON.parse(json) as unknown[]).length !== eventCount) throw refuse(Code.InvalidArgument, "event_count_wrong");
    const chunks = session.tabs.get(path.tabId) ?? new Map<number, Chunk>();
    session.tabs.set(path.tabId, chunks);
    const held = chunks.get(path.seq);
    if (held !== undefined && held.sha256 !== sha256) throw refuse(Code.AlreadyExists, "chunk_conflict");
    chunks.set(path.seq, { sha256, json });
    return create(PutChunkResponseSchema, {
      outcome: held === undefined ? PutChunkResponse_Outcome.STORED : PutChunkResponse_Outcome.DUPLICATE,
      tab: this.#tabState(session, path.tabId),
    });
  }

  settings = create(RecordingSettingsSchema, { retentionDays: 30, byteBudget: 5_000_000_000n });
  storageReport: MessageInitShape<typeof GetStorageReportResponseSchema> = {};

  readonly routes: Partial<ServiceImpl<typeof IngestService>> = {
    createSession: ({ sessionId, displayName }) => {
      if (this.deleted.has(sessionId)) throw notFound("session_deleted");
      const session = this.sessions.get(sessionId) ?? { name: displayName, tabs: new Map(), ends: new Map() };
      this.sessions.set(sessionId, session);
      return { session: this.#describe(sessionId) };
    },
    getUploadState: ({ sessionId }) => ({ uploadState: this.#uploadState(sessionId) }),
    finishSession: ({ sessionId, tabs }) => {
      for (const { tabId, lastSeq } of tabs) this.#session(sessionId).ends.set(tabId, Number(lastSeq));
      return { uploadState: this.#uploadState(sessionId) };
    },
    getSession: ({ sessionId }) => ({ session: this.#describe(sessionId) }),
    listSessions: ({ pageSize }) => {
      const all = [...this.sessions.keys()].toReversed().map((id) => this.#describe(id));
      return { sessions: all.slice(0, pageSize), nextPageToken: all.length > pageSize ? "more" : "" };
    },
    deleteSession: ({ sessionId }) => {
      this.#session(sessionId);
      this.sessions.delete(sessionId);
      this.deleted.add(sessionId);
      return {};
    },
    readEvents: ({ sessionId }) => this.#frames(sessionId),
    getRecordingSettings: () => ({ settings: this.settings }),
    updateRecordingSettings: ({ settings }) => {
      if (settings !== undefined) this.settings = settings;
      return { settings: this.settings };
    },
    getStorageReport: () => this.storageReport,
  };

  async *#frames(sessionId: string) {
    for (const [tabId, chunks] of this.#session(sessionId).tabs) {
      for (const [seq, { json }] of chunks) {
        const lines = (JSON.parse(json) as unknown[]).map((event) => `${JSON.stringify(event)}\n`).join("");
        const bytes = new TextEncoder().encode(lines);
        for (let at = 0; at < bytes.length; at += READ_FRAME_BYTES) {
          const data = bytes.slice(at, at + READ_FRAME_BYTES);
          yield { tabId, seq: BigInt(seq), data, endsLine: data.at(-1) === 0x0a };
        }
      }
    }
  }

  #session(sessionId: string): FakeSession {
    if (this.deleted.has(sessionId)) throw notFound("session_deleted");
    const session = this.sessions.get(sessionId);
    if (session === undefined) throw notFound("session_not_found");
    return session;
  }

  #describe(sessionId: string) {
    const session = this.#session(sessionId);
    const chunks = [...session.tabs.values()].flatMap((tab) => [...tab.values()]);
    return {
      sessionId,
      displayName: session.name,
      state: this.#isComplete(session) ? SessionState.COMPLETE : SessionState.RECORDING,
      generation: 1,
      createTime: timestampFromMs(Date.UTC(2026, 10, 22, 13, 18)),
      firstEventTime: timestampFromMs(Date.UTC(2026, 10, 22, 9, 0)),
      lastEventTime: timestampFromMs(Date.UTC(2026, 10, 22, 9, 30)),
      eventCount: BigInt(chunks.reduce((sum, { json }) => sum + (JSON.parse(json) as unknown[]).length, 0)),
      rawBytes: BigInt(chunks.reduce((sum, { json }) => sum + json.length, 0)),
    };
  }

  #uploadState(sessionId: string) {
    const session = this.#session(sessionId);
    const state = this.#isComplete(session) ? SessionState.COMPLETE : SessionState.RECORDING;
    return { sessionId, state, generation: 1, tabs: [...session.tabs.keys()].map((id) => this.#tabState(session, id)) };
  }

  #isComplete(session: FakeSession): boolean {
    return session.ends.size > 0 && [...session.ends].every(([id, last]) => this.#through(session, id) >= last);
  }

  #tabState(session: FakeSession, tabId: string) {
    return {
      tabId,
      durableThrough: BigInt(this.#through(session, tabId)),
      lastSeq: BigInt(session.ends.get(tabId) ?? -1),
    };
  }

  #through(session: FakeSession, tabId: string): number {
    let through = -1;
    while (session.tabs.get(tabId)?.has(through + 1) === true) through += 1;
    return through;
  }
}
