import { fromJsonString, toBinary } from "@bufbuild/protobuf";
import { ReadEventsRequestSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import * as fc from "fast-check";
import { plainRequest, type WireRequest } from "../wire/wire-request.ts";
import { oddJson } from "./json-text.ts";
import { mutated } from "./mutate-bytes.ts";
import { readFields } from "./rpc-fields.ts";
import { rpcPath } from "./rpc-json.ts";

/** An envelope of a Connect stream: flags, length, data; what it says need not be so. */
interface Envelope {
  readonly flags: number;
  readonly data: Uint8Array;
  /** Added to the length that it says. */
  readonly off: number;
}

const json = fc.oneof(
  { weight: 12, arbitrary: readFields },
  { weight: 1, arbitrary: oddJson },
  { weight: 1, arbitrary: fc.constantFrom("", "{}", "null") },
);

function binary(text: string): Uint8Array {
  try {
    return toBinary(ReadEventsRequestSchema, fromJsonString(ReadEventsRequestSchema, text));
  } catch {
    return Buffer.from([0x0a, 0x01]);
  }
}

function envelopes(data: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const right = data.map((bytes): Envelope => ({ flags: 0, data: bytes, off: 0 }));
  const odd = fc.record({
    flags: fc.constantFrom(0, 0, 1, 2, 3, 4, 128, 255),
    data,
    off: fc.constantFrom(0, 0, -1, 1, 1_000, 2 ** 31, 2 ** 32 - 1_000),
  });
  return fc
    .oneof(
      { weight: 4, arbitrary: right.map((one) => [one]) },
      { weight: 2, arbitrary: fc.array(fc.oneof(right, odd), { maxLength: 3 }) },
    )
    .map((all): Uint8Array => Buffer.concat(all.map(enveloped)));
}

function enveloped({ flags, data, off }: Envelope): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt8(flags);
  header.writeUInt32BE((data.length + off + 2 ** 32) % 2 ** 32, 1);
  return Buffer.concat([header, data]);
}

/** Server streams, asked in JSON or binary: rightly, with envelopes that lie, or with changed bytes. */
export const streamCall: fc.Arbitrary<WireRequest> = fc
  .oneof(
    json.map((text) => ["application/connect+json", Buffer.from(text)] as const),
    json.map((text) => ["application/connect+proto", binary(text)] as const),
  )
  .chain(([type, data]) => {
    const right = envelopes(fc.constant<Uint8Array>(data));
    const body = fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: mutated(right) });
    return body.map((bytes) =>
      plainRequest({
        label: `ReadEvents as ${type}`,
        method: "POST",
        path: rpcPath("ReadEvents"),
        headers: [["content-type", type]],
        body: bytes,
      }),
    );
  });
