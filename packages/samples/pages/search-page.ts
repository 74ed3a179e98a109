import type { SampleJob } from "../catalogue/sample-job.ts";
import { nuxt2State } from "../state/nuxt2.ts";
import { searchState } from "../state/search-state.ts";
import { type Html, html } from "./html.ts";
import { jobTile } from "./job-tile.ts";
import { layout } from "./layout.ts";

/** Results on one page of a search. */
export const RESULTS_PER_PAGE = 10;

/** A search and what it finds. */
export interface Search {
  query: string;
  page: number;
  found: readonly SampleJob[];
  now: Date;
}

/** The results that a search shows on its page. */
export function shownJobs({ found, page }: Search): readonly SampleJob[] {
  return found.slice((page - 1) * RESULTS_PER_PAGE, page * RESULTS_PER_PAGE);
}

/** The search page, its results and its state (Nuxt 2). */
export function searchPage(search: Search): string {
  const main = html`<h1 class="sr-only">Job search</h1>
    <form role="search">
      <label
        >Search <input type="search" data-test="search-input" value="${search.query}" aria-label="Search for jobs"
      /></label>
    </form>
    <div class="tools">
      <button class="air3-btn" data-test="save-search-btn">Save search</button>
      <a data-test="saved-jobs-btn" href="/nx/search/jobs/saved/">Saved jobs</a>
      <span data-test="jobs_per_page">Jobs per page: ${RESULTS_PER_PAGE}</span>
    </div>
    ${searchResults(search)}`;
  return layout({ title: `${search.query} - Upwork jobs`, main, state: nuxt2State(searchState(search)) });
}

/** The list of results alone, as the page puts it in when it turns over. */
export function searchResults(search: Search): Html {
  const { page, found, now } = search;
  const hasNext = page * RESULTS_PER_PAGE < found.length;
  return html`<section
    class="card-list-container"
    data-test="JobsList"
    data-ev-label="search_result_impression"
    data-ev-sublocation="search_results"
    data-ev-page_number="${page}"
  >
    ${shownJobs(search).map((job, i) => jobTile(job, { position: i + 1, page, now }))}
    <nav data-test="JobsPagination" aria-label="Pages">
      <button class="air3-pagination-nr-btn is-active">${page}</button>
      ${hasNext && html`<a class="air3-btn" data-test="next-page" data-ev-label="pagination_next_page" data-page="${page + 1}" href="/nx/search/jobs/">Next</a>`}
    </nav>
  </section>`;
}
