import type { Received } from "../wire/send.ts";
import { readAnswer, type WireAnswer } from "../wire/wire-answer.ts";
import { isWhole, type WireRequest } from "../wire/wire-request.ts";
import { parsed, reasonInError } from "./error-body.ts";
import { readStream } from "./stream-envelopes.ts";

/** Reasons that are the server's own: with 5xx they say that it is not there, and when to come again. */
const MAY_BE_5XX: Readonly<Record<string, number>> = { unavailable: 503, deadline_exceeded: 504 };
/** HTTP's own word for a version that there is not, which the HTTP parser says. */
const VERSION_NOT_SUPPORTED = 505;
const MAX_4XX = 499;
/** How the start page leads on. */
const FOUND = 302;

/** What is wrong with the answer to a request; undefined when nothing is. */
export function complaintAbout(request: WireRequest, { bytes, hung }: Received): string | undefined {
  if (hung) return "the connection hung";
  const answer = readAnswer(bytes);
  // Who breaks off, or speaks no HTTP, may find the connection closed.
  if (!isWhole(request)) return complaintAboutHalf(answer);
  if (answer.status === 0) return "it was not answered";
  // Its head says how long the body would be.
  if (request.method === "HEAD") return complaintAboutHalf(answer);
  if (!answer.isWhole) return `the answer breaks off: ${shown(answer)}`;
  if (answer.status < 300) return complaintAboutSuccess(answer);
  return isRedirect(answer) ? undefined : complaintAboutRefusal(answer);
}

function isRedirect({ status, headers }: WireAnswer): boolean {
  return status === FOUND && headers.get("location") === "/docs";
}

function complaintAboutHalf(answer: WireAnswer): string | undefined {
  const isServers = answer.status > MAX_4XX && answer.status !== VERSION_NOT_SUPPORTED;
  return isServers && !isDeliberate(answer) ? shown(answer) : undefined;
}

function isDeliberate({ status, headers }: WireAnswer): boolean {
  return MAY_BE_5XX[headers.get("x-gigtrail-reason") ?? ""] === status;
}

function complaintAboutSuccess(answer: WireAnswer): string | undefined {
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("application/connect+")) return complaintAboutStream(answer);
  if (!type.startsWith("application/json")) return undefined;
  const body = parsed(answer.body.toString());
  if (body === undefined) return `what is said to be JSON is none: ${shown(answer)}`;
  // Within a batch each chunk has its own answer.
  return /"reason":"internal"/.test(answer.body.toString()) ? `internal: ${shown(answer)}` : undefined;
}

function complaintAboutStream(answer: WireAnswer): string | undefined {
  const stream = readStream(answer.body);
  if (stream?.end === undefined) return `the stream has no end: ${shown(answer)}`;
  const end = parsed(stream.end);
  if (typeof end !== "object" || end === null) return `the stream's end is no JSON: ${shown(answer)}`;
  if (!("error" in end)) return undefined;
  const reason = reasonInError(end.error);
  return reason === undefined || reason === "internal" ? `the stream ends without a reason: ${stream.end}` : undefined;
}

function complaintAboutRefusal(answer: WireAnswer): string | undefined {
  const said = answer.headers.get("x-gigtrail-reason");
  const inBody = reasonInError(parsed(answer.body.toString()));
  if (inBody === undefined) return `no reason that is known: ${shown(answer)}`;
  if (said !== inBody) return `the header says ${said}, the body ${inBody}: ${shown(answer)}`;
  return answer.status > MAX_4XX && !isDeliberate(answer) ? shown(answer) : undefined;
}

function shown({ status, headers, body }: WireAnswer): string {
  return `${status} ${JSON.stringify(Object.fromEntries(headers))} ${body.subarray(0, 600).toString("latin1")}`;
}
