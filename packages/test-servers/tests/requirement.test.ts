import { expect, test } from "bun:test";
import { join } from "node:path";
import { createTempFolder } from "../temp-folder.ts";

/** A test file that needs what is not there. */
const FILE = `
  import { describe, expect, test } from "bun:test";
  import { requirement } from "${import.meta.dir}/../requirement.ts";
  const missing = requirement.folder("not-there");
  describe.skipIf(missing.skip)(missing.title("Reading"), () => {
    test("works", () => expect(missing.path).toBe("somewhere"));
  });
  test("needs nothing", () => {});
`;

async function runFile(env: Record<string, string>): Promise<{ exitCode: number; output: string }> {
  using folder = createTempFolder();
  await Bun.write(join(folder.path, "some.test.ts"), FILE);
  const run = Bun.spawn([process.execPath, "test"], {
    cwd: folder.path,
    env: { PATH: process.env["PATH"], ...env },
    stderr: "pipe",
    stdout: "ignore",
  });
  const output = await new Response(run.stderr).text();
  return { exitCode: await run.exited, output };
}

test("tests whose requirement is missing are skipped by name, with the reason", async () => {
  const { exitCode, output } = await runFile({});
  expect(output).toContain("(skip) Reading [skipped: ../shared/not-there was not found] > works");
  expect(output).toContain("(pass) needs nothing");
  expect(exitCode).toBe(0);
});

test("with GIGTRAIL_TEST_ALL=1 the file fails instead", async () => {
  const { exitCode, output } = await runFile({ GIGTRAIL_TEST_ALL: "1" });
  expect(output).toContain("(fail) ../shared/not-there is there, since GIGTRAIL_TEST_ALL=1");
  expect(exitCode).toBe(1);
});
