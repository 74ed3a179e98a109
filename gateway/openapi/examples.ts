import type { DescField, DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { EXAMPLE_EVENTS, exampleSha256 } from "./example-chunk.ts";
import { enumKeywords, itemRules, ruleKeywords, rulesOf } from "./field-rules.ts";
import { requiredFields } from "./required-fields.ts";

/** Ids that examples share, so that one can be followed by the next. */
export const EXAMPLE_IDS = {
  session: "019a9e4c-7b00-7c3a-9f10-5d2b8e6a1c01",
  tab: "019a9e4c-7b01-7d4b-8a21-6e3c9f7b2d02",
  export: "019a9e4c-7b02-7e5c-9b32-7f4da08c3e03",
  deletion: "019a9e4c-7b04-708e-8d54-91f6c2ae5f05",
} as const;

/** 32 bytes in base64url, which is how every opaque secret looks. */
const SECRET = "pXo0b2m1nLQf7yH3VtZkWc9sRgUeJ5aDiBqNx8vKz4M";

/**
 * Values by field name, for fields that read better with one. A field with a value here is in every example; any
 * other one is only where the call cannot go without it.
 */
const BY_NAME: Readonly<Record<string, JsonValue>> = {
  session_id: EXAMPLE_IDS.session,
  tab_id: EXAMPLE_IDS.tab,
  export_id: EXAMPLE_IDS.export,
  deletion_id: EXAMPLE_IDS.deletion,
  request_id: "019a9e4c-7b03-7f6d-8c43-80e5b19d4f04",
  email: "ada@example.com",
  password: "seven oars past the lighthouse",
  display_name: "Ada Lovelace",
  client_name: "Chrome on Linux",
  user_code: "BCDF-GHJK",
  device_code: SECRET,
  refresh_token: SECRET,
  page_size: 50,
  last_seq: "0",
  seq: "0",
  event_count: 1,
  dropped_events: "0",
  codec: "CODEC_IDENTITY",
  sha256: exampleSha256().toString("base64"),
  payload: Buffer.from(EXAMPLE_EVENTS).toString("base64"),
  role: "ROLE_MEMBER",
  dataset: "DATASET_VISITS",
  format: "FORMAT_CSV",
};

/** The same by full name, where the name alone does not tell what is meant; undefined leaves the field out. */
const BY_FULL_NAME: Readonly<Record<string, JsonValue | undefined>> = {
  "gigtrail.auth.v1.ApprovePairingRequest.display_name": "Chrome on the laptop",
  "gigtrail.ingest.v1.CreateSessionRequest.display_name": "Tuesday morning",
  "gigtrail.ingest.v1.ReadEventsRequest.tab_id": undefined,
  // Only counts: who tries an example out loses nothing.
  "gigtrail.ingest.v1.DeleteSessionsRequest.filter": { createdBefore: "2026-01-01T00:00:00Z" },
  "gigtrail.ingest.v1.DeleteSessionsRequest.validate_only": true,
  "gigtrail.ingest.v1.UpdateRecordingSettingsRequest.settings": { retentionDays: 365, whenFull: "WHEN_FULL_REFUSE" },
  "gigtrail.ingest.v1.FinishSessionRequest.tabs": [{ tabId: EXAMPLE_IDS.tab, lastSeq: "0" }],
};

/** A request that the server takes as it is: its required fields and those that an example should show. */
export function exampleRequest(desc: DescMessage): JsonObject {
  const required = new Set(requiredFields(desc));
  const entries = desc.fields.flatMap((field): [string, JsonValue][] => {
    const value = chosenValue(field) ?? (required.has(field.jsonName) ? madeValue(field) : undefined);
    return value === undefined ? [] : [[field.jsonName, value]];
  });
  return Object.fromEntries(entries);
}

function chosenValue(field: DescField): JsonValue | undefined {
  const fullName = `${field.parent.typeName}.${field.name}`;
  if (fullName in BY_FULL_NAME) return BY_FULL_NAME[fullName];
  return field.fieldKind === "scalar" || field.fieldKind === "enum" ? BY_NAME[field.name] : undefined;
}

/** The plainest value that a field's own rules allow. */
function madeValue(field: DescField): JsonValue {
  const rules = rulesOf(field);
  switch (field.fieldKind) {
    case "message":
      return exampleRequest(field.message);
    case "enum": {
      const { enum: only, not } = enumKeywords(rules, field.enum);
      const name = field.enum.values.find((value) => value.number !== 0 && !not?.enum?.includes(value.name))?.name;
      return only?.[0] ?? name ?? 0;
    }
    case "list":
      return [field.message ? exampleRequest(field.message) : scalarValue(ruleKeywords(itemRules(rules)))];
    case "map":
      return {};
    case "scalar":
      return scalarValue(ruleKeywords(rules));
  }
}

function scalarValue({
  format,
  enum: only,
  const: constant,
  minimum,
  minLength,
}: ReturnType<typeof ruleKeywords>): JsonValue {
  if (constant !== undefined) return constant;
  if (only?.[0] !== undefined) return only[0];
  if (minimum !== undefined) return minimum;
  if (format === "uuid") return EXAMPLE_IDS.session;
  if (format === "email") return "ada@example.com";
  return "x".repeat(minLength ?? 1);
}
