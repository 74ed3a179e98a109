import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import type { Bus } from "@gigtrail/platform/bus/bus";
import { SESSION_CHANGES_SUBJECT } from "@gigtrail/platform/changes/follow-changes";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { route } from "@gigtrail/platform/rpc/routes";
import type { ServiceName } from "@gigtrail/platform/service";
import type { VisitSchema } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import {
  type Change,
  Change_Kind,
  ChangeSchema,
  IngestService,
  type ReadEventsRequest,
  ReadEventsRequest_Order,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type SessionSchema, SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";

/** A page holds at most this many rows, so that everything takes several. */
const ROWS_PER_PAGE = 3;

/** One chunk: events, one a line, each line ended by "\n". */
export interface FakeChunk {
  readonly tabId: string;
  readonly seq: number;
  readonly lines: Uint8Array;
}

/** A session as the fakes keep it. */
export interface FakeSession {
  readonly workspaceId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly message: MessageInitShape<typeof SessionSchema>;
  readonly visits: MessageInitShape<typeof VisitSchema>[];
  chunks: () => Iterable<FakeChunk>;
  deleted: boolean;
}

/** What a session is made of, unless the default will do. */
export type SessionInit = Partial<Pick<FakeSession, "sessionId" | "visits" | "chunks">> & {
  readonly message?: MessageInitShape<typeof SessionSchema>;
};

/** An ingest and an analysis at the edge of the tests: sessions in memory, behind the real contract. */
export class FakeSources {
  /** Newest first. */
  readonly sessions: FakeSession[] = [];
  readonly changes: Change[] = [];
  /** What happens before each frame of ReadEvents: throw to break the stream, wait to hold it up. */
  whileReading: (session: FakeSession, frame: number, signal: AbortSignal) => Promise<void> | void = () => undefined;
  /** Largest frame, in bytes. */
  frameBytes = 256 * 1024;
  openStreams = 0;
  streams = 0;
  bytesGiven = 0;
  /** Refuses every call while it is set. */
  isDown = false;

  readonly #transports = {
    ingest: inMemoryTransport([this.#ingest()], []),
    analysis: inMemoryTransport([this.#analysis()], []),
  };

  transport = (service: ServiceName) => {
    if (service !== "ingest" && service !== "analysis") return this.#transports.ingest;
    return this.#transports[service];
  };

  /** Headers as a service's, in place of a token: they name the audience and the workspace. */
  credentials = async (audience: string, workspaceId = "") => ({ authorization: `Bearer ${audience}/${workspaceId}` });

  /** Puts a session there. */
  put(workspaceId: string, userId: string, init: SessionInit = {}): FakeSession {
    const sessionId = init.sessionId ?? newId();
    const session: FakeSession = {
      workspaceId,
      userId,
      sessionId,
      visits: [],
      chunks: () => [],
      deleted: false,
      ...init,
      message: {
        state: SessionState.COMPLETE,
        generation: 1,
        createTime: timestampFromMs(1_700_000_000_000 + this.sessions.length),
        ...init.message,
        sessionId,
        userId,
      },
    };
    this.sessions.unshift(session);
    return session;
  }

  /** Deletes a session; whoever follows hears of it by asking, or by `tell`. */
  delete(session: FakeSession): Change {
    session.deleted = true;
    const { workspaceId, sessionId, userId } = session;
    const position = BigInt(this.changes.length + 1);
    const change = create(ChangeSchema, { position, kind: Change_Kind.DELETED, workspaceId, sessionId, userId });
    this.changes.push(change);
    return change;
  }

  /** Tells the bus of a change. */
  async tell(bus: Bus, change: Change): Promise<void> {
    await bus.publish(SESSION_CHANGES_SUBJECT, toBinary(ChangeSchema, change), newId());
  }

  #workspace(context: HandlerContext, audience: string): string {
    if (this.isDown) throw refusal("unavailable");
    const token = context.requestHeader.get("authorization") ?? "";
    if (!token.startsWith(`Bearer ${audience}/`)) throw refusal("token_invalid");
    return token.slice(`Bearer ${audience}/`.length);
  }

  #find(context: HandlerContext, sessionId: string): FakeSession {
    const workspaceId = this.#workspace(context, "ingest");
    const session = this.sessions.find((each) => each.workspaceId === workspaceId && each.sessionId === sessionId);
    if (session === undefined) throw refusal("session_not_found");
    if (session.deleted) throw refusal("session_deleted");
    return session;
  }

  #ingest() {
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
      deleteSession: refuse,
      listSessions: ({ pageToken, filter }, context) => {
        const workspaceId = this.#workspace(context, "ingest");
        const seen = this.sessions.filter(
          (each) =>
            each.workspaceId === workspaceId && !each.deleted && (!filter?.userId || each.userId === filter.userId),
        );
        const { rows, nextPageToken } = page(seen, pageToken);
        return { sessions: rows.map(({ message }) => message), nextPageToken };
      },
      getSession: ({ sessionId }, context) => ({ session: this.#find(context, sessionId).message }),
      readEvents: (request, context) => this.#read(request, this.#find(context, request.sessionId), context.signal),
      listChanges: ({ afterPosition, pageSize }) => ({
        changes: this.changes.filter(({ position }) => position > afterPosition).slice(0, pageSize),
      }),
    });
  }

  #analysis() {
    return route(AnalysisService, {
      getAnalysis: refuse,
      watchAnalysis: refuse,
      rerunAnalysis: refuse,
      listSeenJobs: refuse,
      listVisits: ({ pageToken, filter }, context) => {
        const workspaceId = this.#workspace(context, "analysis");
        if (filter === undefined || filter.sessionIds.length === 0) throw refusal("request_invalid");
        // Analysis hears of deletions later: it still knows the visits.
        const visits = this.sessions
          .filter((each) => each.workspaceId === workspaceId && filter.sessionIds.includes(each.sessionId))
          .filter((each) => filter.userId === "" || each.userId === filter.userId)
          .flatMap((each) => each.visits.map((visit) => ({ ...visit, sessionId: each.sessionId })));
        const { rows, nextPageToken } = page(visits, pageToken);
        return { visits: rows, nextPageToken };
      },
    });
  }

  async *#read({ order }: ReadEventsRequest, session: FakeSession, signal: AbortSignal) {
    if (order !== ReadEventsRequest_Order.BY_TAB) throw refusal("request_invalid");
    if (session.message.eventsExpireTime !== undefined) throw refusal("events_expired");
    this.openStreams += 1;
    this.streams += 1;
    try {
      let frame = 0;
      for (const { tabId, seq, lines } of session.chunks()) {
        for (let start = 0; start < lines.length; start += this.frameBytes) {
          await this.whileReading(session, frame, signal);
          if (session.deleted) throw refusal("session_deleted");
          frame += 1;
          const data = lines.subarray(start, start + this.frameBytes);
          this.bytesGiven += data.length;
          yield { tabId, seq: BigInt(seq), data, endsLine: data.at(-1) === 10 };
        }
      }
    } finally {
      this.openStreams -= 1;
    }
  }
}

function page<Row>(rows: readonly Row[], pageToken: string): { rows: Row[]; nextPageToken: string } {
  const start = Number(pageToken);
  const end = start + ROWS_PER_PAGE;
  return { rows: rows.slice(start, end), nextPageToken: end < rows.length ? String(end) : "" };
}

function refuse(): never {
  throw refusal("rpc_unknown");
}
