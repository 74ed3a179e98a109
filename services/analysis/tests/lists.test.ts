import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { encodePageToken } from "@gigtrail/platform/page-token";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import * as fc from "fast-check";
import { createAnalyser } from "../analyser/analyser.ts";
import type { AnalysisResult, JobSighting, Visit } from "../analyser/result.ts";
import { requestAnalysis } from "../db/request-analysis.ts";
import { lockSession } from "../db/lock-session.ts";
import { writeResult } from "../db/write-result.ts";
import { PGLITE } from "@gigtrail/test-kit/databases";
import { refused } from "@gigtrail/test-kit/refused";
import { type Member, TestAnalysis } from "./support/test-analysis.ts";

const KEYS = ["~02a", "~02B", "~02b", "~02_c", "~02z", "~02ä", "~020"];

interface Seen {
  readonly owner: number;
  readonly visits: readonly string[];
  readonly jobs: readonly Pick<JobSighting, "jobKey" | "lastSeenMs" | "titleWords">[];
}

/** Sessions of two members with visits and sightings; few distinct times, so that there are many ties. */
const workspace: fc.Arbitrary<Seen[]> = fc.array(
  fc.record({
    owner: fc.integer({ min: 0, max: 1 }),
    visits: fc.array(fc.constantFrom("job_detail", "search_jobs"), { maxLength: 6 }),
    jobs: fc.uniqueArray(
      fc.record({
        jobKey: fc.constantFrom(...KEYS),
        lastSeenMs: fc.integer({ min: 1, max: 4 }),
        titleWords: fc.constantFrom("", "", "One", "Two"),
      }),
      { selector: ({ jobKey }) => jobKey, maxLength: 5 },
    ),
  }),
  { maxLength: 6 },
);

