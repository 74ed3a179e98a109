import { requestBytes } from "../wire/request-bytes.ts";
import type { WireRequest } from "../wire/wire-request.ts";

/** What is printed of a body at most, in bytes. */
const MAX_SHOWN_BYTES = 16 * 1024;

/** A request as commands that send it again, against a server of one's own. */
export function reproduction(request: WireRequest): string {
  const { head, body } = requestBytes(request, request.sender === "nobody" ? undefined : "$TOKEN");
  const bytes = Buffer.concat([head, body]);
  if (request.raw !== undefined || request.framing.kind !== "length") return `${hex(bytes)} | nc 127.0.0.1 8080`;
  const headers = request.headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  if (request.sender !== "nobody") headers.push('-H "authorization: Bearer $TOKEN"');
  const url = quoted(`http://127.0.0.1:8080${request.path}`);
  const curl = `curl -i --path-as-is -X ${request.method} ${headers.join(" ")} ${url}`;
  return body.length === 0 ? curl : `${hex(body)} | ${curl} --data-binary @-`;
}

function hex(bytes: Buffer): string {
  const more = bytes.length > MAX_SHOWN_BYTES ? ` # and ${bytes.length - MAX_SHOWN_BYTES} bytes more` : "";
  return `printf %s ${bytes.subarray(0, MAX_SHOWN_BYTES).toString("hex")}${more} | xxd -r -p`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
