import { expect, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { openApiDocument } from "../../openapi/document.ts";
import type { Schema } from "../../openapi/model.ts";
import { API, DOCUMENT, METHODS, OPERATIONS } from "./api.ts";

const schema = (name: string): Schema => DOCUMENT.components.schemas[`gigtrail.${name}`] ?? {};
const field = (message: string, name: string): Schema => schema(message).properties?.[name] ?? {};
const rpc = (path: string) => DOCUMENT.paths[`/gigtrail.${path}`];

test("the document is valid OpenAPI 3.1, and stays it as JSON", async () => {
  expect(await new Validator().validate({ ...DOCUMENT })).toEqual({ valid: true });
  expect(JSON.parse(JSON.stringify(DOCUMENT))).toEqual(DOCUMENT);
});

test("every RPC that a person or device may call is in it, and none that only services call", () => {
  const documented = OPERATIONS.filter(({ httpMethod }) => httpMethod === "POST").map(({ path }) => path);
  const served = METHODS.map((method) => `/${method.parent.typeName}/${method.name}`);
  const hidden = served.filter((path) => !documented.includes(path));
  expect(documented.filter((path) => !served.includes(path))).toEqual([]);
  expect(hidden.toSorted()).toEqual([
    "/gigtrail.auth.v1.AuthService/IssueServiceToken",
    "/gigtrail.ingest.v1.IngestService/ListChanges",
  ]);
  // Nor may their messages be read out of the schemas.
  expect(Object.keys(DOCUMENT.components.schemas).filter((name) => /IssueServiceToken|ListChanges/.test(name))).toEqual(
    [],
  );
});

test("a service without a public RPC is not mentioned", () => {
  const { tags } = openApiDocument({ ...API, services: [] });
  expect(tags.map(({ name }) => name)).toEqual(["HTTP", "Server"]);
});

test("every reference resolves", () => {
  const text = JSON.stringify(DOCUMENT);
  const refs = [...new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? ""))];
  expect(refs.length).toBeGreaterThan(50);
  for (const ref of refs) expect([ref, resolves(ref)]).toEqual([ref, true]);
});

test("every message, field and enum value has a description", () => {
  const missing = Object.entries(DOCUMENT.components.schemas).flatMap(([name, each]) => undescribed(name, each));
  expect(missing).toEqual([]);
});

