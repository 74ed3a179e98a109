import * as fc from "fast-check";
import { oddJson } from "./json-text.ts";
import { type Payload, payload } from "./payload.ts";
import { seq, sessionId, tabId } from "./places.ts";

/** The fields of a message in JSON: for each, values that it may have and some that it may not. */
export type Fields = Readonly<Record<string, fc.Arbitrary<string>>>;

const CODECS = { identity: "CODEC_IDENTITY", gzip: "CODEC_GZIP", zstd: "CODEC_ZSTD", br: "CODEC_BROTLI" } as const;

const text = (values: fc.Arbitrary<string>) => values.map((value) => JSON.stringify(value));
const number = fc.oneof(
  fc.integer({ min: -1, max: 300 }).map(String),
  fc.constantFrom('"7"', "2147483648", "0.5", "1e99"),
);
const flag = fc.constantFrom("true", "false");
const instant = fc.constantFrom(
  '"2026-01-01T00:00:00Z"',
  '"0001-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59.999999999Z"',
  '"0000-01-01T00:00:00Z"',
  '"2026-02-30T25:00:00Z"',
  '"NaN"',
  "1e12",
);
const state = fc.constantFrom('"SESSION_STATE_COMPLETE"', "2", "99", '"NO_STATE"');
const filter = fc.oneof(
  object({ state, createdAfter: instant, createdBefore: instant, userId: text(fc.uuid()), deviceId: text(sessionId) }),
  fc.constantFrom("{}", "null"),
);

/** The fields of PutChunk. */
export const chunkFields: fc.Arbitrary<string> = payload.chain((content) => object(fieldsOf(content)));

function fieldsOf({ encoding, bytes, sha256, eventCount }: Payload): Fields {
  return {
    sessionId: text(sessionId),
    tabId: text(tabId),
    seq: text(seq),
    eventCount: fc.constant(String(eventCount)),
    codec: fc.constant(`"${CODECS[encoding]}"`),
    sha256: fc.constant(`"${Buffer.from(sha256).toString("base64")}"`),
    payload: fc.constant(`"${Buffer.from(bytes).toString("base64")}"`),
    clientSentTime: instant,
    droppedEvents: number,
  };
}

/** Messages of an RPC, in JSON. */
interface Message {
  readonly rpc: string;
  /** `admin` sends what would spoil the uploader's sessions. */
  readonly by: "uploader" | "admin";
  readonly weight: number;
  readonly message: fc.Arbitrary<string>;
}

/** The messages that are tried. */
export const MESSAGES: readonly Message[] = [
  { rpc: "PutChunk", by: "uploader", weight: 6, message: chunkFields },
  {
    rpc: "PutChunks",
    by: "uploader",
    weight: 3,
    message: fc.array(chunkFields, { maxLength: 6 }).map((chunks) => `{"chunks":[${chunks.join(",")}]}`),
  },
  {
    rpc: "CreateSession",
    by: "uploader",
    weight: 1,
    message: object({ sessionId: text(sessionId), displayName: text(fc.string({ unit: "binary", maxLength: 210 })) }),
  },
  {
    rpc: "FinishSession",
    by: "uploader",
    weight: 1,
    message: object({
      sessionId: text(sessionId),
      tabs: fc
        .array(object({ tabId: text(tabId), lastSeq: text(seq) }), { maxLength: 4 })
        .map((tabs) => `[${tabs.join(",")}]`),
    }),
  },
  { rpc: "GetUploadState", by: "uploader", weight: 1, message: object({ sessionId: text(sessionId) }) },
  {
    rpc: "DeleteSessions",
    by: "admin",
    weight: 1,
    message: object({ deletionId: text(fc.uuid()), filter, validateOnly: flag }),
  },
  {
    rpc: "UpdateRecordingSettings",
    by: "admin",
    weight: 1,
    message: object({
      settings: object({
        retentionDays: number,
        byteBudget: number,
        whenFull: fc.constantFrom('"WHEN_FULL_REMOVE_OLDEST"', "1", "7"),
        keepEmailAddresses: flag,
        keepInputs: flag,
      }),
    }),
  },
];

/** The fields of ReadEvents. */
export const readFields: fc.Arbitrary<string> = object({
  sessionId: text(sessionId),
  tabId: text(tabId),
  order: fc.constantFrom('"ORDER_BY_TAB"', '"ORDER_MERGED"', "0", "9"),
  from: object({ tabId: text(tabId), seq: text(seq), index: number }),
});

/** An object of these fields in any order, some of them left out, odd, or there twice. */
function object(fields: Fields): fc.Arbitrary<string> {
  const members = Object.entries(fields).map(([name, value]) =>
    fc.oneof(
      { weight: 60, arbitrary: value.map((said) => [`"${name}":${said}`]) },
      { weight: 2, arbitrary: fc.constant<string[]>([]) },
      { weight: 1, arbitrary: oddJson.map((said) => [`"${name}":${said}`]) },
      { weight: 1, arbitrary: value.map((said) => [`"${name}":${said}`, `"${name}":${said}`]) },
    ),
  );
  return fc.tuple(...members).map((all) => `{${all.flat().join(",")}}`);
}
