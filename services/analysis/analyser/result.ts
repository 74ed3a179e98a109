import type { PageKind } from "@gigtrail/upwork/page-kinds";

/** One stay on one page of one tab. Instants are the client's clock in milliseconds since 1970, whole numbers. */
export interface Visit {
  /** From 0 in order of entry, ties by tab id. */
  readonly ordinal: number;
  readonly tabId: string;
  readonly pageKind: PageKind;
  /** The address as safeUrl leaves it. */
  readonly url: string;
  /** For kind `other`: the path with its ids replaced; else empty. */
  readonly pathPattern: string;
  readonly enterMs: number;
  /** When the next page was entered, or the tab's last event. */
  readonly leaveMs: number;
  /** See attention.ts. activeMs + idleMs is at most leaveMs - enterMs. */
  readonly activeMs: number;
  readonly idleMs: number;
  /** Ciphertext of the job that the page is about; empty where there is none. */
  readonly jobKey: string;
  /** Its id; empty where the address does not tell it. */
  readonly jobUid: string;
  /** Its title's words from the address; empty where the address has none. */
  readonly titleWords: string;
}

/** A job of which a page was open in the session. */
export interface JobSighting {
  readonly jobKey: string;
  readonly jobUid: string;
  /** From the first visit whose address has a title. */
  readonly titleWords: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly visitCount: number;
  readonly activeMs: number;
  /** The form of an application to it was open. */
  readonly applicationFormSeen: boolean;
}

/** Time on one kind of page. */
export interface PageKindTime {
  readonly pageKind: PageKind;
  readonly visitCount: number;
  readonly activeMs: number;
}

/** The session in figures. */
export interface Summary {
  /** Usable events. */
  readonly eventCount: number;
  /** Lines that were no usable event, left out. */
  readonly unusableEvents: number;
  readonly visitCount: number;
  readonly jobCount: number;
  readonly activeMs: number;
  readonly idleMs: number;
  /** Most active time first, ties by name. */
  readonly pageKinds: readonly PageKindTime[];
}

/** What the limits of limits.ts left out; all zero for every session that a person can make. */
export interface OverLimit {
  /** Visits that were not kept. */
  readonly visits: number;
  /** Runs of user input and changes of visibility that no time was measured from. */
  readonly marks: number;
  /** Events of tabs that were not looked at. */
  readonly tabEvents: number;
}

/** What the analyser found. Depends on nothing but the events of each tab, in their order, and the version. */
export interface AnalysisResult {
  readonly analyserVersion: number;
  readonly summary: Summary;
  /** By ordinal. */
  readonly visits: readonly Visit[];
  /** By first sighting, ties by key. */
  readonly jobs: readonly JobSighting[];
  readonly overLimit: OverLimit;
}
