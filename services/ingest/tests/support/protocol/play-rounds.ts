import { expect } from "bun:test";
import { isDeepStrictEqual } from "node:util";
import { eventually } from "@gigtrail/test-servers/eventually";
import { sql } from "kysely";
import type { IngestUnderTest } from "../ingest-under-test.ts";
import type { Act, Round } from "./acts.ts";
import { modelledEvents, readBothWays } from "./modelled-events.ts";
import { ModelledWorkspace } from "./modelled-workspace.ts";
import { type Done, possibleSessions } from "./possible-sessions.ts";
import { modelledSession } from "./seen.ts";
import { fallQuiet, NO_SESSION, type SessionModel } from "./session-model.ts";

/** Longer than any session may be quiet. */
const QUIET = "30 days";

/** Plays rounds against a service and a model at once, and throws where an answer has no explanation. */
export class RoundPlayer {
  readonly workspace = new ModelledWorkspace();
  /** For each session, everything that it can be by now; one, but for a moment after calls that were made at once. */
  #possible: SessionModel[][] = this.workspace.sessionIds.map(() => [NO_SESSION]);

  /** `restart` starts the service anew on the same data, and gives the one that runs now. */
  constructor(
    private ingest: IngestUnderTest,
    private readonly restart: () => Promise<IngestUnderTest>,
  ) {}

  /** Plays a round, and compares all that can be seen of both sessions. */
  async play(round: Round): Promise<void> {
    const client = this.workspace.clientOf(this.ingest);
    switch (round.kind) {
      case "calls": {
        const done = await Promise.all(round.calls.map((call) => this.workspace.make(client, call)));
        this.#explain(done.flat());
        break;
      }
      case "restart":
        this.ingest = await this.restart();
        break;
      case "compaction":
        await this.#untilCompacted();
        break;
      case "quiet":
        await this.#fallQuiet(round.session);
        break;
    }
    for (const session of this.workspace.sessionIds.keys()) await this.#compareState(session);
  }

  /** Compares what is read of both sessions, and what was told of them. */
  async compareAll(): Promise<void> {
    const client = this.workspace.clientOf(this.ingest);
    for (const [session, sessionId] of this.workspace.sessionIds.entries()) {
      const { told, ...model } = this.#only(session);
      expect(await this.#told(sessionId)).toEqual([...told]);
      if (model.life !== "live") continue;
      expect(await readBothWays(client, sessionId, this.workspace.tabIds)).toEqual(modelledEvents({ told, ...model }));
    }
  }

  #explain(done: readonly Done[]): void {
    this.#possible = this.#possible.map((before, session) => {
      const own = done.filter(({ act }) => act.session === session);
      const after = before.flatMap((each) => possibleSessions(each, own));
      if (after.length === 0) {
        const answers = JSON.stringify({ before: before.map(modelledSession), own }, undefined, 1);
        throw new Error(`no order explains these answers: ${answers}`);
      }
      return after;
    });
  }

  async #compareState(session: number): Promise<void> {
    const act: Act = { kind: "look", session };
    const seen = await this.workspace.look(this.workspace.clientOf(this.ingest), session);
    const told = await this.#told(this.workspace.sessionIds[session] ?? "");
    const possible = this.#possible[session] ?? [];
    this.#possible[session] = possible.filter(
      (each) => possibleSessions(each, [{ act, seen }]).length > 0 && isDeepStrictEqual(each.told, told),
    );
    if (this.#possible[session].length > 0) return;
    const expected = possible.map((each) => ({ life: each.life, ...modelledSession(each), told: each.told }));
    throw new Error(`a session is not what it must be: ${JSON.stringify({ expected, seen, told }, undefined, 1)}`);
  }

  #only(session: number): SessionModel {
    return this.#possible[session]?.[0] ?? NO_SESSION;
  }

  /** Waits until no blocks are being merged. */
  async #untilCompacted(): Promise<void> {
    const ids = this.workspace.sessionIds;
    await eventually(async () => {
      const { rows } = await sql<{ state: string }>`
        select state from ingest.jobs
         where subject_id = any(${ids}::uuid[]) and state <> 'done'`.execute(this.ingest.database.owner);
      expect(rows).toEqual([]);
    });
  }

  /** Has a session's last sign of life lie far back; a service that starts looks for such at once. */
  async #fallQuiet(session: number): Promise<void> {
    const sessionId = this.workspace.sessionIds[session] ?? "";
    const { owner } = this.ingest.database;
    const longAgo = sql<Date>`now() - ${QUIET}::interval`;
    await owner.updateTable("tabs").set({ last_receive_time: longAgo }).where("session_id", "=", sessionId).execute();
    await owner.updateTable("sessions").set({ touch_time: longAgo }).where("session_id", "=", sessionId).execute();
    const before = this.#only(session);
    this.ingest = await this.restart();
    const after = fallQuiet(before);
    this.#possible[session] = [after];
    const client = this.workspace.clientOf(this.ingest);
    if (after.life !== "live") return;
    await eventually(async () => expect((await this.workspace.look(client, session)).session?.state).toBe(after.state));
  }

  async #told(sessionId: string): Promise<string[]> {
    const rows = await this.ingest.database.owner
      .selectFrom("outbox")
      .select(["kind", "generation"])
      .where("session_id", "=", sessionId)
      .orderBy("outbox_id")
      .execute();
    return rows.map(({ kind, generation }) => `${kind} ${generation}`);
  }
}
