import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { TokenSetSchema } from "@gigtrail/proto/gen/gigtrail/auth/v1/account_pb";
import type { Profile } from "../accounts/profile.ts";
import type { AuthContext } from "../context.ts";
import type { RefreshToken } from "../refresh/refresh-token.ts";
import { signAccessToken } from "./access-token.ts";

/** What a client is given to hold: a new access token and the refresh token that gives the next one. */
export async function makeTokenSet(
  { signingKeys, now }: AuthContext,
  { subject, membership }: Profile,
  refresh: RefreshToken,
): Promise<MessageInitShape<typeof TokenSetSchema>> {
  const access = await signAccessToken(signingKeys.current, subject, membership.role, now());
  return {
    accessToken: access.token,
    accessExpireTime: timestampFromMs(access.expireMs),
    refreshToken: refresh.token,
    refreshExpireTime: timestampFromDate(refresh.expireTime),
  };
}
