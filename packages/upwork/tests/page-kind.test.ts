import { describe, expect, test } from "bun:test";
import { mayRecord } from "../may-record.ts";
import { pageKindOf } from "../page-kind.ts";
import { PAGE_KINDS, type PageKind } from "../page-kinds.ts";

const NEW = "~021950000000000000001";
const OLD = "~01db052d993fcb9849";
const UID = "1950000000000000001";

/** Paths of www.upwork.com by what they are; every family of addresses that is known, old and new. */
const PATHS: Readonly<Partial<Record<PageKind, readonly string[]>>> = {
  login: [
    "/ab/account-security/login",
    "/ab/account-security/login?redir=%2Fnx%2Ffind-work",
    "/ab/account-security/reenter-password",
    "/ab/account-security/reset-password",
    "/ab/account-security/logout",
    "/ab/account-security/verify",
    "/ab/account-security/challenge/device",
    "/nx/signup",
    "/nx/signup/?dest=home",
    "/signup/create-account",
    "/login",
  ],
  settings: [
    "/freelancers/settings/contactInfo",
    "/freelancers/settings/profile",
    "/freelancers/settings/",
    "/ab/account-security/password-and-security",
    "/ab/my-info/connected-services",
    "/ab/notification-settings",
  ],
  payout: [
    "/nx/payments/disbursement-methods/",
    "/ab/payments/disbursement-methods",
    "/ab/payments/deposit-methods",
    "/nx/payments/billing-methods/add",
  ],
  tax: ["/nx/tax/", "/nx/tax/tax-forms/", "/ab/payments/tax-info"],
  identity_verification: ["/ab/identity-verification/", "/nx/identity-verification/start"],
  certificate_of_earnings: [
    "/nx/payments/reports/certificate-of-earnings",
    "/ab/payments/reports/certificate-of-earnings.pdf",
  ],
  feed_best: [
    "/nx/find-work/best-matches",
    "/nx/s/find-work/best-matches",
    "/nx/find-work/",
    "/nx/find-work",
    "/NX/find-work//best-matches/?x=1#top",
  ],
  feed_recent: ["/nx/find-work/most-recent", "/nx/s/find-work/most-recent"],
  feed_my: ["/nx/find-work/my-feed", "/ab/find-work/", "/ab/find-work/#"],
  feed_domestic: ["/nx/find-work/domestic", "/ab/find-work/domestic?_pxhc=1614857108826"],
  saved_jobs: ["/nx/find-work/saved-jobs", "/nx/search/jobs/saved/", "/ab/jobs/search/saved/", "/jobs/saved"],
  job_slider: [
    `/nx/search/jobs/details/${NEW}?pageTitle=Job%20Details&_navType=slider&_modalInfo=%5B%7B%7D%5D`,
    `/nx/find-work/best-matches/details/${NEW}`,
    `/nx/find-work/most-recent/details/${OLD}?pageTitle=Job%20Details`,
    `/search/jobs/t/0,1/details/${OLD}`,
    `/nx/search/jobs/saved/details/%7E021950000000000000001`,
  ],
  search_jobs: [
    "/nx/search/jobs/?q=react&sort=recency",
    "/nx/search/jobs",
    "/nx/jobs/search/?q=react&sort=relevance%2Bdesc",
    "/ab/jobs/search/?q=react",
    "/search/jobs/?q=react",
    "/search/jobs/t/0,1/",
    "/freelance-jobs/react/",
    "/freelance-jobs/tax/",
    "/o/jobs/browse/c/web-mobile-software-dev/",
  ],
  job_detail: [
    `/jobs/Custom-MTA-for-Cold-Email_${OLD}/`,
    `/jobs/Custom-MTA_${NEW}/?referrer_url_path=/nx/search/jobs/`,
    `/jobs/${NEW}`,
    "/jobs/Custom-MTA_%7E021950000000000000001",
    "/jobs/Some-job_~~4f2a8b1c9d3e7f60",
    "/jobs/CI%2FCD-engineer_~021950000000000000001/",
  ],
  job_detail_visitor: [`/freelance-jobs/apply/Custom-MTA_${NEW}/`],
  proposal_form: [`/nx/proposals/job/${NEW}/apply/`, `/ab/proposals/job/${OLD}/apply/`],
  proposals_list: ["/nx/proposals/", "/nx/proposals/archived", "/ab/proposals/", "/nx/find-work/proposals"],
  proposal_detail: [
    "/nx/proposals/2029092574013779969",
    "/nx/proposals/interview/uid/2029092574013779969",
    "/ab/proposals/2029092574013779969",
  ],
  offer: ["/nx/wm/offers/12345678", "/nx/wm/pre-hire/f/offer/12345678"],
  messages_list: ["/ab/messages/rooms/", "/ab/messages/", "/messages/"],
  message_room: [
    "/ab/messages/rooms/room_0123456789abcdef0123456789abcdef?pageTitle=Ann&companyReference=d42&sidebar=true",
  ],
  contracts_list: [
    "/nx/wm/freelancer/contracts",
    "/nx/wm/freelancer/home",
    "/nx/contracts",
    "/ab/f/contracts/",
    "/ab/flservices/contracts/",
    "/ab/f/home/",
  ],
  workroom: [
    "/nx/wm/workroom/34848691",
    "/nx/wm/workroom/34848691/overview",
    "/nx/wm/workroom/34848691/messages",
    "/nx/wm/workroom/34848691/timesheet",
    "/nx/wm/workroom/34848691/details",
    "/ab/c/contracts/34848691",
  ],
  work_diary: ["/nx/workdiary/", "/ab/workdiary/freelancer/"],
  reports: ["/nx/reports/overview/", "/nx/reports/freelancer/", "/ab/reports/freelancer", "/ab/reports/in-progress"],
  payments: [
    "/nx/payments/reports/overview",
    "/nx/payments/reports/transaction-history/",
    "/nx/payments/reports/transactions/123456789",
    "/nx/payments/reports/earnings/",
    "/ab/payments/reports/earnings-history",
    "/ab/payments/reports/relationship-values",
    "/ab/payments/reports/billing-history",
  ],
  connects: [
    "/nx/plans/connects/history/",
    "/nx/plans/connects/buy",
    "/nx/plans/connects/",
    "/nx/buy-connects",
    "/ab/plans/membership/connects-history",
  ],
  membership: ["/nx/plans/membership/index/", "/nx/plans/membership/change-plan", "/ab/plans/membership/index"],
  my_stats: ["/nx/my-stats/", "/my-stats/"],
  account_health: ["/nx/account-health/"],
  profile: ["/freelancers/~011d3adda6e4865468", "/freelancers/", "/fl/somebody", "/agencies/~011d3adda6e4865468"],
  project_catalog: ["/nx/project-dashboard/?step=approved", "/services/my-list/"],
  client_side: [`/ab/applicants/${UID}/job-details`, "/nx/client/dashboard", "/nx/search/talent/?q=react"],
  notifications: ["/ab/notifications/", "/ab/notifications"],
  disputes: ["/ab/disputes"],
  attachment: [`/att/download/openings/${UID}/attachments/2f1e9b0c-5d1b-4c5e-9e7e-0a1b2c3d4e5f/download`],
  data_endpoint: [
    "/api/graphql/v1?alias=userJobSearch",
    "/api/v3/rooms/rooms/simplified",
    "/ab/jobs/search/url?q=react",
    "/ab/feed/jobs/rss?securityToken=abc&userUid=1&orgUid=2",
  ],
  bot_challenge: ["/cdn-cgi/challenge-platform/h/b"],
  other: ["/", "", "/nx/something-new/42", "/legal", "/hire/tax/ca/", "/nx/find-work/unknown-tab"],
};

