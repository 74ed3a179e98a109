import { join } from "node:path";
import { SignJWT } from "jose";
import { requireOk, type Side, startProgram } from "./side.ts";

/** Starts the plain alternative on a database of its own. */
export async function startExpress(databaseUrl: string): Promise<Side> {
  const secret = "a secret that only this bench knows";
  const env = { DATABASE_URL: databaseUrl, JWT_SECRET: secret };
  const { process, firstLine } = await startProgram(join(import.meta.dir, "../express/server.ts"), [], env);
  const token = await new SignJWT({ sub: "bench" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));
  return {
    name: "express",
    pid: process.pid,
    async uploader() {
      const tab = `http://127.0.0.1:${firstLine}/sessions/${Bun.randomUUIDv7()}/tabs/${Bun.randomUUIDv7()}/chunks`;
      return async (seq, { body }) => {
        const headers = {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "content-encoding": "gzip",
        };
        await requireOk(await fetch(`${tab}/${seq}`, { method: "PUT", headers, body }));
      };
    },
    async stop() {
      process.kill();
      await process.exited;
    },
  };
}
