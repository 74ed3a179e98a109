import { refusal } from "@gigtrail/platform/errors";
import type { AuthContext } from "../context.ts";
import { findInvitationCode, type InvitationKey } from "../db/queries/find-invitation-code.ts";
import { hasOwner } from "../db/queries/has-owner.ts";
import { hashSecret } from "../tokens/hash.ts";

/** Why a person may make an account. `first` and the invitation are settled when the account is written. */
export type Admission = { by: "first" } | { by: "invitation"; invitation: InvitationKey } | { by: "open" };

/**
 * Finds out whether a person may register, before anything costly is done for them. Throws `registration_closed` or
 * `invitation_invalid`.
 */
export async function findAdmission({ db, config, now }: AuthContext, invitationCode: string): Promise<Admission> {
  const { owned, invitation } = await db.asSystem(async (tx) => ({
    owned: await hasOwner(tx),
    invitation:
      invitationCode === "" ? undefined : await findInvitationCode(tx, hashSecret(invitationCode), new Date(now())),
  }));
  if (!owned) return { by: "first" };
  if (invitation !== undefined) return { by: "invitation", invitation };
  if (invitationCode !== "") throw refusal("invitation_invalid");
  if (config.REGISTRATION === "open") return { by: "open" };
  throw refusal("registration_closed");
}
