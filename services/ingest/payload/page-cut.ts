import { PAGE_AT_END, type PageAtEnd } from "../blocks/block-content.ts";
import type { PageWord } from "./page-guard.ts";

/**
 * Decides, event after event of a chunk, which ones come from pages that are never recorded. Such a page lasts from the
 * event that names it to the next that begins a page that may be recorded. Events before the first that names a page
 * stay: which page they belong to is known to the chunk before.
 */
export class PageCut {
  #page: PageAtEnd = PAGE_AT_END.UNSAID;
  #kept = 0;
  #leading = 0;
  #cut = 0;

  /** Whether the next event, which says this of its page, is left out. */
  takes(word: PageWord): boolean {
    if (word === "never") this.#page = PAGE_AT_END.NEVER;
    else if (word === "recorded") this.#page = PAGE_AT_END.RECORDED;
    if (this.#page === PAGE_AT_END.NEVER || word === "own_never") {
      this.#cut += 1;
      return true;
    }
    this.#kept += 1;
    if (this.#page === PAGE_AT_END.UNSAID) this.#leading += 1;
    return false;
  }

  /** Events that were left out. */
  get cutEvents(): number {
    return this.#cut;
  }

  /** Events that were kept. */
  get keptEvents(): number {
    return this.#kept;
  }

  /** Of those, how many come before the first that names a page. */
  get leadingEvents(): number {
    return this.#leading;
  }

  /** What kind of page the events so far end on. */
  get pageAtEnd(): PageAtEnd {
    return this.#page;
  }
}
