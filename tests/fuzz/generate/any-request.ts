import * as fc from "fast-check";
import type { WireRequest } from "../wire/wire-request.ts";
import { oddly } from "./http-oddities.ts";
import { otherRequest, rawBytes } from "./other-request.ts";
import { rpcBinary } from "./protobuf.ts";
import { rawChunk } from "./raw-chunk.ts";
import { rpcJson } from "./rpc-json.ts";
import { streamCall } from "./stream-call.ts";

/** Any request: what clients send, and everything near it. */
export const anyRequest: fc.Arbitrary<WireRequest> = fc.oneof(
  { weight: 6, arbitrary: oddly(rawChunk) },
  { weight: 7, arbitrary: oddly(rpcJson) },
  { weight: 6, arbitrary: oddly(rpcBinary) },
  { weight: 2, arbitrary: oddly(streamCall) },
  { weight: 1, arbitrary: oddly(otherRequest) },
  { weight: 1, arbitrary: rawBytes },
);
