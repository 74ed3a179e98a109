import { expect, test } from "bun:test";
import { UploadError } from "../../core/upload-error.ts";
import { verdictOf } from "../../core/verdict.ts";

function verdict(code: string, reason: string) {
  return verdictOf(new UploadError("no", { code, reason }));
}

test("a session that is deleted, or whose time is over, leaves the outbox: parked, it would fill it for good", () => {
  expect(verdict("not_found", "session_deleted")).toBe("session_deleted");
  expect(verdict("failed_precondition", "events_expired")).toBe("session_deleted");
});

test("a chunk is put aside only for what Gigtrail says of it", () => {
  expect(verdict("already_exists", "chunk_conflict")).toBe("park");
  expect(verdict("unknown", "")).toBe("retry");
  expect(verdict("resource_exhausted", "storage_low")).toBe("stop");
});
