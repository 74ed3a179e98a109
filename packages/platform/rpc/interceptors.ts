import { Code, type Interceptor, type StreamResponse, type UnaryResponse } from "@connectrpc/connect";
import { createValidateInterceptor } from "@connectrpc/validate";
import type { TokenVerifier } from "../auth/verify-token.ts";
import { reasonOf, toPublicError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { accessInterceptor } from "./access.ts";

/** Header that carries a request's id through all services and into every log line. */
export const REQUEST_ID_HEADER = "x-request-id";
/** What a request id that came from outside must look like; any other is replaced. */
export const REQUEST_ID = /^[A-Za-z0-9-]{8,64}$/;

/** What the interceptors of a service stand on. */
export interface InterceptorOptions {
  log: Log;
  metrics: Metrics;
  verify: TokenVerifier;
}

/** The interceptors of every service, outermost first: request id, log and metrics, errors, access, validation. */
export function serviceInterceptors({ log, metrics, verify }: InterceptorOptions): Interceptor[] {
  return [...edgeInterceptors({ log, metrics }), accessInterceptor(verify), createValidateInterceptor()];
}

/** The interceptors of the gateway, which has asked for the token before; the services behind it check the rest. */
export function edgeInterceptors({ log, metrics }: Pick<InterceptorOptions, "log" | "metrics">): Interceptor[] {
  return [requestId, observe(log, metrics), publicErrors];
}

const requestId: Interceptor = (next) => async (request) => {
  if (!REQUEST_ID.test(request.header.get(REQUEST_ID_HEADER) ?? "")) request.header.set(REQUEST_ID_HEADER, newId());
  return next(request);
};

/** Logs and counts every call when it has ended; a stream ends with its last message. */
function observe(log: Log, metrics: Metrics): Interceptor {
  return (next) => async (request) => {
    const started = performance.now();
    const rpc = `${request.service.typeName}/${request.method.name}`;
    const ended = (error?: unknown) => {
      const seconds = (performance.now() - started) / 1000;
      const code = error === undefined ? "ok" : (Code[toPublicError(error).code] ?? "Unknown");
      const reason = error === undefined ? undefined : (reasonOf(error) ?? "internal");
      metrics.rpcDone(rpc, code, seconds);
      if (reason !== undefined) metrics.refused(reason);
      const line = {
        request_id: request.header.get(REQUEST_ID_HEADER),
        rpc,
        code,
        reason,
        duration_ms: Math.round(seconds * 1e6) / 1e3,
      };
      if (reason === "internal") log.error({ ...line, error: causeOf(error) }, "call failed");
      else log.debug(line, "call");
    };
    try {
      return whenEnded(await next(request), ended);
    } catch (error) {
      ended(error);
      throw error;
    }
  };
}

/** The error behind a public one. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

/** Calls `ended` once the answer has left: at once for a unary call, after the last message for a stream. */
function whenEnded(answer: UnaryResponse | StreamResponse, ended: (error?: unknown) => void) {
  if (!answer.stream) {
    ended();
    return answer;
  }
  async function* watched(messages: StreamResponse["message"]) {
    let failed: unknown;
    try {
      yield* messages;
    } catch (error) {
      failed = error;
      throw error;
    } finally {
      ended(failed);
    }
  }
  return { ...answer, message: watched(answer.message) };
}

/** Nothing leaves a service but an error of ours. */
const publicErrors: Interceptor = (next) => async (request) => {
  try {
    const answer = await next(request);
    return answer.stream ? { ...answer, message: publicStream(answer.message) } : answer;
  } catch (error) {
    throw toPublicError(error);
  }
};

async function* publicStream(messages: StreamResponse["message"]) {
  try {
    yield* messages;
  } catch (error) {
    throw toPublicError(error);
  }
}
