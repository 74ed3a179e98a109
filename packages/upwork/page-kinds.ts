import type { AddressPattern } from "./address-pattern.ts";
import { SEARCH_PARAMS } from "./search-params.ts";

/** One row of the table of page kinds. */
export interface PageKindRow {
  /** Its name in visits and exports. Stable: rows of earlier analyses carry it. */
  readonly kind: string;
  /** What a person does there, for the documentation. */
  readonly about: string;
  /** False: never recorded, stored or analysed (see may-record.ts). */
  readonly record: boolean;
  /** Paths on www.upwork.com, newest design first. */
  readonly patterns: readonly AddressPattern[];
  /** Query parameters that stay in an address (see safe-url.ts), in the order in which they are written. */
  readonly params: readonly string[];
}

/**
 * Pages that are never recorded: credentials, identity, bank and tax. On any host of Upwork. Wider than the addresses
 * that are known, for a page too many here costs nothing and one too few costs a password.
 */
const NEVER_KINDS = [
  {
    kind: "settings",
    about: "Contact data, profile settings, password and security, connected services",
    record: false,
    patterns: [
      "/**/password-and-security/**",
      "/**/connected-services/**",
      "/freelancers/settings/**",
      "/settings/**",
      "/nx/settings/**",
      "/nx/s/settings/**",
      "/ab/settings/**",
      "/nx/my-info/**",
      "/ab/my-info/**",
      "/nx/notification-settings/**",
      "/ab/notification-settings/**",
    ],
    params: [],
  },
  {
    kind: "login",
    about: "Log in, sign up, re-enter or reset a password, account verification",
    record: false,
    patterns: [
      "/**/account-security/**",
      "/**/reenter-password/**",
      "/**/reset-password/**",
      "/login/**",
      "/nx/login/**",
      "/ab/login/**",
      "/logout/**",
      "/nx/logout/**",
      "/ab/logout/**",
      "/signup/**",
      "/nx/signup/**",
      "/nx/s/signup/**",
      "/ab/signup/**",
    ],
    params: [],
  },
  {
    kind: "payout",
    about: "Ways of being paid and of paying: bank accounts, cards",
    record: false,
    patterns: ["/**/disbursement-methods/**", "/**/deposit-methods/**", "/**/billing-methods/**"],
    params: [],
  },
  {
    kind: "tax",
    about: "Tax forms and tax data",
    record: false,
    patterns: ["/nx/tax/**", "/nx/s/tax/**", "/ab/tax/**", "/**/tax-forms/**", "/**/tax-info/**"],
    params: [],
  },
  {
    kind: "identity_verification",
    about: "Proof of identity",
    record: false,
    patterns: ["/**/identity-verification/**"],
    params: [],
  },
  {
    kind: "certificate_of_earnings",
    about: "A document with the legal name and all earnings",
    record: false,
    patterns: ["/**/certificate-of-earnings*/**"],
    params: [],
  },
] as const satisfies readonly PageKindRow[];

/** Jobs and proposals: what the funnel is made of. */
const JOB_KINDS = [
  {
    kind: "data_endpoint",
    about: "An address that a page fetches from, no page",
    record: true,
    patterns: ["/api/**", "/ab/feed/**", "/ab/jobs/search/url/**"],
    params: ["alias"],
  },
  {
    kind: "attachment",
    about: "A file of a job",
    record: true,
    patterns: ["/att/download/**"],
    params: [],
  },
  {
    kind: "client_side",
    about: "Pages of the one who hires: applicants, talent search",
    record: true,
    patterns: ["/ab/applicants/**", "/nx/client/**", "/nx/search/talent/**"],
    params: [],
  },
  {
    kind: "job_slider",
    about: "A job opened on top of a list",
    record: true,
    patterns: ["/**/details/:cipher/**"],
    params: [],
  },
  {
    kind: "saved_jobs",
    about: "The jobs that the user saved",
    record: true,
    patterns: [
      "/nx/find-work/saved-jobs/**",
      "/nx/s/find-work/saved-jobs/**",
      "/nx/search/jobs/saved/**",
      "/ab/jobs/search/saved/**",
      "/jobs/saved/**",
    ],
    params: ["page", "per_page"],
  },
  {
    kind: "feed_best",
    about: "The feed of best matches",
    record: true,
    patterns: ["/nx/find-work/best-matches/**", "/nx/s/find-work/best-matches/**", "/nx/find-work", "/nx/s/find-work"],
    params: [],
  },
  {
    kind: "feed_recent",
    about: "The feed of the most recent jobs",
    record: true,
    patterns: ["/nx/find-work/most-recent/**", "/nx/s/find-work/most-recent/**"],
    params: [],
  },
  {
    kind: "feed_my",
    about: "The feed made of the user's own choices",
    record: true,
    patterns: ["/nx/find-work/my-feed/**", "/nx/s/find-work/my-feed/**", "/ab/find-work"],
    params: [],
  },
  {
    kind: "feed_domestic",
    about: "The feed of jobs in the user's country",
    record: true,
    patterns: ["/nx/find-work/domestic/**", "/nx/s/find-work/domestic/**", "/ab/find-work/domestic/**"],
    params: [],
  },
  {
    kind: "job_detail_visitor",
    about: "A job as those see it who are not logged in",
    record: true,
    patterns: ["/freelance-jobs/apply/:cipher/**"],
    params: [],
  },
  {
    kind: "search_jobs",
    about: "A search for jobs",
    record: true,
    patterns: [
      "/nx/search/jobs/**",
      "/nx/jobs/search/**",
      "/ab/jobs/search/**",
      "/search/jobs/**",
      "/freelance-jobs/**",
      "/o/jobs/browse/**",
    ],
    params: SEARCH_PARAMS,
  },
  {
    kind: "job_detail",
    about: "A job on a page of its own",
    record: true,
    patterns: ["/jobs/:cipher/**"],
    params: [],
  },
  {
    kind: "proposal_form",
    about: "The form of an application",
    record: true,
    patterns: ["/nx/proposals/job/:cipher/**", "/ab/proposals/job/:cipher/**"],
    params: [],
  },
  {
    kind: "proposal_detail",
    about: "A proposal that was sent, an invitation, an interview",
    record: true,
    patterns: [
      "/nx/proposals/:id/**",
      "/nx/proposals/interview/uid/:id/**",
      "/ab/proposals/:id/**",
      "/ab/proposals/interview/uid/:id/**",
    ],
    params: [],
  },
  {
    kind: "proposals_list",
    about: "The user's proposals, offers and invitations",
    record: true,
    patterns: [
      "/nx/proposals",
      "/nx/proposals/archived/**",
      "/nx/find-work/proposals/**",
      "/ab/proposals",
      "/ab/proposals/archived/**",
    ],
    params: [],
  },
  {
    kind: "offer",
    about: "An offer of a contract",
    record: true,
    patterns: ["/nx/wm/offers/**", "/nx/wm/pre-hire/f/offer/**"],
    params: [],
  },
] as const satisfies readonly PageKindRow[];

