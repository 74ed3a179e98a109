import { expect, test } from "bun:test";
import { fromJson } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { PutChunkRequestSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { exampleRequest } from "../../openapi/examples.ts";
import { METHODS } from "./api.ts";

const validator = createValidator();

test.each(METHODS.map((method) => [method.input.typeName, method.input] as const))(
  "the example of %s is a request that the server takes",
  (_, desc) => {
    const message = fromJson(desc, exampleRequest(desc), { ignoreUnknownFields: false });
    const result = validator.validate(desc, message);
    expect(result.violations?.map(String) ?? []).toEqual([]);
    expect(result.kind).toBe("valid");
  },
);

test("the example chunk is whole: its hash and its count are those of its events", () => {
  const chunk = fromJson(PutChunkRequestSchema, exampleRequest(PutChunkRequestSchema));
  const events = Buffer.from(chunk.payload);
  expect(Buffer.from(chunk.sha256).toString("hex")).toBe(new Bun.CryptoHasher("sha256").update(events).digest("hex"));
  expect(JSON.parse(events.toString())).toHaveLength(chunk.eventCount);
});
