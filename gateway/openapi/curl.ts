import type { JsonObject } from "@bufbuild/protobuf";
import type { CodeSample } from "./model.ts";

const AUTHORIZATION = '--header "authorization: Bearer $TOKEN"';
const CONTINUED = " \\\n  ";
/** Bodies up to this many characters stand on one line. */
const ONE_LINE_CHARS = 70;

/** What a curl sample needs to know of a call. The server's address comes from the shell variable GIGTRAIL_URL. */
export interface CurlCall {
  /** With its leading slash. */
  path: string;
  /** Whether the call takes an access token, which samples read from the shell variable TOKEN. */
  withToken: boolean;
}

/** A unary call as POST. */
export function curlPost(call: CurlCall, body: JsonObject): CodeSample {
  return sample("curl", [
    `curl ${address(call)}`,
    ...authorization(call),
    "--header 'content-type: application/json'",
    `--data ${shellQuote(readable(body))}`,
  ]);
}

/** A unary call without side effects as GET; curl encodes the message for the query. */
export function curlGet(call: CurlCall, body: JsonObject): CodeSample {
  return sample("curl (GET)", [
    `curl --get ${address(call)}`,
    ...authorization(call),
    "--data 'connect=v1&encoding=json'",
    `--data-urlencode ${shellQuote(`message=${JSON.stringify(body)}`)}`,
  ]);
}

/**
 * A streaming call: the request is one envelope (flags, then the length as 4 bytes, big-endian), which printf writes.
 * What comes back is enveloped too, so that terminals show a few odd bytes between the messages.
 */
export function curlStream(call: CurlCall, body: JsonObject): CodeSample {
  const json = JSON.stringify(body);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(json), 1);
  const octal = [...head].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return sample("curl", [
    `printf '${octal}%s' ${shellQuote(json)} |\n  curl --no-buffer ${address(call)}`,
    ...authorization(call),
    "--header 'content-type: application/connect+json'",
    "--data-binary @- --output -",
  ]);
}

/** A plain GET with more arguments where there are any. */
export function curlPlain(call: CurlCall, ...more: string[]): CodeSample {
  return sample("curl", [`curl ${address(call)}`, ...authorization(call), ...more]);
}

/** Sends a shell variable's text, compressed, as the chunk of the path. */
export function curlChunk(call: CurlCall, events: string): CodeSample {
  return sample("curl", [
    `events=${shellQuote(events)}\nprintf %s "$events" | gzip |\n  curl --request PUT ${address(call)}`,
    ...authorization(call),
    "--header 'content-type: application/json'",
    "--header 'content-encoding: gzip'",
    `--header "x-gigtrail-sha256: $(printf %s "$events" | sha256sum | cut -c 1-64)"`,
    "--header 'x-gigtrail-event-count: 1'",
    "--data-binary @-",
  ]);
}

function sample(label: string, parts: string[]): CodeSample {
  return { lang: "Shell", label, source: parts.join(CONTINUED) };
}

function address({ path }: CurlCall): string {
  return `"$GIGTRAIL_URL${path}"`;
}

function authorization({ withToken }: CurlCall): string[] {
  return withToken ? [AUTHORIZATION] : [];
}

function readable(body: JsonObject): string {
  const short = JSON.stringify(body);
  return short.length <= ONE_LINE_CHARS ? short : JSON.stringify(body, undefined, 2);
}

/** Text as one word of a POSIX shell. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
