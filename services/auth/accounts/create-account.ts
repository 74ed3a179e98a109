import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { AuthContext } from "../context.ts";
import { acceptInvitation } from "../db/queries/accept-invitation.ts";
import { claimInstance } from "../db/queries/claim-instance.ts";
import { insertAccount } from "../db/queries/insert-account.ts";
import { insertMember } from "../db/queries/insert-member.ts";
import { insertWorkspace } from "../db/queries/insert-workspace.ts";
import type { AuthTx } from "../db/schema.ts";
import { noteDone, type RequestKey } from "../requests/request-key.ts";
import type { Admission } from "./admission.ts";
import { ownSubject, type Subject } from "./profile.ts";

/** An account to be made. */
export interface NewAccount {
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string;
  /** Of the workspace that is made for it; not used with an invitation. */
  readonly workspaceName: string;
}

/**
 * Makes an account with its membership, and its workspace unless it was invited, in one commit. Returns undefined when
 * another call with the same request_id was faster. Throws `email_taken`, and what findAdmission throws when things
 * have changed since.
 */
export async function createAccount(
  { db, config, now }: AuthContext,
  admission: Admission,
  account: NewAccount,
  key: RequestKey | undefined,
): Promise<Subject | undefined> {
  const nowMs = now();
  const at = new Date(nowMs);
  const row = {
    user_id: newId(),
    workspace_id: admission.by === "invitation" ? admission.invitation.workspace_id : newId(),
    email: account.email,
    display_name: account.displayName,
    password_hash: account.passwordHash,
    create_time: at,
  };
  const created = await db.inWorkspace(row.workspace_id, async (tx) => {
    if (!(await noteDone(tx, key, row.workspace_id, row.user_id, nowMs))) return false;
    const role = await admit(tx, admission, row, config.REGISTRATION, at);
    if (!(await insertAccount(tx, row))) throw refusal("email_taken");
    if (admission.by !== "invitation") await insertWorkspace(tx, row.workspace_id, account.workspaceName, at);
    await insertMember(tx, row.workspace_id, row.user_id, role, at);
    return true;
  });
  return created ? ownSubject(row) : undefined;
}

/** The role in which the account is let in. */
async function admit(
  tx: AuthTx,
  admission: Admission,
  { user_id, email }: { user_id: string; email: string },
  registration: "open" | "invitation",
  now: Date,
): Promise<Role> {
  if (admission.by === "invitation") {
    const role = await acceptInvitation(tx, admission.invitation.invitation_id, email, now);
    if (role === undefined) throw refusal("invitation_invalid");
    return role;
  }
  const isFirst = await claimInstance(tx, user_id, now);
  if (!isFirst && registration !== "open") throw refusal("registration_closed");
  return Role.OWNER;
}
