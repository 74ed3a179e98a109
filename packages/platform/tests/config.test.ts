import { describe, expect, test } from "bun:test";
import { inspect } from "node:util";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { z } from "zod";
import { ConfigError, type Environment, flag, list, loadConfig, Secret, secret, wholeNumber } from "../config.ts";

const schema = z.object({
  API_URL: z.url(),
  API_SECRET: secret(),
  WAIT_MS: wholeNumber(1, 60_000).default(500),
  QUIET: flag().default(false),
  ORIGINS: list().default([]),
  MODE: z.enum(["fast", "slow"]).default("fast"),
});
const GOOD = { API_URL: "https://example.org", API_SECRET: "a secret of the instance" };

function problems(env: Environment): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("configuration", () => {
  test("is read with its defaults, and empty variables count as not given", () => {
    const config = loadConfig(schema, { ...GOOD, WAIT_MS: "", QUIET: "true", ORIGINS: " a, ,b " });
    expect(config).toMatchObject({ WAIT_MS: 500, QUIET: true, ORIGINS: ["a", "b"], MODE: "fast" });
    expect(config.API_SECRET.reveal()).toBe(GOOD.API_SECRET);
  });

  test("names all mistakes at once, and shows no value", () => {
    const env = {
      API_URL: "hunter2-url",
      API_SECRET: "hunter2",
      WAIT_MS: "hunter2-ms",
      QUIET: "hunter2-yes",
      MODE: "hunter2-mode",
    };
    const found = problems(env);
    expect(found.map((line) => line.split(":")[0] ?? "").toSorted()).toEqual(Object.keys(env).toSorted());
    expect(found.join()).not.toContain("hunter2");
    expect(problems({}).map((line) => line.split(":")[0] ?? "")).toEqual(["API_URL", "API_SECRET"]);
  });

  test("numbers are whole and within their bounds", () => {
    for (const wrong of ["0", "60001", "1.5", "-1", "NaN", "Infinity", "1s", " "]) {
      expect(problems({ ...GOOD, WAIT_MS: wrong })).toHaveLength(1);
    }
    expect(loadConfig(schema, { ...GOOD, WAIT_MS: "60000" }).WAIT_MS).toBe(60_000);
  });

  test("a variable may be given as a file", async () => {
    using folder = createTempFolder();
    const path = `${folder.path}/secret`;
    await Bun.write(path, "a secret in a file\n");
    const env = { API_URL: GOOD.API_URL, API_SECRET_FILE: path };
    expect(loadConfig(schema, env).API_SECRET.reveal()).toBe("a secret in a file");
    expect(problems({ ...env, API_SECRET: GOOD.API_SECRET })).toEqual([
      "API_SECRET: give either API_SECRET or API_SECRET_FILE, not both",
    ]);
    const missing = problems({ API_URL: GOOD.API_URL, API_SECRET_FILE: `${path}-not` });
    expect(missing[0]).toBe("API_SECRET_FILE: the file cannot be read");
    expect(missing.join()).not.toContain(folder.path);
  });

  test("a secret is never printed by accident", () => {
    const value = "the-secret-itself";
    const held = { deep: [new Secret(value)] };
    const secretOf = held.deep[0];
    const printed = [
      inspect(held, { depth: 9, showHidden: true }),
      Bun.inspect(held),
      JSON.stringify(held),
      `${secretOf}`,
      String(secretOf),
      "" + secretOf,
      Object.entries(secretOf ?? {}).join(),
    ].join("\n");
    expect(printed).not.toContain(value);
    expect(secretOf?.reveal()).toBe(value);
  });
});
