import { PAGE_KINDS } from "@gigtrail/upwork/page-kinds";
import { code, page, table } from "./markdown.ts";

/** docs/page-kinds.md: what a page of Upwork can be, and which are never recorded. */
export function pageKindsPage(): string {
  const row = ({ kind, about }: (typeof PAGE_KINDS)[number]) => [code(kind), about];
  return page(
    "# Page kinds",
    "What a page is, told by its address: `page_kind` of visits, exports and summaries. The first kind in this order\n" +
      "whose addresses fit is the answer. Names are stable: rows of earlier analyses carry them.",
    "## Never recorded",
    "Not recorded by the recorder, cut out by the server, never analysed.",
    table(["kind", "what it is"], PAGE_KINDS.filter(({ record }) => !record).map(row)),
    "## Recorded",
    table(["kind", "what it is"], PAGE_KINDS.filter(({ record }) => record).map(row)),
  );
}
