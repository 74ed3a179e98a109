/**
 * `bun run demo`: starts everything in a fresh folder, plays the sample sessions through the public API as an extension
 * would, shows what Gigtrail makes of them, and stays up. `--exit` ends when done, `--data DIR` keeps the data.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runUntilSignal, type Running } from "@gigtrail/platform/lifecycle";
import { createLog } from "@gigtrail/platform/log";
import { startAllInOne } from "../all-in-one/start-all-in-one.ts";
import { assertPlatform } from "../terminal/assert-platform.ts";
import { runPlainly } from "../terminal/run-plainly.ts";
import type { DemoAccount } from "./account.ts";
import { playDemo } from "./play-demo.ts";

await runPlainly(async () => {
  assertPlatform();
  const { values } = parseArgs({
    options: {
      exit: { type: "boolean", default: false },
      data: { type: "string" },
      out: { type: "string", default: "out" },
    },
  });
  const folder = values.data ?? (await mkdtemp(join(tmpdir(), "gigtrail-demo-")));
  const log = createLog("gigtrail", process.env["LOG_LEVEL"] ?? "error");
  say("Starting Gigtrail: four services and the gateway in this process, the database embedded …");
  const removeTemporary = async () => {
    if (values.data === undefined) await rm(folder, { recursive: true, force: true });
  };
  const gigtrail = await startAllInOne({ dataFolder: folder, env: process.env, log }).catch(async (error: unknown) => {
    await removeTemporary();
    throw error;
  });
  const running: Running = {
    async stop() {
      await gigtrail.stop();
      await removeTemporary();
    },
  };
  let account: DemoAccount;
  try {
    account = await playDemo(gigtrail.url, values.out, folder, say);
  } catch (error) {
    await running.stop();
    throw error;
  }
  if (values.exit) {
    await running.stop();
    process.exit(0);
  }
  sayHowToGoOn(gigtrail.url, account, values.data);
  runUntilSignal(running, log);
});

function sayHowToGoOn(url: string, { email, password }: DemoAccount, dataFolder: string | undefined): void {
  say(`\nGigtrail is at ${url} (its API is described at ${url}/docs).`);
  say(`Sign in as ${email} with the password ${password}:`);
  say(`  GIGTRAIL_PASSWORD='${password}' bun run gigtrail login --server ${url} --email ${email}`);
  say(`  bun run gigtrail sessions`);
  say(
    dataFolder === undefined
      ? "\nCtrl-C ends it and removes its data."
      : `\nCtrl-C ends it; the data stay in ${dataFolder}.`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
