import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { TokenSet, User, Workspace } from "@gigtrail/proto/gen/gigtrail/auth/v1/account_pb";
import { CliFailure } from "../failure.ts";
import type { Login } from "./credentials.ts";

/** What is kept of a TokenSet. Throws for an answer that lacks a part. */
export function tokensToKeep(
  tokens: TokenSet | undefined,
): Pick<Login, "accessToken" | "accessExpireTime" | "refreshToken"> {
  if (!tokens?.accessToken || !tokens.refreshToken || tokens.accessExpireTime === undefined) {
    throw new CliFailure("The server's answer holds no sign-in; check that its version fits this program's.");
  }
  const { accessToken, refreshToken, accessExpireTime } = tokens;
  return { accessToken, refreshToken, accessExpireTime: timestampDate(accessExpireTime).toISOString() };
}

/** What is kept of a sign-in. */
export function loginToKeep(answer: { user?: User; workspace?: Workspace; tokens?: TokenSet }): Login {
  return {
    email: answer.user?.email ?? "",
    userId: answer.user?.userId ?? "",
    workspaceId: answer.workspace?.workspaceId ?? "",
    ...tokensToKeep(answer.tokens),
  };
}
