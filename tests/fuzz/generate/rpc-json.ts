import * as fc from "fast-check";
import { plainRequest, type WireRequest } from "../wire/wire-request.ts";
import { oddJson } from "./json-text.ts";
import { mutated } from "./mutate-bytes.ts";
import { MESSAGES } from "./rpc-fields.ts";

/** The address of an RPC of ingest. */
export function rpcPath(rpc: string): string {
  return `/gigtrail.ingest.v1.IngestService/${rpc}`;
}

/** Calls as Connect JSON: as they should be, with odd fields, with changed bytes, or of something else altogether. */
export const rpcJson: fc.Arbitrary<WireRequest> = fc.oneof(
  ...MESSAGES.map(({ rpc, by, weight, message }) => {
    const right = message.map((text): Uint8Array => Buffer.from(text));
    const body = fc.oneof(
      { weight: 8, arbitrary: right },
      { weight: 2, arbitrary: mutated(right) },
      { weight: 1, arbitrary: oddJson.map((text): Uint8Array => Buffer.from(text)) },
    );
    const arbitrary = body.map((bytes) =>
      plainRequest({
        label: `${rpc} as JSON`,
        method: "POST",
        path: rpcPath(rpc),
        headers: [["content-type", "application/json"]],
        body: bytes,
        sender: by,
      }),
    );
    return { weight, arbitrary };
  }),
);
