import { getOption, hasOption, type DescMethod } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { type AccessRule, access, Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { TokenVerifier } from "../auth/verify-token.ts";
import { refusal } from "../errors.ts";
import { type Caller, callerKey } from "./caller.ts";

/** The access rule of an RPC, as its .proto states it; undefined when it states none. */
export function accessRule(method: DescMethod): AccessRule | undefined {
  return hasOption(method, access) ? getOption(method, access) : undefined;
}

/** Whether a caller may call. An RPC without a rule is open to nobody. */
export function mayCall(rule: AccessRule | undefined, caller: Caller): boolean {
  if (rule === undefined) return false;
  if (rule.anyone) return true;
  if (caller.kind === "service") return rule.services.includes(caller.service);
  if (rule.leastRole === Role.UNSPECIFIED || caller.role < rule.leastRole) return false;
  return caller.deviceId === undefined || rule.devices;
}

/** Reads the bearer token of a call, verifies it and holds it against the RPC's access rule. */
export async function authorize(method: DescMethod, header: Headers, verify: TokenVerifier) {
  const rule = accessRule(method);
  if (rule?.anyone) return undefined;
  const token = bearerToken(header);
  if (token === undefined) throw refusal("token_missing");
  const caller = await verify(token);
  if (!mayCall(rule, caller)) throw refusal("permission_denied");
  return caller;
}

/** The token of an Authorization header. */
export function bearerToken(header: Headers): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header.get("authorization") ?? "")?.[1];
}

/** Lets a call through to its handler only as the RPC's access rule allows, and tells the handler who calls. */
export function accessInterceptor(verify: TokenVerifier): Interceptor {
  return (next) => async (request) => {
    request.contextValues.set(callerKey, await authorize(request.method, request.header, verify));
    return next(request);
  };
}
