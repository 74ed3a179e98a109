import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";
import { AuthInstance } from "./support/auth-instance.ts";
import { PASSWORD, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const SCRIPT = join(import.meta.dir, "../admin/main.ts");
const ANNA = "anna@example.com";
const START_MS = 60_000;
const postgresql = requirement("postgresql");

describe.skipIf(postgresql.skip)(postgresql.title("the script that resets a password"), () => {
  let url: string;
  let instance: AuthInstance;

  beforeAll(async () => {
    url = await (await sharedPostgres()).createDatabase();
    instance = await AuthInstance.start({ address: { url }, embedded: false, migrate: true });
    await registerPerson(instance, ANNA);
  }, START_MS);
  afterAll(() => instance.stop());

  async function run(words: string[], input = "", databaseUrl = url) {
    const script = Bun.spawn([process.execPath, SCRIPT, ...words], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
      stdin: Buffer.from(input),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, said] = await Promise.all([new Response(script.stdout).text(), new Response(script.stderr).text()]);
    return { code: await script.exited, out, said };
  }
  const login = (password: string) => reasonFor(instance.auth.login({ email: ANNA, password }));

  test(
    "shows a random password once, and it is the account's",
    async () => {
      const { code, out } = await run(["reset", ANNA]);
      expect(code).toBe(0);
      expect(await login(/^Password: (.+)$/m.exec(out)?.[1] ?? "")).toBe("ok");
      expect(await login(PASSWORD)).toBe("credentials_wrong");
    },
    START_MS,
  );

  test(
    "takes a password from the standard input, and does not show it",
    async () => {
      const { code, out, said } = await run(["reset", ANNA, "--stdin"], "Neun Zwetschgen am Bach\n");
      expect(code).toBe(0);
      expect(out + said).not.toContain("Zwetschgen");
      expect(await login("Neun Zwetschgen am Bach")).toBe("ok");
    },
    START_MS,
  );

  test(
    "says in a sentence what is wrong",
    async () => {
      expect(await run(["reset", ANNA, "--stdin"], "password1234")).toMatchObject({ code: 1, out: "" });
      const unknown = await run(["reset", "nobody@example.com"]);
      expect(unknown).toMatchObject({ code: 1, out: "" });
      expect(unknown.said).toContain("nobody@example.com");
      expect((await run(["reset", ANNA], "", "")).said).toContain("DATABASE_URL");
      expect(await run([])).toMatchObject({ code: 2 });
      expect(await run(["reset", ANNA, "--force"])).toMatchObject({ code: 2 });
    },
    START_MS,
  );
});
