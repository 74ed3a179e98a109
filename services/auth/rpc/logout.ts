import type { ServiceImpl } from "@connectrpc/connect";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import type { AuthContext } from "../context.ts";
import { lockSignInOfToken } from "../db/queries/lock-sign-in-of-token.ts";
import { revokeSignIn } from "../db/queries/revoke-sign-in.ts";
import { hashSecret } from "../tokens/hash.ts";

type Rpc = ServiceImpl<typeof AuthService>["logout"];

/** Ends the sign-in of a refresh token. Access tokens that it gave stay good until they end, at most 15 minutes. */
export function logout({ db, now }: AuthContext): Rpc {
  return async ({ refreshToken }) => {
    await db.asSystem(async (tx) => {
      const signIn = await lockSignInOfToken(tx, hashSecret(refreshToken));
      if (signIn !== undefined) await revokeSignIn(tx, signIn.sign_in_id, new Date(now()));
    });
    return {};
  };
}