describe("pageKindOf", () => {
  for (const [kind, paths] of Object.entries(PATHS)) {
    test.each(paths.map((path) => [path]))(`reads %s as ${kind}`, (path) => {
      expect(pageKindOf(`https://www.upwork.com${path}`)).toBe(kind as PageKind);
    });
  }

  test("knows an example of every kind that has patterns", () => {
    const untested = PAGE_KINDS.filter((row) => row.patterns.length > 0 && PATHS[row.kind] === undefined);
    expect(untested.map((row) => row.kind)).toEqual([]);
  });

  test("names every kind once", () => {
    const names = PAGE_KINDS.map((row) => row.kind);
    expect(new Set(names).size).toBe(names.length);
  });

  test("takes a bot challenge from the title, whatever the address", () => {
    for (const title of ["Just a moment...", " Einen Moment… ", "Un momento…", "请稍候…"]) {
      expect(pageKindOf("https://www.upwork.com/nx/search/jobs/?q=a", title)).toBe("bot_challenge");
    }
    expect(pageKindOf("https://www.upwork.com/ab/account-security/login", "Just a moment...")).toBe("bot_challenge");
    expect(pageKindOf("https://www.upwork.com/nx/search/jobs/", "Just a moment of your time")).toBe("search_jobs");
  });

  test("reads hosts", () => {
    expect(pageKindOf("https://support.upwork.com/hc/en-us/articles/211062898-Using-Connects")).toBe("support");
    expect(pageKindOf("https://support.upwork.com/login")).toBe("login");
    expect(pageKindOf("https://community.upwork.com/")).toBe("other");
    expect(pageKindOf("https://upwork.com/nx/find-work/")).toBe("feed_best");
    expect(pageKindOf("https://WWW.UPWORK.COM./nx/find-work/")).toBe("feed_best");
    for (const url of [
      "https://www.upwork.com.evil.example/nx/find-work/",
      "https://notupwork.com/",
      "",
      "about:blank",
    ]) {
      expect(pageKindOf(url)).toBe("external");
    }
  });

  test("reads links without a host as Upwork's", () => {
    expect(pageKindOf(`/jobs/${NEW}`)).toBe("job_detail");
    expect(pageKindOf("//www.upwork.com/nx/find-work/")).toBe("feed_best");
    expect(pageKindOf("www.upwork.com/nx/find-work/")).toBe("feed_best");
  });

  test("refuses exactly the kinds that the table marks", () => {
    const never = new Set<string>(PAGE_KINDS.filter((row) => !row.record).map((row) => row.kind));
    for (const [kind, paths] of Object.entries(PATHS)) {
      for (const path of paths) expect(mayRecord(`https://www.upwork.com${path}`)).toBe(!never.has(kind));
    }
  });
});
