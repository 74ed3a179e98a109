import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "@gigtrail/cli/tests/support/cli";
import { requirement } from "@gigtrail/test-servers/requirement";
import { personAt } from "./support/machine.ts";
import { describeBothWays } from "./support/modes.ts";
import type { Member } from "./support/people.ts";
import { differenceBesideMasks } from "./support/same-but-masked.ts";
import { analysed } from "./support/sessions.ts";

const recordings = requirement.folder("rrweb");
const files = recordings.skip ? [] : readdirSync(recordings.path).filter((name) => name.endsWith(".json"));

describeBothWays("rrweb's own recordings", (system) => {
  let person: Person;
  let member: Member;
  beforeAll(async () => {
    ({ person, member } = await personAt(system()));
  });
  afterAll(() => person?.leave());

  test.skipIf(recordings.skip)(recordings.title("are imported, read back as they went in, and analysed"), async () => {
    expect(files.length).toBe(26);
    const imported = await person.run("import", ...files.map((name) => join(recordings.path, name)));
    expect(imported).toMatchObject({ code: 0, stderr: expect.any(String) });
    const lines = imported.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(files.length);
    for (const [at, name] of files.entries()) {
      const sessionId = lines[at]?.split(" ")[0] ?? "";
      const { code, stdout } = await person.run("read", sessionId);
      expect(code).toBe(0);
      const stored: unknown[] = stdout
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
      const sent: unknown[] = await Bun.file(join(recordings.path, name)).json();
      expect(stored.length).toBe(sent.length);
      expect([name, differenceBesideMasks(sent, stored)]).toEqual([name, undefined]);
      const { summary } = await analysed(member, sessionId);
      expect(Number(summary?.eventCount)).toBe(sent.length);
    }
  });

  test.skipIf(recordings.skip)(recordings.title("are not stored a second time"), async () => {
    const again = await person.run("import", join(recordings.path, files[0] ?? ""));
    expect(again.stdout).toContain("was there before");
    const { sessions } = await member.ingest.listSessions({ pageSize: 100 });
    expect(sessions).toHaveLength(files.length);
  });
});