test("every operation has a summary, a sentence on who may call, an example command and an id of its own", () => {
  for (const { operation } of OPERATIONS) {
    expect(operation.summary).not.toBe("");
    expect(operation.description).not.toBe("");
    expect(operation["x-gigtrail-access"]).toMatch(/\.$/);
    expect(operation["x-codeSamples"].length).toBeGreaterThan(0);
  }
  const ids = OPERATIONS.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("calls without side effects are GETs too; those with them are not", () => {
  expect(rpc("ingest.v1.IngestService/GetSession")?.get).toBeDefined();
  expect(rpc("ingest.v1.IngestService/DeleteSession")?.get).toBeUndefined();
  // The protocol has GET for unary calls only.
  expect(rpc("analysis.v1.AnalysisService/WatchAnalysis")?.get).toBeUndefined();
});

test("streaming calls are enveloped both ways", () => {
  const watch = rpc("analysis.v1.AnalysisService/WatchAnalysis")?.post;
  expect(Object.keys(watch?.requestBody?.content ?? {})).toEqual(["application/connect+json"]);
  expect(Object.keys(watch?.responses["200"]?.content ?? {})).toEqual(["application/connect+json"]);
});

test("who may call follows the access rule", () => {
  const login = rpc("auth.v1.AuthService/Login")?.post;
  expect(login?.security).toEqual([]);
  expect(login?.responses["403"]).toBeUndefined();
  const invite = rpc("auth.v1.AuthService/CreateInvitation")?.post;
  expect(invite?.security).toEqual([{ bearer: ["admin"] }]);
  expect(invite?.["x-gigtrail-access"]).not.toContain("device");
  expect(rpc("ingest.v1.IngestService/PutChunk")?.post?.["x-gigtrail-access"]).toContain("paired device");
});

test("fields have the JSON form of protobuf", () => {
  expect(field("ingest.v1.Session", "rawBytes")).toMatchObject({ type: "string", format: "int64" });
  expect(field("ingest.v1.Session", "generation")).toMatchObject({ type: "integer" });
  expect(field("ingest.v1.Session", "createTime")).toMatchObject({ type: "string", format: "date-time" });
  expect(field("ingest.v1.ReadEventsResponse", "data")).toMatchObject({ type: "string", contentEncoding: "base64" });
  const duration = field("analysis.v1.Visit", "activeTime");
  expect(new RegExp(duration.pattern ?? "").test("1.500s")).toBe(true);
  expect(duration.format).toBeUndefined();
  expect(field("ingest.v1.UploadState", "tabs").items?.$ref).toEndWith("gigtrail.ingest.v1.TabUploadState");
  expect(schema("ingest.v1.SessionState").enum).toContain("SESSION_STATE_COMPLETE");
});

test("at most one field of a oneof may be set", () => {
  const [choice] = schema("event.v1.LiveEvent").allOf ?? [];
  const alternatives = choice?.oneOf ?? [];
  expect(alternatives.slice(0, -1).map(({ required }) => required)).toEqual([
    ["uploadState"],
    ["analysis"],
    ["export"],
  ]);
  expect(alternatives.at(-1)?.not?.anyOf).toHaveLength(3);
});

test("rules of the contract become keywords", () => {
  expect(field("auth.v1.RegisterRequest", "password")).toMatchObject({ minLength: 12, maxLength: 256 });
  expect(field("auth.v1.RegisterRequest", "email")).toMatchObject({ format: "email", maxLength: 254 });
  expect(field("ingest.v1.ListSessionsRequest", "pageSize")).toMatchObject({ minimum: 0, maximum: 1000 });
  expect(field("ingest.v1.FinishSessionRequest", "tabs")).toMatchObject({ maxItems: 500 });
  expect(field("export.v1.ExportSpec", "sessionIds").items).toMatchObject({ format: "uuid" });
  expect(field("export.v1.ExportSpec", "format").not).toEqual({ enum: ["FORMAT_UNSPECIFIED"] });
  // 32 bytes are 43 characters of base64, or 44 with padding.
  expect(field("ingest.v1.PutChunkRequest", "sha256")).toMatchObject({ minLength: 43, maxLength: 44 });
  const seq = field("ingest.v1.PutChunkRequest", "seq");
  expect(new RegExp(seq.pattern ?? "").test("-1")).toBe(false);
  expect(seq.description).toEndWith("At least 0, at most 9007199254740991.");
});

test("a field is required when the server refuses a request without it", () => {
  expect(schema("auth.v1.RegisterRequest").required).toEqual(["email", "password", "displayName"]);
  expect(schema("export.v1.CreateExportRequest").required).toEqual(["spec"]);
  expect(schema("ingest.v1.ListSessionsRequest").required).toBeUndefined();
});

test("the server's address leads the document where it is known", () => {
  const { servers, info } = openApiDocument({ ...API, serverUrl: "https://gigtrail.example/" });
  expect(servers).toEqual([{ url: "https://gigtrail.example" }]);
  expect(info.description).toContain("GIGTRAIL_URL=https://gigtrail.example\n");
});

function resolves(ref: string): boolean {
  let at: unknown = DOCUMENT;
  for (const key of ref.replace("#/", "").split("/")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return false;
    at = Object.entries(at).find(([name]) => name === key)?.[1];
  }
  return true;
}

function undescribed(where: string, { description, properties = {}, items, ...rest }: Schema): string[] {
  const values = Object.entries(rest["x-enumDescriptions"] ?? {});
  return [
    ...(description ? [] : [where]),
    ...values.flatMap(([value, text]) => (text === "" ? [`${where}.${value}`] : [])),
    ...Object.entries(properties).flatMap(([name, each]) => undescribed(`${where}.${name}`, each)),
    ...Object.entries(items?.properties ?? {}).flatMap(([name, each]) => undescribed(`${where}[].${name}`, each)),
  ];
}
