import type { Page } from "./page.ts";

/** A visit before its times are known. */
export interface VisitDraft {
  readonly tabId: string;
  /** Its number in the session's list of drafts. */
  readonly index: number;
  page: Page;
  readonly enterMs: number;
  leaveMs: number;
}
