import { type DemoAccount, signUpAndPair } from "@gigtrail/dev-env/demo/account";
import { createConnectTransport } from "@connectrpc/connect-node";
import { createClient } from "@connectrpc/connect";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";

/** How long an access token is used, in milliseconds; it holds for some minutes longer. */
const TOKEN_MS = 5 * 60_000;

/** The limit for one address is for strangers; here one address is all uploaders. */
export const UNLIMITED_ADDRESS = { ADDRESS_CALLS_PER_MINUTE: "100000000" };

/** A Gigtrail that runs, and somebody who has an account there. */
export class Gigtrail {
  #token: { text: string; untilMs: number };

  private constructor(
    readonly url: string,
    /** The processes that a chunk goes through. */
    readonly serverPids: readonly number[],
    /** Where its blobs are. */
    readonly blobFolder: string,
    private readonly account: DemoAccount,
  ) {
    this.#token = { text: account.userToken, untilMs: performance.now() + TOKEN_MS };
  }

  /** Makes an account at a Gigtrail that nobody has used yet. */
  static async open(url: string, serverPids: readonly number[], blobFolder: string): Promise<Gigtrail> {
    return new Gigtrail(url, serverPids, blobFolder, await signUpAndPair(url));
  }

  /** A token that holds for minutes. */
  async token(): Promise<string> {
    if (performance.now() > this.#token.untilMs) {
      const auth = createClient(AuthService, createConnectTransport({ baseUrl: this.url, httpVersion: "1.1" }));
      const { tokens } = await auth.login({ email: this.account.email, password: this.account.password });
      this.#token = { text: tokens?.accessToken ?? "", untilMs: performance.now() + TOKEN_MS };
    }
    return this.#token.text;
  }

  /** The recorder's way to call it. */
  get uploadPort() {
    return createFetchPort({ baseUrl: this.url, accessToken: () => this.token() });
  }

  /** Opens a session; gives its id. */
  async newSession(): Promise<string> {
    const sessionId = Bun.randomUUIDv7();
    await this.uploadPort.createSession(sessionId, "bench");
    return sessionId;
  }
}
