import { Code, type ServiceImpl } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { refuse } from "./refuse.ts";

const ACCESS_MS = 15 * 60_000;

interface Account {
  userId: string;
  email: string;
  password: string;
  displayName: string;
}

/** Accounts and tokens, with the rules that a client meets: a refresh token is good once, a second use ends the sign-in. */
export class FakeAccounts {
  readonly accounts = new Map<string, Account>();
  /** Access token → is still good. */
  readonly accessTokens = new Map<string, boolean>();
  /** Refresh token → its account, and whether it was used. */
  readonly refreshTokens = new Map<string, { account: Account; used: boolean }>();
  /** How long access tokens say that they are good. */
  accessMs = ACCESS_MS;
  /** Refresh tokens that were used a second time. */
  reused = 0;

  /** From now on the server calls every access token ended, whatever the token says. */
  endAccessTokens(): void {
    for (const token of this.accessTokens.keys()) this.accessTokens.set(token, false);
  }

  /** Throws unless the call carries a good token. */
  check(authorization: string | null | undefined): void {
    const token = authorization?.replace(/^Bearer /, "") ?? "";
    const good = this.accessTokens.get(token);
    if (good === undefined) throw refuse(Code.Unauthenticated, token === "" ? "token_missing" : "token_invalid");
    if (!good) throw refuse(Code.Unauthenticated, "token_expired");
  }

  readonly routes: Partial<ServiceImpl<typeof AuthService>> = {
    register: ({ email, password, displayName }) => {
      if (this.accounts.has(email)) throw refuse(Code.AlreadyExists, "email_taken");
      if (password.length < 12) throw refuse(Code.InvalidArgument, "password_too_weak");
      const account = { userId: Bun.randomUUIDv7(), email, password, displayName };
      this.accounts.set(email, account);
      return this.#signIn(account);
    },
    login: ({ email, password }) => {
      const account = this.accounts.get(email);
      if (account?.password !== password) throw refuse(Code.Unauthenticated, "credentials_wrong");
      return this.#signIn(account);
    },
    refreshTokens: ({ refreshToken }) => {
      const held = this.refreshTokens.get(refreshToken);
      if (held === undefined) throw refuse(Code.Unauthenticated, "refresh_token_invalid");
      if (held.used) {
        this.reused += 1;
        this.refreshTokens.clear();
        throw refuse(Code.Unauthenticated, "refresh_token_reused");
      }
      held.used = true;
      return { tokens: this.#tokens(held.account) };
    },
    logout: ({ refreshToken }) => {
      this.refreshTokens.delete(refreshToken);
      return {};
    },
  };

  #signIn(account: Account) {
    const { userId, email, displayName } = account;
    return {
      user: { userId, email, displayName },
      workspace: { workspaceId: "0193a000-0000-7000-8000-000000000077", displayName },
      tokens: this.#tokens(account),
    };
  }

  #tokens(account: Account) {
    const accessToken = `access-${crypto.randomUUID()}`;
    const refreshToken = `refresh-${crypto.randomUUID()}`;
    this.accessTokens.set(accessToken, true);
    this.refreshTokens.set(refreshToken, { account, used: false });
    return {
      accessToken,
      refreshToken,
      accessExpireTime: timestampFromMs(Date.now() + this.accessMs),
      refreshExpireTime: timestampFromMs(Date.now() + 90 * ACCESS_MS),
    };
  }
}
