import type { TokenSet } from "@gigtrail/proto/gen/gigtrail/auth/v1/account_pb";
import { CliFailure } from "../failure.ts";
import { reasonOf } from "../connection/reason-of.ts";
import type { Login } from "./credentials.ts";
import type { CredentialsFile } from "./credentials-file.ts";
import { tokensToKeep } from "./login-of-tokens.ts";

/** An access token that ends sooner is exchanged before it is used, so that no call is refused on its way. */
export const REFRESH_BEFORE_END_MS = 60_000;

/** What a token source works with. */
export interface TokenSourceOptions {
  /** Where the sign-in is kept. */
  file: CredentialsFile;
  /** The server that it is for. */
  server: string;
  /** Calls RefreshTokens. */
  refresh: (refreshToken: string) => Promise<TokenSet | undefined>;
}

/** Gives access tokens of one server's sign-in and exchanges them in time. */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  #refreshing: Promise<string> | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /** The sign-in as it is kept. Throws a CliFailure when there is none. */
  async login(): Promise<Login> {
    const { file, server } = this.#options;
    return requireLogin((await file.read()).logins[server], server);
  }

  /** A token that is good now. `refused` is one that the server has called ended, whatever our clock says. */
  async accessToken(refused?: string): Promise<string> {
    const login = await this.login();
    if (isGood(login, refused)) return login.accessToken;
    // Several calls find out at the same time; one exchange serves them all.
    this.#refreshing ??= this.#exchange(refused).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #exchange(refused?: string): Promise<string> {
    const { file, server, refresh } = this.#options;
    let ended = false;
    const { logins } = await file.update(async (held) => {
      const login = requireLogin(held.logins[server], server);
      // Another process has exchanged it while we waited for the lock.
      if (isGood(login, refused)) return held;
      try {
        const tokens = tokensToKeep(await refresh(login.refreshToken));
        return { ...held, logins: { ...held.logins, [server]: { ...login, ...tokens } } };
      } catch (error) {
        if (!ENDED_REASONS.has(reasonOf(error))) throw error;
        ended = true;
        return { ...held, logins: withoutLogin(held.logins, server) };
      }
    });
    if (ended) throw new CliFailure("Your sign-in has ended; sign in again with `gigtrail login`.");
    return requireLogin(logins[server], server).accessToken;
  }
}

const ENDED_REASONS = new Set(["refresh_token_invalid", "refresh_token_reused"]);

/** The sign-ins without the one at a server. */
export function withoutLogin(logins: Readonly<Record<string, Login>>, server: string): Record<string, Login> {
  return Object.fromEntries(Object.entries(logins).filter(([key]) => key !== server));
}

function isGood(login: Login, refused: string | undefined): boolean {
  if (login.accessToken === refused) return false;
  return Date.parse(login.accessExpireTime) - Date.now() > REFRESH_BEFORE_END_MS;
}

function requireLogin(login: Login | undefined, server: string): Login {
  if (login === undefined) throw new CliFailure(`You are not signed in at ${server}; sign in with \`gigtrail login\`.`);
  return login;
}
