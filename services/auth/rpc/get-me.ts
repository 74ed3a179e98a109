import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { loadProfile, toUser, toWorkspace } from "../accounts/profile.ts";
import type { AuthContext } from "../context.ts";

type Rpc = ServiceImpl<typeof AuthService>["getMe"];

/** Answers with the caller's own account and workspace. */
export function getMe(context: AuthContext): Rpc {
  return async (_request, call) => {
    const caller = userOf(call);
    const profile = await loadProfile(context, caller);
    if (profile === undefined) throw refusal("token_invalid");
    return { user: toUser(profile), workspace: toWorkspace(profile), deviceId: caller.deviceId ?? "" };
  };
}
