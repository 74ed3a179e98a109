import { afterEach, beforeEach, expect, test } from "bun:test";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FakeGateway } from "./support/fake-gateway.ts";
import { Person } from "./support/cli.ts";
import { recording } from "./support/recording.ts";

let gateway: FakeGateway;
let person: Person;
let session: string;
beforeEach(async () => {
  gateway = await FakeGateway.start();
  person = await Person.at(gateway.url);
  await person.run("sign-up", "--email", "ada@example.com");
  const file = await person.write("monday.json", JSON.stringify(recording(120)));
  session = (await person.run("import", file)).stdout.slice(0, 36);
});
afterEach(async () => {
  await person.leave();
  await gateway.stop();
});

const minutes = (count: number) => ({ seconds: BigInt(count * 60) });
const summary = {
  visitCount: 3,
  jobCount: 3,
  activeTime: minutes(80),
  idleTime: minutes(3),
  pageKinds: [
    { pageKind: "job_detail", visitCount: 2, activeTime: minutes(70) },
    { pageKind: "search_jobs", visitCount: 1, activeTime: minutes(10) },
  ],
};
const job = (key: string) => `~02199500000000000000${key}`;

test("show tells visits, active time by kind of page, and jobs", async () => {
  gateway.insights.analysis = { state: AnalysisState.DONE, percent: 100, summary };
  gateway.insights.visits = [1, 2, 3].map((at) => ({
    ordinal: at - 1,
    pageKind: "job_detail",
    url: `https://www.upwork.com/jobs/${job(String(at))}`,
    enterTime: timestampFromMs(Date.UTC(2026, 10, 22, 9, at)),
    activeTime: { seconds: 65n },
    jobKey: job(String(at)),
  }));
  gateway.insights.jobs = [1, 2, 3].map((at) => ({
    jobKey: job(String(at)),
    titleWords: at === 1 ? "Build a \u001b[2Jscraper" : "",
    visitCount: at,
    applicationFormSeen: at === 2,
  }));
  const { code, stdout } = await person.run("show", session);
  expect(code).toBe(0);
  expect(stdout).toContain("complete, 2026-11-22 09:00 UTC to 2026-11-22 09:30 UTC");
  expect(stdout).toContain("3 visits, 3 jobs, 1 h 20 min active, 3 min 00 s idle");
  expect(stdout).toMatch(/^job_detail +2 +1 h 10 min$/m);
  expect(stdout).toMatch(/^2 +2026-11-22 09:03 UTC +job_detail +1 min 05 s +~021995000000000000003 +https/m);
  expect(stdout).toMatch(/^~021995000000000000002 +2 +0 s +yes +-$/m);
  expect(stdout).toContain("Build a ?[2Jscraper");
});

test("show says where an analysis stands that is not done", async () => {
  expect((await person.run("show", session)).stdout).toContain("Not analysed yet");
  gateway.insights.analysis = { state: AnalysisState.RUNNING, percent: 40 };
  expect((await person.run("show", session)).stdout).toContain(`at 40 %; follow it with \`gigtrail watch ${session}\``);
  gateway.insights.analysis = { state: AnalysisState.FAILED, errorReason: "events_unreadable" };
  expect((await person.run("show", session)).stdout).toContain("The analysis failed (events_unreadable).");
});

test("watch follows an analysis to its end, through broken lines and ended tokens", async () => {
  const at = (percent: number) => ({ state: AnalysisState.RUNNING, percent, stage: "reading" });
  gateway.insights.watches = [
    ["heartbeat", at(10), "token_expired"],
    [at(30), "break"],
    [at(60), "heartbeat"],
    [at(90), { state: AnalysisState.DONE, percent: 100, summary }],
  ];
  const { code, stdout, stderr } = await person.run("watch", session);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `The analysis is done: 3 visits, 3 jobs, 1 h 20 min active; see \`gigtrail show ${session}\`.\n`,
  });
  expect(stderr).toContain("analysis:  30 % reading");
});

test("watch ends with 1 when the analysis fails or there is none", async () => {
  gateway.insights.watches = [[{ state: AnalysisState.FAILED, errorReason: "events_unreadable" }]];
  expect(await person.run("watch", session)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("The analysis failed (events_unreadable); the server's log says more."),
  });
  expect(await person.run("watch", session)).toMatchObject({
    code: 1,
    stderr: "There is no such session, or it is not complete yet; `gigtrail sessions` tells which.\n",
  });
});

test("read gives the session's events, one a line", async () => {
  const { code, stdout } = await person.run("read", session);
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line)),
  ).toEqual(recording(120));
});

test("streams are opened anew with a fresh token", async () => {
  gateway.accounts.endAccessTokens();
  expect((await person.run("read", session)).code).toBe(0);
  gateway.accounts.endAccessTokens();
  expect((await person.run("export", "--dataset", "visits", "--format", "csv")).code).toBe(0);
});

test("an export goes to standard output, or to a file that appears when it is whole", async () => {
  gateway.insights.exportFile = "a,b\n1,2\n";
  const spec = ["export", "--dataset", "visits", "--format", "csv", "--session", session];
  expect((await person.run(...spec)).stdout).toBe("VISITS CSV 1\na,b\n1,2\n");
  const out = person.path("visits.csv");
  expect(await person.run(...spec, "--out", out)).toMatchObject({ code: 0, stdout: "" });
  expect(await Bun.file(out).text()).toBe("VISITS CSV 1\na,b\n1,2\n");

  gateway.insights.exportFile = "never whole";
  gateway.insights.exportBreaks = true;
  expect((await person.run(...spec, "--out", out)).code).toBe(1);
  expect(await Bun.file(out).text()).toBe("VISITS CSV 1\na,b\n1,2\n");
  expect(await Bun.file(`${out}.part`).exists()).toBe(false);
  const nowhere = person.path("no/such/folder.csv");
  expect((await person.run(...spec, "--out", nowhere)).stderr).toStartWith(`${nowhere} cannot be written`);
});

test("a deletion is asked about where someone can answer", async () => {
  person.typed = ["n"];
  expect(await person.run("delete", session)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Nothing was deleted."),
  });
  expect(gateway.recordings.sessions.has(session)).toBe(true);
  person.typed = ["y"];
  expect((await person.run("delete", session)).code).toBe(0);
  expect(gateway.recordings.deleted.has(session)).toBe(true);
  person.typed = undefined;
  expect(await person.run("show", session)).toMatchObject({ code: 1, stderr: expect.stringContaining("was deleted") });
});

test("sessions are listed, as many as asked for", async () => {
  await person.run("import", "--again", person.path("monday.json"));
  const { stdout, stderr } = await person.run("sessions", "--limit", "1");
  expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  expect(stderr).toBe("There are more; see --limit.\n");
  expect((await person.run("sessions")).stdout).toContain(session);
  expect((await person.run("sessions", "--limit", "many")).code).toBe(2);
});
