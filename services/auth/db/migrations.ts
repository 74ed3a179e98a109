import type { Migrations } from "@gigtrail/platform/db/migrate";
import { accounts } from "./migrations/0001-accounts.ts";
import { signIns } from "./migrations/0002-sign-ins.ts";
import { invitations } from "./migrations/0003-invitations.ts";
import { pairing } from "./migrations/0004-pairing.ts";

/** The migrations of the schema `auth`. One that was released is never changed; a change is a new one. */
export const migrations: Migrations = {
  "0001_accounts": accounts,
  "0002_sign_ins": signIns,
  "0003_invitations": invitations,
  "0004_pairing": pairing,
};
