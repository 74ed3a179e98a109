import { clientsOf } from "@gigtrail/e2e/support/clients";
import { type Member, PASSWORD, signUp } from "@gigtrail/e2e/support/people";
import type { Sender } from "../wire/wire-request.ts";

/** A token is good for 15 minutes; it is renewed after this, in milliseconds. */
const RENEW_MS = 10 * 60_000;

/** Somebody with an account and a workspace of their own, whose token is always good. */
export class Account {
  #member: Member;
  #signedInMs = Date.now();

  private constructor(member: Member) {
    this.#member = member;
  }

  static async open(url: string): Promise<Account> {
    return new Account(await signUp(url));
  }

  /** Their clients, with a good token. */
  async member(): Promise<Member> {
    if (Date.now() - this.#signedInMs > RENEW_MS) await this.#signIn();
    return this.#member;
  }

  async token(): Promise<string> {
    return (await this.member()).accessToken;
  }

  async #signIn(): Promise<void> {
    const { url, email } = this.#member;
    this.#signedInMs = Date.now();
    const { tokens } = await clientsOf(url).auth.login({ email, password: PASSWORD });
    const accessToken = tokens?.accessToken ?? "";
    this.#member = { ...this.#member, accessToken, ...clientsOf(url, accessToken) };
  }
}

/** The accounts of a run. */
export interface People {
  /** Sends most of what is sent. */
  readonly uploader: Account;
  /** Changes settings and deletes sessions, in another workspace: the uploader's stay. */
  readonly admin: Account;
  /** Uploads honestly while the others do not, and must never notice. */
  readonly witness: Account;
}

/** Signs everybody up. */
export async function signUpPeople(url: string): Promise<People> {
  const [uploader, admin, witness] = [await Account.open(url), await Account.open(url), await Account.open(url)];
  return { uploader, admin, witness };
}

/** The token that a sender sends. */
export async function tokenOf({ uploader, admin }: People, sender: Sender): Promise<string | undefined> {
  if (sender === "nobody") return undefined;
  return (sender === "uploader" ? uploader : admin).token();
}
