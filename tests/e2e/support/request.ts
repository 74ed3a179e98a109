import { expect } from "bun:test";
import { fromBinary } from "@bufbuild/protobuf";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";
import type { Reason } from "@gigtrail/platform/reasons";

/** An HTTP answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** How to ask. */
export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Sends a request as it is and reads the answer whole. */
export async function ask(url: string, { method = "GET", token, headers = {}, body }: Ask = {}): Promise<Answer> {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, {
    method,
    headers: { ...authorization, ...headers },
    redirect: "manual",
    decompress: false,
    ...(body === undefined ? {} : { body }),
  });
  const bytes = await response.bytes();
  return { status: response.status, headers: response.headers, bytes, text: new TextDecoder().decode(bytes) };
}

/** Calls an RPC as Connect JSON, as `curl` would. */
export function callJson(url: string, rpc: string, message: unknown, more: Ask = {}): Promise<Answer> {
  return ask(`${url}/gigtrail.${rpc}`, {
    method: "POST",
    ...more,
    headers: { "content-type": "application/json", ...more.headers },
    body: more.body ?? JSON.stringify(message),
  });
}

/** The answer is a refusal for this reason, which is said in the header and in the error's detail alike. */
export function expectRefusal(answer: Answer, reason: Reason, status: number): void {
  expect({
    status: answer.status,
    header: answer.headers.get("x-gigtrail-reason"),
    body: reasonIn(answer.text),
  }).toEqual({ status, header: reason, body: reason });
}

/** The reason that the ErrorInfo in an error's JSON tells. */
export function reasonIn(text: string): string {
  const { details } = parseError(text);
  const found = details.find(({ type }) => type === "gigtrail.common.v1.ErrorInfo");
  return found === undefined ? "" : fromBinary(ErrorInfoSchema, Buffer.from(found.value, "base64")).reason;
}

function parseError(text: string): { details: { type: string; value: string }[] } {
  try {
    const error: { details?: { type: string; value: string }[] } = JSON.parse(text);
    return { details: error.details ?? [] };
  } catch {
    return { details: [] };
  }
}
