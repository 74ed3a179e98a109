import { type Clients, clientsOf } from "@gigtrail/e2e/support/clients";
import { PASSWORD, signUp } from "@gigtrail/e2e/support/people";

/** How long a token is used before another one is asked for, in milliseconds: a few minutes less than it is good. */
const TOKEN_MS = 10 * 60_000;

/** Somebody with a workspace of their own, who signs in again as long as the run lasts. */
export class Account {
  #token: string;
  #untilMs = Date.now() + TOKEN_MS;

  private constructor(
    readonly url: string,
    readonly email: string,
    readonly workspaceId: string,
    readonly userId: string,
    token: string,
  ) {
    this.#token = token;
  }

  static async signUp(url: string): Promise<Account> {
    const { email, workspaceId, userId, accessToken } = await signUp(url);
    return new Account(url, email, workspaceId, userId, accessToken);
  }

  /** A token that is good now; `refused` is one that the server has called ended. */
  async token(refused?: string): Promise<string> {
    if (refused !== this.#token && Date.now() < this.#untilMs) return this.#token;
    const { tokens } = await clientsOf(this.url).auth.login({ email: this.email, password: PASSWORD });
    this.#token = tokens?.accessToken ?? "";
    this.#untilMs = Date.now() + TOKEN_MS;
    return this.#token;
  }

  /** The public API with this account's token. */
  async clients(): Promise<Clients> {
    return clientsOf(this.url, await this.token());
  }
}