describe("lists", () => {
  let t: TestAnalysis;

  beforeAll(async () => {
    t = await TestAnalysis.open(await PGLITE.open());
  }, 60_000);
  afterEach(() => t.reset());
  afterAll(() => t.close(), 30_000);

  async function fill(members: readonly Member[], sessions: readonly Seen[]) {
    const stored: (Seen & { sessionId: string })[] = [];
    for (const seen of sessions) {
      const sessionId = newId();
      const owner = members[seen.owner];
      if (owner === undefined) throw new Error("no such member");
      const name = { workspaceId: owner.workspaceId, sessionId };
      await t.db.inWorkspace(owner.workspaceId, async (tx) => {
        await lockSession(tx, name, owner.userId);
        await requestAnalysis(tx, name, owner.userId, 1);
        await writeResult(tx, name, resultOf(seen));
      });
      stored.push({ ...seen, sessionId });
    }
    return stored;
  }

  async function pages<T>(read: (pageToken: string) => Promise<[T[], string]>): Promise<T[]> {
    const all: T[] = [];
    for (let pageToken = ""; ;) {
      const [rows, next] = await read(pageToken);
      all.push(...rows);
      if (next === "") return all;
      expect(rows.length).toBeGreaterThan(0);
      pageToken = next;
    }
  }

  test("of visits have every visible visit once, newest session first, whatever the page size", async () => {
    await fc.assert(
      fc.asyncProperty(workspace, fc.integer({ min: 1, max: 7 }), async (sessions, pageSize) => {
        const ann = t.member();
        const admin = t.member(ann.workspaceId, Role.ADMIN);
        const stored = await fill([ann, admin], sessions);
        for (const [who, owners] of [
          [ann, [0]],
          [admin, [0, 1]],
        ] as const) {
          for (const pageKind of ["", "job_detail"]) {
            const expected = stored
              .filter(({ owner }) => owners.some((each) => each === owner))
              .toSorted((a, b) => (a.sessionId < b.sessionId ? 1 : -1))
              .flatMap(({ sessionId, visits }) => visits.map((kind, ordinal) => ({ sessionId, ordinal, kind })))
              .filter(({ kind }) => pageKind === "" || kind === pageKind)
              .map(({ sessionId, ordinal }) => `${sessionId} ${ordinal}`);
            const listed = await pages(async (pageToken) => {
              const page = await t.client.listVisits({ pageSize, pageToken, filter: { pageKind } }, who.options);
              expect(page.visits.length).toBeLessThanOrEqual(pageSize);
              return [page.visits.map(({ sessionId, ordinal }) => `${sessionId} ${ordinal}`), page.nextPageToken];
            });
            expect(listed).toEqual(expected);
          }
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  test("of jobs have every job once, last seen first, with the figures of all sessions", async () => {
    await fc.assert(
      fc.asyncProperty(workspace, fc.integer({ min: 1, max: 4 }), async (sessions, pageSize) => {
        const ann = t.member();
        const admin = t.member(ann.workspaceId, Role.ADMIN);
        const stored = await fill([ann, admin], sessions);
        const expected = aggregate(stored);
        const list = (sessionId: string) =>
          pages(async (pageToken) => {
            const page = await t.client.listSeenJobs({ pageSize, pageToken, filter: { sessionId } }, admin.options);
            const rows = page.jobs.map((job) => ({
              jobKey: job.jobKey,
              titleWords: job.titleWords,
              visitCount: job.visitCount,
              lastSeenMs: job.lastSeenTime === undefined ? 0 : timestampMs(job.lastSeenTime),
            }));
            return [rows, page.nextPageToken];
          });
        expect(await list("")).toEqual(expected);
        for (const { sessionId, jobs } of stored.slice(0, 2)) {
          const inSession = expected.filter(({ jobKey }) => jobs.some((job) => job.jobKey === jobKey));
          expect(await list(sessionId)).toEqual(inSession);
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  test("refuse every page token that is not theirs", async () => {
    const ann = t.member();
    const part = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.constant(newId()), fc.constant("\0"));
    const token = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.array(part, { maxLength: 3 }).map((parts) => encodePageToken(parts)),
    );
    const allowed = ["not refused", "page_token_invalid", "request_invalid"];
    await fc.assert(
      fc.asyncProperty(token, async (pageToken) => {
        expect(allowed).toContain((await refused(t.client.listVisits({ pageToken }, ann.options))) ?? "");
        expect(allowed).toContain((await refused(t.client.listSeenJobs({ pageToken }, ann.options))) ?? "");
      }),
      { numRuns: 100 },
    );
    for (const parts of [
      ["x", 0],
      [newId(), 0.5],
      [newId(), 2 ** 40],
      [newId(), "0"],
      [1e300, "k"],
      ["1", "k"],
    ]) {
      const pageToken = encodePageToken(parts);
      const call = typeof parts[0] === "number" || parts[1] === "k" ? t.client.listSeenJobs : t.client.listVisits;
      expect(await refused(call({ pageToken }, ann.options))).toBe("page_token_invalid");
    }
  });
});

function aggregate(stored: readonly (Seen & { sessionId: string })[]) {
  const sightings = stored
    .flatMap(({ sessionId, jobs }) => jobs.map((job) => ({ sessionId, ...job })))
    .toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || (a.sessionId < b.sessionId ? 1 : -1));
  const bytes = (text: string) => Buffer.from(text);
  return [...Map.groupBy(sightings, ({ jobKey }) => jobKey)]
    .map(([jobKey, each]) => ({
      jobKey,
      titleWords: each.find(({ titleWords }) => titleWords !== "")?.titleWords ?? "",
      visitCount: each.length,
      lastSeenMs: each[0]?.lastSeenMs ?? 0,
    }))
    .toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || bytes(b.jobKey).compare(bytes(a.jobKey)));
}

function resultOf({ visits, jobs }: Seen): AnalysisResult {
  const visit: Omit<Visit, "ordinal" | "pageKind"> = {
    tabId: "t",
    url: "",
    pathPattern: "",
    enterMs: 1,
    leaveMs: 2,
    activeMs: 1,
    idleMs: 0,
    jobKey: "",
    jobUid: "",
    titleWords: "",
  };
  const sighting = { jobUid: "", firstSeenMs: 1, visitCount: 1, activeMs: 0, applicationFormSeen: false };
  return {
    ...createAnalyser().finish(),
    visits: visits.map((pageKind, ordinal) => ({
      ...visit,
      ordinal,
      pageKind: pageKind === "job_detail" ? pageKind : "search_jobs",
    })),
    jobs: jobs.map((job) => ({ ...sighting, ...job })),
  };
}
