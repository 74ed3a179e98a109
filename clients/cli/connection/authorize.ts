import type { Interceptor } from "@connectrpc/connect";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { reasonOf } from "./reason-of.ts";

/** RPCs that take no token; asking for one would need the very call that it is for. */
const OPEN_METHODS: ReadonlySet<unknown> = new Set([
  AuthService.method.register,
  AuthService.method.login,
  AuthService.method.refreshTokens,
  AuthService.method.logout,
]);

/** Adds the access token to every call, and repeats one that the server refuses with `token_expired` once. */
export function authorize(accessToken: (refused?: string) => Promise<string>): Interceptor {
  return (next) => async (request) => {
    if (OPEN_METHODS.has(request.method)) return next(request);
    const token = await accessToken();
    request.header.set("authorization", `Bearer ${token}`);
    try {
      return await next(request);
    } catch (error) {
      // A stream has spent its request; whoever reads it begins anew (connection/read-stream.ts).
      if (request.stream || reasonOf(error) !== "token_expired") throw error;
      request.header.set("authorization", `Bearer ${await accessToken(token)}`);
      return next(request);
    }
  };
}
