import { homedir } from "node:os";
import { join } from "node:path";

/** Where credentials are kept: GIGTRAIL_CREDENTIALS, or gigtrail/credentials.json in the XDG configuration folder. */
export function credentialsPath(env: Readonly<Record<string, string | undefined>>): string {
  if (env["GIGTRAIL_CREDENTIALS"]) return env["GIGTRAIL_CREDENTIALS"];
  const configHome = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  return join(configHome, "gigtrail", "credentials.json");
}
