import { create, toBinary } from "@bufbuild/protobuf";
import type { HandlerContext, Transport } from "@connectrpc/connect";
import type { Bus } from "@gigtrail/platform/bus/bus";
import { SESSION_CHANGES_SUBJECT } from "@gigtrail/platform/changes/follow-changes";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { MAX_FRAME_BYTES } from "@gigtrail/platform/rpc/limits";
import { route } from "@gigtrail/platform/rpc/routes";
import {
  type Change,
  Change_Kind,
  ChangeSchema,
  IngestService,
  ReadEventsRequest_Order,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { Line } from "../analyser/events.ts";

/** A session as the fake keeps it. */
export interface FakeSession {
  readonly workspaceId: string;
  readonly sessionId: string;
  readonly userId: string;
  generation: number;
  deleted: boolean;
  /** Its events, merged; made anew for each reader. */
  lines: () => Iterable<Line>;
  eventCount: number;
}

/** What happens while a session is read, before its n-th line: throw to break the stream, wait to hold it up. */
export type WhileReading = (session: FakeSession, line: number, signal: AbortSignal) => Promise<void> | void;

/** An ingest at the edge of the tests: sessions in memory, behind the real contract. */
export class FakeIngest {
  readonly sessions = new Map<string, FakeSession>();
  readonly changes: Change[] = [];
  readonly transport: Transport;
  whileReading: WhileReading = () => undefined;
  openStreams = 0;
  linesRead = 0;

  constructor() {
    this.transport = inMemoryTransport([this.#route()], []);
  }

  /** Puts a session there; says nothing to anybody. */
  put(workspaceId: string, userId: string, lines: readonly Line[], sessionId: string = newId()): FakeSession {
    const session = {
      workspaceId,
      userId,
      sessionId,
      generation: 1,
      deleted: false,
      lines: () => lines,
      eventCount: lines.length,
    };
    this.sessions.set(`${workspaceId}/${sessionId}`, session);
    return session;
  }

  /** What ingest tells when a session is complete, or deleted; kept for ListChanges. */
  change({ workspaceId, sessionId, userId, generation }: FakeSession, kind: Change_Kind): Change {
    const position = BigInt(this.changes.length + 1);
    const change = create(ChangeSchema, { position, kind, workspaceId, sessionId, userId, generation });
    this.changes.push(change);
    return change;
  }

  /** Tells the bus that a session is complete. */
  async complete(bus: Bus, session: FakeSession): Promise<void> {
    await this.tell(bus, this.change(session, Change_Kind.COMPLETED));
  }

  /** Deletes a session and tells the bus. */
  async delete(bus: Bus, session: FakeSession): Promise<void> {
    session.deleted = true;
    await this.tell(bus, this.change(session, Change_Kind.DELETED));
  }

  async tell(bus: Bus, change: Change): Promise<void> {
    await bus.publish(SESSION_CHANGES_SUBJECT, toBinary(ChangeSchema, change), newId());
  }

  /** Headers as a service's, in place of a token: they name the workspace. */
  credentials = async (audience: string, workspaceId = "") => ({ authorization: `Bearer ${audience}/${workspaceId}` });

  #find(context: HandlerContext, sessionId: string): FakeSession {
    const workspaceId = context.requestHeader.get("authorization")?.replace("Bearer ingest/", "");
    const session = this.sessions.get(`${workspaceId}/${sessionId}`);
    if (session === undefined) throw refusal("session_not_found");
    if (session.deleted) throw refusal("session_deleted");
    return session;
  }

  #route() {
    const refuse = () => {
      throw refusal("rpc_unknown");
    };
    return route(IngestService, {
      createSession: refuse,
      putChunk: refuse,
      getUploadState: refuse,
      putChunks: refuse,
      deleteSessions: refuse,
      getSessionDeletion: refuse,
      getRecordingSettings: refuse,
      updateRecordingSettings: refuse,
      getStorageReport: refuse,
      finishSession: refuse,
      listSessions: refuse,
      deleteSession: refuse,
      getSession: ({ sessionId }, context) => {
        const { generation, eventCount } = this.#find(context, sessionId);
        return { session: { sessionId, generation, eventCount: BigInt(eventCount) } };
      },
      readEvents: ({ sessionId, order }, context) => {
        if (order !== ReadEventsRequest_Order.MERGED) throw refusal("request_invalid");
        return this.#read(this.#find(context, sessionId), context.signal);
      },
      listChanges: ({ afterPosition, pageSize }) => ({
        changes: this.changes.filter(({ position }) => position > afterPosition).slice(0, pageSize),
      }),
    });
  }

  async *#read(session: FakeSession, signal: AbortSignal) {
    this.openStreams += 1;
    try {
      let read = 0;
      for (const { tabId, line } of session.lines()) {
        await this.whileReading(session, read, signal);
        if (session.deleted) throw refusal("session_deleted");
        const bytes = Buffer.from(`${line}\n`);
        for (let start = 0; start < bytes.length; start += MAX_FRAME_BYTES) {
          const data = bytes.subarray(start, start + MAX_FRAME_BYTES);
          yield { tabId, seq: 0n, data, endsLine: start + data.length === bytes.length };
        }
        read += 1;
        this.linesRead += 1;
      }
    } finally {
      this.openStreams -= 1;
    }
  }
}
