import type { Budget } from "./budget.ts";
import { type Page, pageAt } from "./page.ts";
import type { AnalysedEvent } from "./signal.ts";
import { TabClock } from "./tab-clock.ts";
import { MARK, RUN_GAP_MS, type TabMarks } from "./tab-marks.ts";
import type { VisitDraft } from "./visit-draft.ts";

/** What the tabs of a session share. */
export interface SessionLists {
  readonly drafts: VisitDraft[];
  readonly visits: Budget;
  readonly marks: Budget;
}

/**
 * Follows one tab: which page it shows, whether it is visible, when the user does something in it.
 *
 * A visit ends where the page's kind or its safe address changes. A reload, a new snapshot of the same page and an
 * address that changes only in what safeUrl cuts off continue it; a job opened on top of a list has an address of its
 * own, so it is a visit, and closing it begins a new one of the list.
 *
 * A tab is visible until the recorder says otherwise; for recordings without that, attention.ts decides between tabs.
 * Input of a hidden tab is not looked at: rrweb sends the last mouse moves up to half a second late.
 */
export class TabTrack {
  readonly #clock = new TabClock();
  readonly #timesMs: number[] = [];
  readonly #codes: number[] = [];
  #page: Page | undefined;
  #isTitleKnown = false;
  #visit: VisitDraft | undefined;
  #isEntered = false;
  #isUnkept = false;
  #isVisible = true;
  #isMarkedVisible = true;
  #run: { endMs: number } | undefined;

  constructor(
    readonly tabId: string,
    readonly session: SessionLists,
  ) {}

  /** Takes the tab's next event. */
  accept({ timestampMs, signal }: AnalysedEvent): void {
    this.#clock.observe(timestampMs);
    if (signal.what === "page") this.#show(signal.url, signal.title);
    else if (signal.what === "visibility") this.#isVisible = signal.visible;
    this.#enter();
    this.#markVisibility();
    if (signal.what === "touch") this.#touch();
  }

  /** The tab's marks as if it ended with its last event; undefined where no event had a possible time. */
  marks(): TabMarks | undefined {
    const { nowMs } = this.#clock;
    if (nowMs === undefined) return undefined;
    const run = this.#run === undefined ? [] : [this.#run.endMs];
    return {
      tabId: this.tabId,
      timesMs: [...this.#timesMs, ...run, nowMs],
      codes: [...this.#codes, ...run.map(() => MARK.runEnd), MARK.end],
    };
  }

  /** The visit that the tab is at, with the time of the tab's last event. */
  current(): { visit: VisitDraft; nowMs: number } | undefined {
    const { nowMs } = this.#clock;
    return this.#visit === undefined || nowMs === undefined ? undefined : { visit: this.#visit, nowMs };
  }

  #show(url: string, title: string | undefined): void {
    const page = pageAt(url, title ?? "");
    if (this.#page?.url === page.url) {
      // rrweb's own Meta event knows no title, so it cannot tell a bot challenge from the page behind it.
      if (title === undefined) return;
      const isSame = this.#page.kind === page.kind;
      const isCorrection = !isSame && !this.#isTitleKnown;
      if (isCorrection) this.#correct(page);
      if (isSame || isCorrection) {
        this.#isTitleKnown = true;
        return;
      }
    }
    this.#page = page;
    this.#isTitleKnown = title !== undefined;
    this.#isEntered = false;
  }

  #correct(page: Page): void {
    this.#page = page;
    if (this.#visit !== undefined) this.#visit.page = page;
  }

  // Apart from #show, for a page may be known before any event had a possible time.
  #enter(): void {
    const { nowMs } = this.#clock;
    if (this.#isEntered || this.#page === undefined || nowMs === undefined) return;
    this.#isEntered = true;
    if (this.#visit !== undefined) this.#visit.leaveMs = nowMs;
    const visit = this.#draft(this.#page, nowMs);
    // Another page is something that the user did; a page that reloads by itself is not.
    this.#touch();
    // Over the limit no visit is ever kept again, so that one mark a tab says it all.
    if (visit !== undefined) this.#push(nowMs, visit.index);
    else if (!this.#isUnkept) this.#push(nowMs, MARK.unkeptPage);
    this.#isUnkept = visit === undefined;
    this.#visit = visit;
  }

  #draft(page: Page, enterMs: number): VisitDraft | undefined {
    const { drafts, visits } = this.session;
    if (!visits.take()) return undefined;
    const draft = { tabId: this.tabId, index: drafts.length, page, enterMs, leaveMs: enterMs };
    drafts.push(draft);
    return draft;
  }

  // Apart from the signal for the same reason.
  #markVisibility(): void {
    const { nowMs } = this.#clock;
    if (nowMs === undefined || this.#isVisible === this.#isMarkedVisible) return;
    this.#isMarkedVisible = this.#isVisible;
    this.#endRun();
    if (this.session.marks.take()) this.#push(nowMs, this.#isVisible ? MARK.shown : MARK.hidden);
    // Who brings a tab to the front is there.
    this.#touch();
  }

  #touch(): void {
    const { nowMs } = this.#clock;
    if (nowMs === undefined || !this.#isVisible) return;
    if (this.#run !== undefined && nowMs - this.#run.endMs <= RUN_GAP_MS) {
      this.#run.endMs = nowMs;
      return;
    }
    this.#endRun();
    if (!this.session.marks.take(2)) return;
    this.#run = { endMs: nowMs };
    this.#push(nowMs, MARK.runStart);
  }

  #endRun(): void {
    if (this.#run !== undefined) this.#push(this.#run.endMs, MARK.runEnd);
    this.#run = undefined;
  }

  #push(timeMs: number, code: number): void {
    this.#timesMs.push(timeMs);
    this.#codes.push(code);
  }
}
