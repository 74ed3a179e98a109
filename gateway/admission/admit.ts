import type { DescMethod } from "@bufbuild/protobuf";
import { reasonOf, refusal } from "@gigtrail/platform/errors";
import { accessRule, authorize } from "@gigtrail/platform/rpc/access";
import type { UserCaller } from "@gigtrail/platform/rpc/caller";
import type { BodyLimit } from "../connect/limits.ts";
import type { GatewayContext } from "../context.ts";

/** Reasons that a caller without a good token is refused for. */
const TOKEN_REASONS = new Set(["token_missing", "token_invalid", "token_expired"]);

/** Who calls from where. */
export interface Admitted {
  /** Undefined for calls that need no token. */
  readonly caller: UserCaller | undefined;
  /** Lets go of the room that the body takes; call it when the answer is made. */
  release(): void;
}

/**
 * Decides whether a request's body is read at all: address limit, token and access rule, declared length, room in
 * memory. Nothing of the body has been touched by then.
 */
export async function admit(
  gateway: GatewayContext,
  request: Request,
  address: string,
  method: DescMethod,
  limit: BodyLimit,
): Promise<Admitted> {
  await gateway.addressLimit.call(address);
  const caller = await knownCaller(gateway, request, address, method);
  const release = gateway.budget.reserve(bodyBytes(request, limit), caller?.userId ?? address);
  return { caller, release };
}

async function knownCaller(gateway: GatewayContext, request: Request, address: string, method: DescMethod) {
  if (accessRule(method)?.anyone) await gateway.addressLimit.anonymousCall(address);
  try {
    const caller = await authorize(method, request.headers, gateway.verify);
    if (caller?.kind === "service") throw refusal("permission_denied");
    return caller;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== undefined && TOKEN_REASONS.has(reason)) await gateway.addressLimit.anonymousCall(address);
    throw error;
  }
}

/** What a body may take: its declared length, or the most that the call accepts where none is declared. */
function bodyBytes(request: Request, { maxBytes, reason }: BodyLimit): number {
  if (request.body === null) return 0;
  const declared = request.headers.get("content-length");
  if (declared === null) return maxBytes;
  // What is no number is refused by the HTTP parser before anything comes here.
  const bytes = Number(declared);
  if (bytes > maxBytes) throw refusal(reason);
  return bytes;
}
