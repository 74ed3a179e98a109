import * as fc from "fast-check";
import type { Framing, WireRequest } from "../wire/wire-request.ts";

type Header = readonly [name: string, value: string];

const VALUES = [
  "",
  "0",
  "-1",
  "1e9",
  "NaN",
  "*",
  "identity",
  "gzip, gzip",
  "null",
  "\u0001",
  "a".repeat(9_000),
  "%00",
  "é",
];
const NAMES = [
  "content-type",
  "content-encoding",
  "accept",
  "accept-encoding",
  "connect-protocol-version",
  "connect-timeout-ms",
  "connect-content-encoding",
  "connect-accept-encoding",
  "grpc-timeout",
  "te",
  "origin",
  "range",
  "if-none-match",
  "cookie",
  "x-forwarded-for",
  "x-request-id",
  "x-gigtrail-sha256",
  "x-gigtrail-event-count",
  "x-gigtrail-dropped-events",
  "x-gigtrail-client-sent-time",
  "x-gigtrail-reason",
  "access-control-request-method",
  "expect",
  "upgrade",
  "authorization",
  "__proto__",
  "constructor",
];
/** Values that mean something for one header or another. */
const MEANT: readonly Header[] = [
  ["content-type", "application/grpc"],
  ["content-type", "application/grpc-web+proto"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "application/connect+json"],
  ["content-type", "multipart/form-data"],
  ["connect-protocol-version", "2"],
  ["connect-timeout-ms", "99999999999"],
  ["connect-timeout-ms", "1.5"],
  ["connect-timeout-ms", "1"],
  ["origin", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"],
  ["authorization", "Basic YTpi"],
  ["authorization", "Bearer"],
  ["x-gigtrail-client-sent-time", "2026-01-01T00:00:00Z"],
  ["x-gigtrail-client-sent-time", "0001-01-01T00:00:00Z"],
  ["x-gigtrail-client-sent-time", "9999-12-31T23:59:60.999999999Z"],
  ["x-gigtrail-client-sent-time", "2026-13-45T99:99:99Z"],
  ["x-gigtrail-dropped-events", "999999999"],
  ["expect", "100-continue"],
];

const header: fc.Arbitrary<Header> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...MEANT) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...NAMES), fc.string({ maxLength: 30 })) },
);
const framing: fc.Arbitrary<Framing> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("chunked" as const),
      sizes: fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("cut" as const), share: fc.double({ min: 0, max: 0.99, noNaN: true }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("lie" as const),
      declared: fc.constantFrom("0", "1", "1000000000000", "99999999999999999999", "-1", "ten", "5, 5", "0x10", ""),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("broken" as const),
      text: fc.constantFrom(
        "zz\r\n",
        "-1\r\n",
        "ffffffffffffffff\r\n",
        "5;x=y\r\n",
        "\r\n",
        "3\r\nabcd",
        "0\r\nx: y\r\n\r\n",
      ),
    }),
  },
);
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/** Once in so many times. */
function seldom<T>(times: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

/** The same requests, some of them with odd headers, framing or methods, or from nobody. */
export function oddly(requests: fc.Arbitrary<WireRequest>): fc.Arbitrary<WireRequest> {
  const odd = fc.record({
    headers: fc.array(header, { maxLength: 3 }),
    framing: seldom(2, framing),
    method: seldom(25, fc.constantFrom(...METHODS)),
    isNobodys: seldom(12, fc.constant(true)),
  });
  const altered = fc.tuple(requests, odd).map(([{ puts: _puts, ...request }, more]): WireRequest => {
    const names = new Set(more.headers.map(([name]) => name));
    return {
      ...request,
      label: `${request.label}, oddly`,
      headers: [...request.headers.filter(([name]) => !names.has(name)), ...more.headers],
      framing: more.framing ?? request.framing,
      method: more.method ?? request.method,
      sender: more.isNobodys ? "nobody" : request.sender,
    };
  });
  return fc.oneof({ weight: 3, arbitrary: requests }, { weight: 1, arbitrary: altered });
}
