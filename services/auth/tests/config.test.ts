import { describe, expect, test } from "bun:test";
import { ConfigError, loadConfig } from "@gigtrail/platform/config";
import { authConfig } from "../config.ts";

const SECRETS = "analysis:secret-of-analysis,export:secret-of-export";

function mistakesOf(env: Record<string, string>): string {
  try {
    loadConfig(authConfig, env);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe("the configuration of auth", () => {
  test("needs the services' secrets alone", () => {
    const config = loadConfig(authConfig, { SERVICE_SECRETS: SECRETS });
    expect(config).toMatchObject({ REGISTRATION: "invitation", PUBLIC_URL: "http://127.0.0.1:8080" });
    expect(config.SERVICE_SECRETS.get("export")?.reveal()).toBe("secret-of-export");
    expect(mistakesOf({})).toContain("SERVICE_SECRETS");
  });

  test("takes secrets with colons and spaces around the entries", () => {
    const config = loadConfig(authConfig, {
      SERVICE_SECRETS: " analysis : a:b:c:d:e:f:g:h:i , export:secret-of-export",
    });
    expect(config.SERVICE_SECRETS.get("analysis")?.reveal()).toBe("a:b:c:d:e:f:g:h:i");
  });

  test("tells every mistake in the secrets, and no secret", () => {
    const text = "analysis:short,no-colon-but-a-secret,export:secret-of-export,export:another-long-secret,Up:x,";
    const told = mistakesOf({ SERVICE_SECRETS: text, REGISTRATION: "perhaps", PUBLIC_URL: "ftp://files" });
    for (const what of ["entry 1 (analysis)", "entry 2 ", "entry 4 (export)", "entry 5 ", "entry 6 "]) {
      expect(told).toContain(what);
    }
    expect(told).not.toContain("entry 3");
    for (const name of ["REGISTRATION", "PUBLIC_URL"]) expect(told).toContain(name);
    for (const secret of ["short", "no-colon", "secret-of-export", "another-long", "Up"]) {
      expect(told).not.toContain(secret);
    }
  });

  test("shows no secret when it is printed", () => {
    const config = loadConfig(authConfig, { SERVICE_SECRETS: SECRETS });
    expect(Bun.inspect(config) + JSON.stringify([...config.SERVICE_SECRETS])).not.toContain("secret-of");
  });
});
