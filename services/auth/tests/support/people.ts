import type { CallOptions } from "@connectrpc/connect";
import type { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { AuthInstance } from "./auth-instance.ts";

/** A password that nobody guesses. */
export const PASSWORD = "Tausend-Krähen 42 rufen";

/** Somebody who has registered, with what they hold. */
export interface Person {
  readonly email: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Options that make a call theirs. */
  readonly as: CallOptions;
}

/** Registers somebody: the owner of an empty instance, otherwise by invitation. */
export async function registerPerson({ auth }: AuthInstance, email: string, invitationCode = ""): Promise<Person> {
  const answer = await auth.register({ email, password: PASSWORD, displayName: email, invitationCode });
  const { accessToken = "", refreshToken = "" } = answer.tokens ?? {};
  const { userId = "" } = answer.user ?? {};
  const { workspaceId = "" } = answer.workspace ?? {};
  return { email, userId, workspaceId, accessToken, refreshToken, as: bearer(accessToken) };
}

/** Invites somebody and registers them. */
export async function inviteAndRegister(instance: AuthInstance, by: Person, email: string, role: Role) {
  const { invitationCode } = await instance.auth.createInvitation({ email, role }, by.as);
  return registerPerson(instance, email, invitationCode);
}

/** Options of a call that carries an access token. */
export function bearer(accessToken: string): CallOptions {
  return { headers: { authorization: `Bearer ${accessToken}` } };
}
