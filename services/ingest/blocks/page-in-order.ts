import { type BlockChunk, PAGE_AT_END, type PageAtEnd } from "./block-content.ts";

/**
 * Which page a tab is on, followed from chunk to chunk in their order. A chunk is checked when it arrives, which may be
 * before the one that came before it: events that belong to a page never recorded, but lie in the next chunk, are known
 * as such only here.
 *
 *     chunk 4              chunk 5                      chunk 6
 *     … Meta: tax page     mouse, mouse, scroll         mouse, Meta: a job, FullSnapshot …
 *     pageAtEnd NEVER      all leading, UNSAID          one leading, RECORDED
 *                          all are left out             the first is left out
 *
 * After a gap the page is unknown, and nothing is left out.
 */
export class PageInOrder {
  #lastSeq = -1;
  #page: PageAtEnd = PAGE_AT_END.UNSAID;

  /** Goes past a chunk, and tells how many of its leading events come from a page that is never recorded. */
  pass({ seq, leadingEvents, pageAtEnd }: BlockChunk): number {
    const before = seq === this.#lastSeq + 1 ? this.#page : PAGE_AT_END.UNSAID;
    this.#page = pageAtEnd === PAGE_AT_END.UNSAID ? before : pageAtEnd;
    this.#lastSeq = seq;
    return before === PAGE_AT_END.NEVER ? leadingEvents : 0;
  }
}