/** Work, money and the account. */
const WORK_KINDS = [
  {
    kind: "message_room",
    about: "A conversation",
    record: true,
    patterns: ["/ab/messages/rooms/:room/**", "/messages/rooms/:room/**"],
    params: [],
  },
  {
    kind: "messages_list",
    about: "The list of conversations",
    record: true,
    patterns: ["/ab/messages/**", "/messages/**"],
    params: [],
  },
  {
    kind: "contracts_list",
    about: "The user's contracts",
    record: true,
    patterns: [
      "/nx/wm/freelancer/contracts/**",
      "/nx/wm/freelancer/home/**",
      "/nx/contracts/**",
      "/ab/f/contracts/**",
      "/ab/flservices/contracts/**",
      "/ab/f/home/**",
    ],
    params: [],
  },
  {
    kind: "workroom",
    about: "A contract",
    record: true,
    patterns: ["/nx/wm/workroom/:id/**", "/ab/c/contracts/:id/**"],
    params: [],
  },
  {
    kind: "work_diary",
    about: "The hours that the time tracker noted",
    record: true,
    patterns: ["/nx/workdiary/**", "/ab/workdiary/**"],
    params: [],
  },
  {
    kind: "reports",
    about: "Reports of work in progress and by week",
    record: true,
    patterns: ["/nx/reports/**", "/ab/reports/**"],
    params: [],
  },
  {
    kind: "payments",
    about: "Transactions, earnings and billings",
    record: true,
    patterns: ["/nx/payments/**", "/ab/payments/**"],
    params: [],
  },
  {
    kind: "connects",
    about: "The balance of Connects, their history, buying them",
    record: true,
    patterns: ["/nx/plans/connects/**", "/nx/buy-connects/**", "/ab/plans/membership/connects-history/**"],
    params: [],
  },
  {
    kind: "membership",
    about: "The user's plan",
    record: true,
    patterns: ["/nx/plans/membership/**", "/ab/plans/membership/**"],
    params: [],
  },
  {
    kind: "my_stats",
    about: "The user's own figures",
    record: true,
    patterns: ["/nx/my-stats/**", "/my-stats/**"],
    params: [],
  },
  {
    kind: "account_health",
    about: "Warnings and limits of the account",
    record: true,
    patterns: ["/nx/account-health/**"],
    params: [],
  },
  {
    kind: "profile",
    about: "A profile of a freelancer or an agency",
    record: true,
    patterns: ["/freelancers/:cipher/**", "/freelancers", "/fl/*/**", "/agencies/:cipher/**"],
    params: [],
  },
  {
    kind: "project_catalog",
    about: "Projects that the user offers at a fixed price",
    record: true,
    patterns: ["/nx/project-dashboard/**", "/services/my-list/**"],
    params: ["step"],
  },
  { kind: "notifications", about: "Notices", record: true, patterns: ["/ab/notifications/**"], params: [] },
  { kind: "disputes", about: "Disputes", record: true, patterns: ["/ab/disputes/**"], params: [] },
  { kind: "support", about: "Help pages (support.upwork.com)", record: true, patterns: [], params: [] },
  {
    kind: "bot_challenge",
    about: "A check that the visitor is no robot; told by the page's title, whatever its address",
    record: true,
    patterns: ["/cdn-cgi/**"],
    params: [],
  },
  { kind: "other", about: "Any other page of Upwork", record: true, patterns: [], params: [] },
  { kind: "external", about: "A page of another site, or no address", record: true, patterns: [], params: [] },
] as const satisfies readonly PageKindRow[];

/**
 * Every page kind, in the order in which they are tried: the first whose pattern fits is the answer. Patterns are from
 * addresses that were seen on Upwork's pages or that public tools rely on.
 */
export const PAGE_KINDS = [...NEVER_KINDS, ...JOB_KINDS, ...WORK_KINDS] as const;

/** Name of a page kind. */
export type PageKind = (typeof PAGE_KINDS)[number]["kind"];
