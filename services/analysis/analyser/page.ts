import { type JobRef, jobRefOf } from "@gigtrail/upwork/job-ref";
import { pageKindOf } from "@gigtrail/upwork/page-kind";
import type { PageKind } from "@gigtrail/upwork/page-kinds";
import { pathPatternOf } from "@gigtrail/upwork/path-pattern";
import { safeUrl } from "@gigtrail/upwork/safe-url";

/** A page as a visit names it. */
export interface Page {
  readonly kind: PageKind;
  readonly url: string;
  /** Only for kind `other`. */
  readonly pathPattern: string;
  /** Undefined where the page is about no job, also where a bot challenge stands in its place. */
  readonly job: JobRef | undefined;
}

/** Reads the page at an address; an unknown title is an empty text. */
export function pageAt(url: string, title: string): Page {
  const kind = pageKindOf(url, title);
  return {
    kind,
    url: safeUrl(url),
    pathPattern: kind === "other" ? pathPatternOf(url) : "",
    job: kind === "bot_challenge" ? undefined : jobRefOf(url),
  };
}
