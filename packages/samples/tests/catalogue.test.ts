import { describe, expect, test } from "bun:test";
import { JOBS, searchJobs } from "../catalogue/jobs.ts";
import { escapeHtml, html } from "../pages/html.ts";
import { ago, proposalsBand, spentInList, spentOnPage } from "../pages/wording.ts";

describe("the catalogue", () => {
  test("has over twenty jobs, each with an id of its own that rises with its time", () => {
    expect(JOBS.length).toBeGreaterThan(20);
    expect(new Set(JOBS.map(({ uid }) => uid)).size).toBe(JOBS.length);
    const uids = JOBS.map(({ uid }) => BigInt(uid));
    expect(uids).toEqual(uids.toSorted((a, b) => (a < b ? 1 : -1)));
    expect(JOBS.every(({ uid }) => /^\d{19}$/.test(uid))).toBe(true);
  });

  test("finds a full page of results for the searches of each day", () => {
    for (const query of ["react typescript", "data visualization"]) {
      expect(searchJobs(query, new Date("2026-10-05T08:30:00Z")).length).toBeGreaterThanOrEqual(10);
    }
  });
});

describe("the pages' wording", () => {
  test("is the site's: floored in lists, rounded on pages, calendar days", () => {
    const spent = [0, 250, 775, 9_755, 63_459.33, 403_440];
    expect(spent.map((amount) => spentInList(amount))).toEqual(["$0", "$200+", "$700+", "$9K+", "$60K+", "$400K+"]);
    expect([2_797.54, 11_964.27].map((amount) => spentOnPage(amount))).toEqual(["$2.8K", "$12K"]);
    const now = new Date("2026-10-06T07:00:00Z");
    const then = ["2026-10-06T06:28:00Z", "2026-10-06T02:00:00Z", "2026-10-05T21:00:00Z", "2026-10-04T21:00:00Z"];
    expect(then.map((at) => ago(new Date(at), now))).toEqual([
      "32 minutes ago",
      "5 hours ago",
      "yesterday",
      "2 days ago",
    ]);
    expect([4, 5, 20, 50].map((count) => proposalsBand(count))).toEqual(["Less than 5", "5 to 10", "20 to 50", "50+"]);
  });

  test("is escaped, and HTML within HTML is not escaped twice", () => {
    expect(escapeHtml(`<a href="x">'&`)).toBe("&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    expect(html`<p>${"<b>"}${html`<i>${1}</i>`}${false}${undefined}</p>`.text).toBe("<p>&lt;b&gt;<i>1</i></p>");
  });
});
