import type { DescMessage } from "@bufbuild/protobuf";
import type { Schema } from "./model.ts";

/**
 * How protobuf's own messages look as JSON (https://protobuf.dev/programming-guides/json/). A duration is seconds
 * with an `s`, not ISO 8601, so JSON Schema's format `duration` would be wrong for it.
 */
const WELL_KNOWN: Readonly<Record<string, Schema>> = {
  "google.protobuf.Timestamp": { title: "Time", type: "string", format: "date-time" },
  "google.protobuf.Duration": { title: "Duration", type: "string", pattern: "^-?[0-9]{1,12}(\\.[0-9]{1,9})?s$" },
  "google.protobuf.FieldMask": { type: "string" },
  "google.protobuf.Empty": { type: "object", additionalProperties: false },
  "google.protobuf.Struct": { type: "object", additionalProperties: true },
  "google.protobuf.ListValue": { type: "array", items: {} },
  "google.protobuf.Value": {},
  "google.protobuf.Any": {
    type: "object",
    properties: { "@type": { type: "string" } },
    required: ["@type"],
    additionalProperties: true,
  },
};

/**
 * The JSON form of a message of package google.protobuf, undefined for every other message. One that is not written
 * down here throws: its plain fields would be documented wrongly.
 */
export function wellKnownSchema(desc: DescMessage): Schema | undefined {
  if (desc.file.proto.package !== "google.protobuf") return undefined;
  const schema = WELL_KNOWN[desc.typeName];
  if (schema === undefined) throw new Error(`openapi: the JSON form of ${desc.typeName} is not written down`);
  return { ...schema };
}
