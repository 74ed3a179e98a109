import { expect, test } from "bun:test";
import { Code } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { REASONS } from "@gigtrail/platform/reasons";
import { errorToJson } from "@connectrpc/connect/protocol-connect";
import { commentOf } from "../../openapi/comments.ts";
import { reasonsIn } from "../../openapi/errors.ts";
import { DOCUMENT, METHODS, OPERATIONS } from "./api.ts";

const { schemas } = DOCUMENT.components;

test("every reason is listed, with its status and its sentence", () => {
  expect(schemas["gigtrail.Reason"]?.enum).toEqual(Object.keys(REASONS));
  const texts = schemas["gigtrail.Reason"]?.["x-enumDescriptions"] ?? {};
  expect(texts["chunk_conflict"]).toBe(`409 already_exists. ${REASONS.chunk_conflict[1]}`);
  expect(texts["token_missing"]).toStartWith("401 unauthenticated. ");
  expect(texts["rate_limited"]).toStartWith("429 resource_exhausted. ");
  expect(texts["rpc_unknown"]).toStartWith("404 not_found. ");
});

test("a call's own reasons stand under the status that it answers them with", () => {
  const responses = DOCUMENT.paths["/gigtrail.ingest.v1.IngestService/PutChunk"]?.post?.responses ?? {};
  expect(responses["409"]?.description).toBe(`- \`chunk_conflict\`: ${REASONS.chunk_conflict[1]}`);
  expect(responses["404"]?.description).toContain("`session_deleted`");
  expect(responses["400"]?.description).toContain("`sha256_mismatch`");
  expect(responses["429"]?.description).toContain("`server_busy`");
});

test("a call whose comment points to another's errors has those", () => {
  const watch = DOCUMENT.paths["/gigtrail.analysis.v1.AnalysisService/WatchAnalysis"]?.post;
  expect(watch?.["x-gigtrail-reasons"]).toContain("analysis_not_found");
});

test("every error answer has the error's schema and the header with its reason", () => {
  for (const { operation } of OPERATIONS.filter(({ path }) => !path.startsWith("/healthz"))) {
    for (const [status, { content, headers }] of Object.entries(operation.responses)) {
      if (status.startsWith("2")) continue;
      expect(content?.["application/json"]?.schema?.$ref).toBe("#/components/schemas/connect.Error");
      expect(headers?.["x-gigtrail-reason"]).toBeDefined();
    }
  }
});

test("a refusal has the fields that the schema names", () => {
  const json = JSON.parse(JSON.stringify(errorToJson(refusal("slow_down", { retryAfterMs: 5000 }), undefined)));
  const error = schemas["connect.Error"];
  expect(Object.keys(error?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(json)));
  expect(error?.properties?.["code"]?.enum).toContain(json.code);
  const detail = error?.properties?.["details"]?.items;
  expect(Object.keys(detail?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(json.details[0])));
  const info = schemas["gigtrail.common.v1.ErrorInfo"];
  expect(Object.keys(info?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(json.details[0].debug)));
});

test("the contract's comments name reasons that there are, under their own code", () => {
  for (const method of METHODS) {
    for (const [code, words] of errorLists(commentOf(method))) {
      const listed = words.filter((word) => word.includes("_"));
      expect([method.name, reasonsIn(listed.join(" "))]).toEqual([method.name, expect.arrayContaining(listed)]);
      for (const reason of reasonsIn(listed.join(" "))) {
        expect([method.name, reason, snakeCode(REASONS[reason][0])]).toEqual([method.name, reason, code]);
      }
    }
  }
});

/** `CODE reason, reason (remark); CODE reason` → pairs. */
function errorLists(comment: string): [string, string[]][] {
  const list = /Errors\b[^:]*: (.*)$/s.exec(comment)?.[1]?.replaceAll(/\([^)]*\)/g, "") ?? "";
  return list.split(";").flatMap((part): [string, string[]][] => {
    const [, code, words] = /^\s*([A-Z][A-Z_]+) (.*)$/s.exec(part) ?? [];
    return code === undefined ? [] : [[code, words?.match(/[a-z0-9_]+/g) ?? []]];
  });
}

/** `NotFound` → `NOT_FOUND`. */
function snakeCode(code: Code): string {
  return Code[code].replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
