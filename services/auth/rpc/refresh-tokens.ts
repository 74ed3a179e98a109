import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { loadProfile } from "../accounts/profile.ts";
import type { AuthContext } from "../context.ts";
import { exchangeRefreshToken } from "../refresh/exchange.ts";
import { makeTokenSet } from "../tokens/token-set.ts";

type Rpc = ServiceImpl<typeof AuthService>["refreshTokens"];

/** Exchanges a refresh token for the next token set, with the role that the person has now. */
export function refreshTokens(context: AuthContext): Rpc {
  const { db, log, now, refreshKey } = context;
  return async ({ refreshToken }) => {
    const exchange = await db.asSystem((tx) => exchangeRefreshToken(tx, refreshKey, refreshToken, now()));
    if (exchange.outcome === "reused") {
      const { workspaceId: workspace_id } = exchange;
      log.warn(
        { reason: "refresh_token_reused", workspace_id },
        "a refresh token was used twice; its sign-in is ended",
      );
      throw refusal("refresh_token_reused");
    }
    if (exchange.outcome === "invalid") throw refusal("refresh_token_invalid");
    const profile = await loadProfile(context, exchange.subject);
    if (profile === undefined) throw refusal("refresh_token_invalid");
    return { tokens: await makeTokenSet(context, profile, exchange.refresh) };
  };
}
