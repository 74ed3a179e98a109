import { type DescMessage, fromJsonString, toBinary } from "@bufbuild/protobuf";
import {
  CreateSessionRequestSchema,
  DeleteSessionsRequestSchema,
  FinishSessionRequestSchema,
  GetUploadStateRequestSchema,
  PutChunkRequestSchema,
  PutChunksRequestSchema,
  UpdateRecordingSettingsRequestSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import * as fc from "fast-check";
import { plainRequest, type WireRequest } from "../wire/wire-request.ts";
import { mutated } from "./mutate-bytes.ts";
import { MESSAGES } from "./rpc-fields.ts";
import { rpcPath } from "./rpc-json.ts";

const SCHEMAS: Readonly<Record<string, DescMessage>> = {
  PutChunk: PutChunkRequestSchema,
  PutChunks: PutChunksRequestSchema,
  CreateSession: CreateSessionRequestSchema,
  FinishSession: FinishSessionRequestSchema,
  GetUploadState: GetUploadStateRequestSchema,
  DeleteSessions: DeleteSessionsRequestSchema,
  UpdateRecordingSettings: UpdateRecordingSettingsRequestSchema,
};

/** Pieces that protobuf's wire format has rules for (https://protobuf.dev/programming-guides/encoding/). */
const FRAGMENTS: readonly Uint8Array[] = [
  // A varint that is longer than any.
  Buffer.from([0x18, ...Array<number>(11).fill(0xff)]),
  // Eleven bytes that say little, the last with nothing in it.
  Buffer.from([0x18, ...Array<number>(9).fill(0x80), 0x01]),
  // Field number 0, and wire types that there are not.
  Buffer.from([0x00, 0x01]),
  Buffer.from([0x0e]),
  Buffer.from([0x0f]),
  // The largest field number, of each wire type.
  Buffer.from([0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01]),
  Buffer.from([0xfa, 0xff, 0xff, 0xff, 0x0f, 0x00]),
  // Field 1, of 2 GiB and of more than there is.
  Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]),
  Buffer.from([0x0a, 0x7f]),
  // Groups: begun, ended, one within the other, another's end.
  Buffer.from([0x7b]),
  Buffer.from([0x7c]),
  Buffer.from([0x7b, 0x7c]),
  Buffer.from([0x7b, 0x84, 0x01]),
  Buffer.concat([Buffer.alloc(500, 0x7b), Buffer.alloc(500, 0x7c)]),
  // A text that is no UTF-8, where an id should be.
  Buffer.from([0x0a, 0x02, 0xff, 0xfe]),
  // Numbers packed where one is meant.
  Buffer.from([0x1a, 0x03, 0x01, 0x02, 0x03]),
  // A fixed 64-bit number where a varint is meant, and half of one.
  Buffer.from([0x19, 1, 2, 3, 4, 5, 6, 7, 8]),
  Buffer.from([0x19, 1, 2]),
  // A timestamp of year 292277026596, with nanoseconds below nothing.
  Buffer.from([0x4a, 0x15, 0x08, ...Array<number>(8).fill(0xff), 0x7f, 0x10, ...Array<number>(9).fill(0xff), 0x01]),
];

/** Messages in protobuf of each RPC, as far as what was made for JSON is one. */
function binaryOf(rpc: string, message: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const schema = SCHEMAS[rpc];
  if (schema === undefined) throw new Error(`no schema for ${rpc}`);
  return message.map((text) => {
    try {
      return toBinary(schema, fromJsonString(schema, text, { ignoreUnknownFields: true }));
    } catch {
      return new Uint8Array();
    }
  });
}

/** Calls as Connect binary: as they should be, with odd fields before or after, and with changed bytes. */
export const rpcBinary: fc.Arbitrary<WireRequest> = fc.oneof(
  ...MESSAGES.map(({ rpc, by, weight, message }) => {
    const right = binaryOf(rpc, message);
    const fragment = fc.constantFrom(...FRAGMENTS);
    const body = fc.oneof(
      { weight: 4, arbitrary: right },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.array(fragment, { maxLength: 2 }), right, fc.array(fragment, { maxLength: 2 }))
          .map(([before, bytes, after]): Uint8Array => Buffer.concat([...before, bytes, ...after])),
      },
      { weight: 3, arbitrary: mutated(right) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    );
    const arbitrary = body.map((bytes) =>
      plainRequest({
        label: `${rpc} as protobuf`,
        method: "POST",
        path: rpcPath(rpc),
        headers: [["content-type", "application/proto"]],
        body: bytes,
        sender: by,
      }),
    );
    return { weight, arbitrary };
  }),
);
