import { describe, expect, test } from "bun:test";
import { createLog } from "../log.ts";
import { keptLog } from "./quiet-log.ts";

/** An error as pg throws it. Its message and detail quote what was written. */
function databaseError(): Error {
  return Object.assign(new Error('duplicate key value violates unique constraint: "someone@example.org"'), {
    severity: "ERROR",
    routine: "_bt_check_unique",
    code: "23505",
    detail: "Key (email)=(someone@example.org) already exists.",
  });
}

describe("the log", () => {
  test("is one JSON object a line with service, level, time and message", () => {
    const { log, lines } = keptLog();
    log.info({ job_id: "1", count: 2 }, "done");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      service: "test",
      level: "info",
      message: "done",
      job_id: "1",
      count: 2,
    });
  });

  test("leaves out every field that is not allowed", () => {
    const { log, lines } = keptLog();
    log.info({ payload: "hidden", body: { text: "hidden" }, token: "hidden", count: 1 }, "call");
    expect(lines.join()).not.toContain("hidden");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ count: 1 });
  });

  test("quotes no row, however a database's error is logged", () => {
    const { log, lines } = keptLog();
    const error = databaseError();
    log.warn({ error }, "failed");
    log.warn({ error: new Error("wrapped", { cause: error }) }, "failed");
    log.error(error);
    log.error(error, "failed");
    log.warn({ err: error });
    log.warn({ error });
    expect(lines).toHaveLength(6);
    expect(lines.join()).not.toContain("someone@example.org");
    expect(lines.filter((line) => line.includes("23505"))).toHaveLength(5);
  });

  test("keeps name, message and causes of other errors, and survives a circle of causes", () => {
    const { log, lines } = keptLog();
    const error = new Error("outer", { cause: new TypeError("inner") });
    log.error({ error }, "failed");
    const { error: logged } = JSON.parse(lines[0] ?? "");
    expect(logged).toMatchObject({ name: "Error", message: "outer", cause: { name: "TypeError", message: "inner" } });
    const circle = new Error("circle");
    circle.cause = circle;
    log.error({ error: circle }, "failed");
    expect(lines).toHaveLength(2);
  });

  test("what is thrown that is no error shows its type alone", () => {
    const { log, lines } = keptLog();
    log.error({ error: "a hidden text" }, "failed");
    expect(JSON.parse(lines[0] ?? "").error).toBe("string");
  });

  test("below its level it writes nothing", () => {
    const lines: string[] = [];
    const log = createLog("test", "warn", (line) => void lines.push(line));
    log.info("quiet");
    log.warn("loud");
    expect(lines).toHaveLength(1);
  });
});
