import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "@gigtrail/cli/tests/support/cli";
import type { RecordPage } from "@gigtrail/cli/io";
import { recordPage } from "@gigtrail/recorder/chromium/record-page";
import { requirement } from "@gigtrail/test-servers/requirement";
import { chunkOf, newPlace, putRaw } from "./support/chunks.ts";
import { personAt } from "./support/machine.ts";
import { describeBothWays, TEST_TIMEOUT_MS } from "./support/modes.ts";
import type { Member } from "./support/people.ts";
import { analysed, pageEvents } from "./support/sessions.ts";

const pages = requirement.folder("upwork/pages");
const all = requirement.all(pages, requirement("chromium"));

/** The table of saved pages: where each was, what it is, whether it may be recorded. */
const rows = pages.skip
  ? []
  : readFileSync(join(pages.path, "urls.tsv"), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => {
        const [file = "", url = "", kind = "", record = ""] = line.split("\t");
        return { file: join(pages.path, file), url, kind, mayBeRecorded: record.trim() === "yes" };
      });

/** Each page is recorded once, however many systems it is sent to. */
const recorded = new Map<string, Promise<unknown[]>>();
const recordOnce: RecordPage = (page) => {
  const known = recorded.get(page.file) ?? recordPage(page);
  recorded.set(page.file, known);
  return known;
};

describeBothWays("saved pages of Upwork", (system) => {
  let person: Person;
  let member: Member;
  beforeAll(async () => {
    ({ person, member } = await personAt(system()));
    person.with = { recordPage: recordOnce };
  });
  afterAll(() => person?.leave());

  test.skipIf(all.skip)(
    all.title("are recorded, uploaded and known for what they are"),
    async () => {
      for (const { file, url, kind } of rows.filter(({ mayBeRecorded }) => mayBeRecorded)) {
        const { code, stdout, stderr } = await person.run("record-page", file, "--url", url);
        expect([file, code, stderr.includes("went wrong")]).toEqual([file, 0, false]);
        const sessionId = stdout.split(" ")[0] ?? "";
        await analysed(member, sessionId);
        const { visits } = await member.analysis.listVisits({ filter: { sessionIds: [sessionId] } });
        expect([file, visits.map(({ pageKind }) => pageKind)]).toEqual([file, [kind]]);
      }
    },
    2 * TEST_TIMEOUT_MS,
  );

  test.skipIf(pages.skip)(pages.title("that are never recorded are refused before they are opened"), async () => {
    const never = rows.filter(({ mayBeRecorded }) => !mayBeRecorded);
    expect(never.length).toBeGreaterThan(0);
    for (const { file, url } of never) {
      const { code, stdout, stderr } = await person.run("record-page", file, "--url", url);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.trim().split("\n")).toEqual([expect.stringContaining("never recorded")]);
      expect(recorded.has(file)).toBe(false);
    }
  });

  test.skipIf(pages.skip)(
    pages.title("are kept or cut out by the server too, whatever the client thinks"),
    async () => {
      for (const { url, mayBeRecorded } of rows) {
        const place = newPlace();
        await member.ingest.createSession({ sessionId: place.sessionId });
        const events = pageEvents(url);
        const answer = await putRaw(system().url, member.accessToken, place, chunkOf(0, events));
        expect(answer.status).toBe(200);
        const { session } = await member.ingest.getSession({ sessionId: place.sessionId });
        expect([url, session?.eventCount]).toEqual([url, mayBeRecorded ? BigInt(events.length) : 0n]);
      }
    },
  );
});
