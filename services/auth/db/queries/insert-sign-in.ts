import type { AuthTx, SignInTable } from "../schema.ts";

/** Adds a sign-in. */
export async function insertSignIn(tx: AuthTx, signIn: SignInTable): Promise<void> {
  await tx.insertInto("sign_ins").values(signIn).execute();
}
