import { describe, expect, test } from "bun:test";
import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { reasonOf } from "@gigtrail/platform/errors";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { inflate } from "../../payload/inflate.ts";
import { MAX_DECODED_BYTES, MAX_PAYLOAD_BYTES } from "../../payload/limits.ts";

const TEXT = Buffer.from("[1,2,3]");

function outcome(codec: Codec, payload: Uint8Array): string {
  try {
    return inflate(codec, payload).toString();
  } catch (error) {
    return reasonOf(error) ?? `${error}`;
  }
}

const PACKERS = [
  { name: "gzip", codec: Codec.GZIP, pack: (bytes: Buffer) => gzipSync(bytes), reason: "body_not_gzip" },
  { name: "zstd", codec: Codec.ZSTD, pack: (bytes: Buffer) => zstdCompressSync(bytes), reason: "body_not_zstd" },
];

describe.each(PACKERS)("a payload in $name", ({ codec, pack, reason }) => {
  test("comes out as it went in", () => {
    expect(outcome(codec, pack(TEXT))).toBe(TEXT.toString());
    const large = Buffer.alloc(3_000_000, "gigtrail");
    expect(inflate(codec, pack(large)).equals(large)).toBe(true);
    expect(outcome(codec, pack(Buffer.alloc(0)))).toBe("");
  });

  test("may be several members in a row", () => {
    expect(outcome(codec, Buffer.concat([pack(TEXT), pack(TEXT)]))).toBe("[1,2,3][1,2,3]");
  });

  test("is refused wherever it is cut off", () => {
    const whole = pack(Buffer.alloc(5_000, "gigtrail"));
    for (let length = 0; length < whole.length; length++)
      expect(outcome(codec, whole.subarray(0, length))).toBe(reason);
  });

  test("is refused when anything but a member follows", () => {
    for (const garbage of ["x", "\0", "\0\0\0\0xx", "garbage garbage garbage", "\u001f\u008b"]) {
      expect(outcome(codec, Buffer.concat([pack(TEXT), Buffer.from(garbage, "latin1")]))).toBe(reason);
    }
    expect(outcome(codec, Buffer.concat([pack(TEXT), Buffer.alloc(1), pack(TEXT)]))).toBe(reason);
  });

  test("is refused when it is something else", () => {
    expect(outcome(codec, TEXT)).toBe(reason);
    expect(outcome(codec, deflateRawSync(TEXT))).toBe(reason);
    expect(outcome(codec, Buffer.alloc(0))).toBe(reason);
  });

  test("that would be larger than the limit is refused, also as many members", () => {
    const half = pack(Buffer.alloc(MAX_DECODED_BYTES / 2));
    expect(outcome(codec, Buffer.concat([half, half, pack(TEXT)]))).toBe("decoded_too_large");
    expect(outcome(codec, pack(Buffer.alloc(MAX_DECODED_BYTES + 1)))).toBe("decoded_too_large");
  });

  test("may be as large as the limit", () => {
    expect(inflate(codec, pack(Buffer.alloc(MAX_DECODED_BYTES))).length).toBe(MAX_DECODED_BYTES);
  });
});

test("a bomb costs no more memory than the limit", () => {
  const zeros = Buffer.alloc(16 * 1024 * 1024);
  const gzipBomb = Array<Buffer>(160).fill(gzipSync(zeros));
  const zstdBomb = Array<Buffer>(160).fill(zstdCompressSync(zeros));
  Bun.gc(true);
  const before = process.resourceUsage().maxRSS;
  expect(outcome(Codec.GZIP, Buffer.concat(gzipBomb))).toBe("decoded_too_large");
  expect(outcome(Codec.ZSTD, Buffer.concat(zstdBomb))).toBe("decoded_too_large");
  const grownBytes = (process.resourceUsage().maxRSS - before) * 1024;
  expect(grownBytes).toBeLessThan(2.5 * MAX_DECODED_BYTES);
});

test("a gzip trailer that lies about the size changes nothing", () => {
  for (const lie of [0, 1, 0xffffffff]) {
    const payload = gzipSync(TEXT);
    payload.writeUInt32LE(lie, payload.length - 4);
    expect(outcome(Codec.GZIP, payload)).toBe("body_not_gzip");
  }
});

test("a zstd frame without a stated size, and skippable frames, are read", () => {
  const stream = Buffer.concat([Buffer.from("502a4d1802000000ffff", "hex"), zstdCompressSync(TEXT)]);
  expect(outcome(Codec.ZSTD, stream)).toBe(TEXT.toString());
  // Single-block frame with a window descriptor and no content size: magic, 00, window 1 KiB, last raw block of 7.
  const unstated = Buffer.concat([Buffer.from("28b52ffd0000390000", "hex"), TEXT]);
  expect(outcome(Codec.ZSTD, unstated)).toBe(TEXT.toString());
});

test("a payload larger than what may be sent is refused before it is read", () => {
  for (const codec of [Codec.IDENTITY, Codec.GZIP, Codec.ZSTD]) {
    expect(outcome(codec, Buffer.alloc(MAX_PAYLOAD_BYTES + 1))).toBe("payload_too_large");
  }
});

test("identity is taken as it is, and the sender's bytes are never written to", () => {
  const sent = Buffer.from(TEXT);
  inflate(Codec.IDENTITY, sent).fill(0);
  expect(sent.equals(TEXT)).toBe(true);
});

test("an unknown codec is refused", () => {
  expect(outcome(Codec.UNSPECIFIED, TEXT)).toBe("codec_unknown");
  expect(outcome(99 as Codec, TEXT)).toBe("codec_unknown");
});
