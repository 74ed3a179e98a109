import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { pause, stopAll } from "../lifecycle.ts";
import { quietLog } from "./quiet-log.ts";

describe("stopping", () => {
  test("ends what was started last first, and goes on after one that fails", async () => {
    const order: string[] = [];
    const running = ["first", "second", "third"].map((name) => ({
      async stop() {
        order.push(name);
        if (name === "second") throw new Error("could not stop");
      },
    }));
    await stopAll(running, quietLog);
    expect(order).toEqual(["third", "second", "first"]);
  });

  test("a pause ends early when told, also when told before it began", async () => {
    const told = new AbortController();
    const waiting = pause(1_000_000, told.signal);
    told.abort();
    await waiting;
    await pause(1_000_000, told.signal);
  });
});

describe("a process told to end", () => {
  /** Runs a process that says "ready", and "drained" when its stop was asked for; gives its answer to signals. */
  async function run(stop: string, signals: NodeJS.Signals[]) {
    using folder = createTempFolder();
    const script = join(folder.path, "script.ts");
    await Bun.write(
      script,
      `import { runUntilSignal } from "${import.meta.dir}/../lifecycle.ts";
       import { createLog } from "${import.meta.dir}/../log.ts";
       setInterval(() => {}, 1_000);
       const stop = async () => { console.log("stopping"); ${stop} };
       runUntilSignal({ stop }, createLog("test", "silent"));
       console.log("ready");`,
    );
    const child = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "ignore" });
    const reader = child.stdout.getReader();
    let output = "";
    for (const signal of signals) {
      const { value } = await reader.read();
      output += new TextDecoder().decode(value);
      child.kill(signal);
    }
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      output += new TextDecoder().decode(read.value);
    }
    return { exitCode: await child.exited, output };
  }

  test("finishes what it has in hand and ends with 0", async () => {
    const { exitCode, output } = await run('await Bun.sleep(50); console.log("drained");', ["SIGTERM"]);
    expect(output).toContain("drained");
    expect(exitCode).toBe(0);
  });

  test("ends at once when told twice", async () => {
    const { exitCode } = await run("await new Promise(() => {});", ["SIGINT", "SIGINT"]);
    expect(exitCode).toBe(130);
  });

  test("ends with an error when it cannot stop", async () => {
    const { exitCode } = await run('throw new Error("broken");', ["SIGTERM"]);
    expect(exitCode).toBe(1);
  });
});
