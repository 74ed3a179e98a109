import { join } from "node:path";
import { execPath } from "node:process";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { SignJWT } from "jose";
import { createUploader } from "../drive/uploader.ts";
import { startProgram } from "../measure/start-program.ts";
import type { BenchPostgres } from "./bench-postgres.ts";
import type { Side } from "./side.ts";

const SERVER = join(import.meta.dir, "../express/server.ts");
const SECRET = "a secret that only this bench knows";

/** What runs the plain alternative: Node, where people run Express, or Bun, which Gigtrail runs on. */
export type ExpressRuntime = "node" | "bun";

/** Starts the plain alternative on a database of its own; it ends with the bench. */
export async function startExpress(
  stack: AsyncDisposableStack,
  runtime: ExpressRuntime,
  databaseUrl: string,
): Promise<Side> {
  const folder = stack.use(createTempFolder());
  const env = { DATABASE_URL: databaseUrl, JWT_SECRET: SECRET, NODE_ENV: "production" };
  const command = [runtime === "bun" ? execPath : "node", await bundle(folder.path)];
  const program = await startProgram(command, env);
  stack.defer(() => program.stop());
  const token = await new SignJWT({ sub: "bench" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1d")
    .sign(new TextEncoder().encode(SECRET));
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    "content-encoding": "gzip",
  };
  return {
    name: `express on ${runtime}`,
    serverPids: [program.pid],
    async uploader() {
      const tab = `http://127.0.0.1:${program.firstLine}/sessions/${Bun.randomUUIDv7()}/tabs/${Bun.randomUUIDv7()}/chunks`;
      return createUploader((seq, { body }) => ({ url: `${tab}/${seq}`, method: "PUT", headers, body }));
    },
  };
}

/** Starts it on each runtime that this machine has: Node first, if there is one. */
export async function startExpresses(stack: AsyncDisposableStack, postgres: BenchPostgres): Promise<Side[]> {
  const runtimes: ExpressRuntime[] = Bun.which("node") === null ? ["bun"] : ["node", "bun"];
  const sides: Side[] = [];
  for (const runtime of runtimes) sides.push(await startExpress(stack, runtime, await postgres.createDatabase()));
  return sides;
}

/** One file of JavaScript, the same for both runtimes. */
async function bundle(folder: string): Promise<string> {
  const built = await Bun.build({ entrypoints: [SERVER], target: "node", outdir: folder, naming: "server.mjs" });
  if (!built.success) throw new AggregateError(built.logs, "the plain alternative could not be bundled");
  return join(folder, "server.mjs");
}
