import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { SignJWT } from "jose";
import { requireOk, type Side, startProgram } from "./side.ts";

const SERVER = join(import.meta.dir, "../express/server.ts");

/** What runs the plain alternative: Node, where Express lives, or Bun, which Gigtrail runs on. */
export type ExpressRuntime = "node" | "bun";

/** Starts the plain alternative on a database of its own. */
export async function startExpress(runtime: ExpressRuntime, databaseUrl: string): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), "gigtrail-bench-"));
  const secret = "a secret that only this bench knows";
  const env = { DATABASE_URL: databaseUrl, JWT_SECRET: secret, NODE_ENV: "production" };
  const { process, firstLine } = await startProgram([programOf(runtime), await bundle(folder)], env);
  const token = await new SignJWT({ sub: "bench" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));
  return {
    name: `express on ${runtime}`,
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
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether this machine has what it takes. */
export function hasRuntime(runtime: ExpressRuntime): boolean {
  return runtime === "bun" || Bun.which("node") !== null;
}

function programOf(runtime: ExpressRuntime): string {
  return runtime === "bun" ? execPath : "node";
}

/** One file of JavaScript, the same for both runtimes. */
async function bundle(folder: string): Promise<string> {
  const built = await Bun.build({ entrypoints: [SERVER], target: "node", outdir: folder, naming: "server.mjs" });
  if (!built.success) throw new AggregateError(built.logs, "the plain alternative could not be bundled");
  return join(folder, "server.mjs");
}
