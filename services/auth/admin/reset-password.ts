import type { Database } from "@gigtrail/platform/db/database";
import { normalizeEmail } from "../accounts/email.ts";
import { deletePairingsOfUser } from "../db/queries/delete-pairings-of-user.ts";
import { revokeSignInsOfUser } from "../db/queries/revoke-sign-ins-of-user.ts";
import { setPassword } from "../db/queries/set-password.ts";
import type { AuthSchema } from "../db/schema.ts";
import { Passwords } from "../passwords/passwords.ts";
import { assertStrongPassword } from "../passwords/strength.ts";
import { forgetAttempts } from "../throttle/admit-attempt.ts";

/**
 * Gives an account a new password, forgets its failed attempts and ends all its sign-ins, its devices' and those that
 * a device has still to collect included: for an owner who is locked out and has the machine. Returns whether there is such an account; throws
 * `password_too_weak`.
 */
export async function resetPassword(db: Database<AuthSchema>, email: string, newPassword: string): Promise<boolean> {
  const address = normalizeEmail(email);
  assertStrongPassword(newPassword, address);
  const passwords = await Passwords.open(1);
  const hash = await passwords.hash(newPassword);
  return db.asSystem(async (tx) => {
    const userId = await setPassword(tx, address, hash);
    if (userId === undefined) return false;
    await forgetAttempts(tx, address);
    await revokeSignInsOfUser(tx, userId, new Date());
    await deletePairingsOfUser(tx, userId);
    return true;
  });
}
