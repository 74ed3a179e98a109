import type { Claim } from "@gigtrail/platform/jobs/claim";
import type { ExportContext } from "../context.ts";
import { insertExportSessions } from "../db/queries/insert-export-sessions.ts";
import { saveProgress } from "../db/queries/save-progress.ts";
import { tellViewers } from "../exports/tell-viewers.ts";
import { PROGRESS_EVERY_MS } from "../limits.ts";
import type { Meter } from "../writers/export-bytes.ts";

/** Says that an export failed or has another writer: this attempt may stop, nothing is wrong with it. */
export class TakenAwayError extends Error {
  override readonly name = "TakenAwayError";
}

/** Counts what an attempt writes, and says now and then how far it is. */
export class AttemptMeter implements Meter {
  #rows = 0;
  #done = 0;
  #toldMs = Date.now();

  constructor(
    private readonly context: Pick<ExportContext, "db" | "bus">,
    private readonly claim: Claim,
    private readonly totalSessions: number,
  ) {}

  get rowCount(): number {
    return this.#rows;
  }

  rowsWritten(count: number): void {
    this.#rows += count;
  }

  sessionsDone(count: number): void {
    this.#done += count;
  }

  async contains(sessionIds: readonly string[]): Promise<void> {
    const { workspaceId, subjectId } = this.claim;
    await this.context.db.inWorkspace(workspaceId, (tx) =>
      insertExportSessions(tx, workspaceId, subjectId, sessionIds),
    );
  }

  /** Tells the user how far it is, if the last time is long enough ago. Throws TakenAwayError. */
  async tell(): Promise<void> {
    if (Date.now() - this.#toldMs < PROGRESS_EVERY_MS) return;
    const progress = { percent: this.#percent(), row_count: this.#rows };
    const { db, bus } = this.context;
    const row = await db.inWorkspace(this.claim.workspaceId, (tx) => saveProgress(tx, this.claim, progress));
    if (row === undefined) throw new TakenAwayError("the export is no longer this attempt's");
    tellViewers(bus, row);
    this.#toldMs = Date.now();
  }

  /** 100 is for the finished file; a session made meanwhile must not lead beyond it. */
  #percent(): number {
    return this.totalSessions === 0 ? 0 : Math.min(99, Math.floor((100 * this.#done) / this.totalSessions));
  }
}
