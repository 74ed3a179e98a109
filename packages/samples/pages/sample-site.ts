import type { SampleAccount } from "../catalogue/account.ts";
import { JOBS, jobOf, searchJobs } from "../catalogue/jobs.ts";
import { proposalFor } from "../catalogue/proposal.ts";
import { ROOMS } from "../catalogue/rooms.ts";
import type { SampleJob } from "../catalogue/sample-job.ts";
import { jobAnswer } from "../state/job-answer.ts";
import { searchAnswer } from "../state/search-answer.ts";
import { connectsPage } from "./connects-page.ts";
import { feedPage } from "./feed-page.ts";
import { jobPage, jobSlider, type Standing } from "./job-page.ts";
import { messagesPage } from "./messages-page.ts";
import { proposalFormPage } from "./proposal-form-page.ts";
import { proposalPage } from "./proposal-page.ts";
import { proposalsPage } from "./proposals-page.ts";
import { type Search, searchPage, searchResults } from "./search-page.ts";

/** Tiles of a feed. */
const FEED_TILES = 10;

/** What the site answers. */
export interface SiteAnswer {
  contentType: "text/html; charset=utf-8" | "application/json";
  body: string;
}

/** The synthetic site: answers requests under https://www.upwork.com/ from the catalogue, and remembers what was sent. */
export class SampleSite {
  readonly #account: SampleAccount;
  readonly #clock: () => Date;
  #lastQuery = "";

  constructor(clock: () => Date, account: SampleAccount) {
    this.#clock = clock;
    this.#account = account;
  }

  /** The answer to a request; undefined for an address that the site does not have. */
  answer(url: URL, body: string | null): SiteAnswer | undefined {
    if (url.pathname === "/api/graphql/v1")
      return json(this.#graphql(url.searchParams.get("alias") ?? "", body ?? "{}"));
    const page = url.pathname.startsWith("/samples-part/") ? this.#part(url) : this.#page(url);
    return page === undefined ? undefined : { contentType: "text/html; charset=utf-8", body: page };
  }

  #page(url: URL): string | undefined {
    const { pathname } = url;
    const now = this.#clock();
    const cipher = /~02\d+/.exec(pathname)?.[0];
    const id = /^\/nx\/proposals\/(\d{19})$/.exec(pathname)?.[1];
    if (pathname === "/nx/find-work/best-matches") return feedPage("Best Matches", bestMatches(now), now);
    if (pathname === "/nx/find-work/most-recent")
      return feedPage("Most Recent", searchJobs("", now).slice(0, FEED_TILES), now);
    if (pathname === "/nx/search/jobs/") return searchPage(this.#search(url));
    if (pathname === "/nx/proposals/") return proposalsPage(this.#account.proposals, now);
    if (pathname === "/nx/plans/connects/history/") return connectsPage(this.#account.proposals, this.#account.balance);
    if (pathname.startsWith("/ab/messages/rooms/"))
      return messagesPage(ROOMS.find((room) => pathname.includes(room.id)));
    if (pathname.startsWith("/jobs/") && cipher) return jobPage(jobOf(cipher), this.#standing(jobOf(cipher)));
    if (pathname.startsWith("/nx/proposals/job/") && cipher)
      return proposalFormPage(jobOf(cipher), this.#standing(jobOf(cipher)));
    const proposal = this.#account.proposals.find((sent) => sent.id === id);
    return proposal && proposalPage(proposal);
  }

  #part(url: URL): string | undefined {
    const cipher = /~02\d+/.exec(url.pathname)?.[0];
    if (cipher) return jobSlider(jobOf(cipher), this.#standing(jobOf(cipher))).text;
    return url.pathname.endsWith("/search") ? searchResults(this.#search(url)).text : undefined;
  }

  #graphql(alias: string, body: string): object {
    const asked: { id?: string; page?: number; cipher?: string } = JSON.parse(body);
    if (alias === "submitProposal" && asked.cipher) this.#submit(jobOf(asked.cipher));
    if (alias === "gql-query-get-auth-job-details-v2" && asked.id)
      return jobAnswer(jobOf(asked.id), this.#standing(jobOf(asked.id)));
    if (alias === "userJobSearch") return searchAnswer(this.#searchFor(this.#lastQuery, asked.page ?? 1));
    return { data: { [alias]: { ok: true } } };
  }

  #submit(job: SampleJob): void {
    this.#account.proposals.unshift(proposalFor(job, this.#clock()));
    this.#account.balance -= job.connects;
  }

  #search({ searchParams }: URL): Search {
    this.#lastQuery = searchParams.get("q") ?? "";
    return this.#searchFor(this.#lastQuery, Number(searchParams.get("page") ?? 1));
  }

  #searchFor(query: string, page: number): Search {
    const now = this.#clock();
    return { query, page, found: searchJobs(query, now), now };
  }

  #standing(job: SampleJob): Standing {
    const hasApplied = this.#account.proposals.some((proposal) => proposal.job === job);
    return { availableConnects: this.#account.balance, hasApplied, now: this.#clock() };
  }
}

function bestMatches(now: Date): SampleJob[] {
  const published = JOBS.filter(({ publishedAt }) => publishedAt <= now);
  return published.toSorted((a, b) => b.client.spent - a.client.spent || (a.uid < b.uid ? 1 : -1)).slice(0, FEED_TILES);
}

function json(body: object): SiteAnswer {
  return { contentType: "application/json", body: JSON.stringify(body) };
}
