import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { signUpAndPair } from "@gigtrail/dev-env/demo/account";
import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";
import { freePort } from "@gigtrail/test-servers/free-port";
import { requireOk, type Side, startProgram } from "./side.ts";

const START = join(import.meta.dir, "../../../packages/dev-env/start.ts");

/** Starts an all-in-one on a PostgreSQL database of its own, with its blobs in a temporary folder. */
export async function startGigtrail(databaseUrl: string): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), "gigtrail-bench-"));
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  // The limit for one address is for strangers; here one address is all uploaders.
  const env = {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    LOG_LEVEL: "error",
    ADDRESS_CALLS_PER_MINUTE: "100000000",
  };
  const { process } = await startProgram([execPath, START, "--data", folder], env);
  const { deviceToken } = await signUpAndPair(url);
  const upload = createFetchPort({ baseUrl: url, accessToken: async () => deviceToken });
  return {
    name: "gigtrail",
    pid: process.pid,
    async uploader() {
      const sessionId = Bun.randomUUIDv7();
      await upload.createSession(sessionId, "bench");
      const tab = `${url}/v1/sessions/${sessionId}/tabs/${Bun.randomUUIDv7()}/chunks`;
      return async (seq, { body, sha256, eventCount }) => {
        const headers = {
          authorization: `Bearer ${deviceToken}`,
          "content-encoding": "gzip",
          "x-gigtrail-sha256": sha256,
          "x-gigtrail-event-count": String(eventCount),
        };
        await requireOk(await fetch(`${tab}/${seq}`, { method: "PUT", headers, body }));
      };
    },
    async stop() {
      process.kill();
      await process.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
