import type { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { Tx } from "@gigtrail/platform/db/database";

/** A transaction of the auth service. */
export type AuthTx = Tx<AuthSchema>;

/** The tables of the schema `auth`; what each column means stands in the migration that makes it. */
export interface AuthSchema {
  instance: InstanceTable;
  accounts: AccountTable;
  workspaces: WorkspaceTable;
  members: MemberTable;
  done_requests: DoneRequestTable;
  signing_keys: SigningKeyTable;
  login_attempts: LoginAttemptTable;
  sign_ins: SignInTable;
  refresh_tokens: RefreshTokenTable;
  invitations: InvitationTable;
  invitation_codes: InvitationCodeTable;
  devices: DeviceTable;
  pairings: PairingTable;
  wrong_user_codes: WrongUserCodeTable;
}

interface InstanceTable {
  only: boolean;
  owner_user_id: string;
  create_time: Date;
}

/** A person who can sign in. */
export interface AccountTable {
  user_id: string;
  workspace_id: string;
  email: string;
  display_name: string;
  password_hash: string;
  create_time: Date;
}

interface WorkspaceTable {
  workspace_id: string;
  display_name: string;
  create_time: Date;
}

interface MemberTable {
  workspace_id: string;
  user_id: string;
  role: Role;
  create_time: Date;
}

interface DoneRequestTable {
  scope: string;
  request_id: string;
  fingerprint: Buffer;
  workspace_id: string;
  subject_id: string;
  create_time: Date;
}

interface SigningKeyTable {
  generation: number;
  key_id: string;
  sealed_jwk: Buffer;
  create_time: Date;
}

interface LoginAttemptTable {
  address_hash: Buffer;
  failures: number;
  blocked_until: Date;
  last_time: Date;
}

/** One sign-in: the family of refresh tokens that follow from it. */
export interface SignInTable {
  sign_in_id: string;
  user_id: string;
  workspace_id: string;
  device_id: string | null;
  create_time: Date;
  end_time: Date;
  revoke_time: Date | null;
}

interface RefreshTokenTable {
  token_hash: Buffer;
  sign_in_id: string;
  expire_time: Date;
  use_time: Date | null;
}

/** An invitation to a workspace. */
export interface InvitationTable {
  workspace_id: string;
  invitation_id: string;
  email: string;
  role: Role;
  inviter_user_id: string;
  create_time: Date;
  expire_time: Date;
  accept_time: Date | null;
}

interface InvitationCodeTable {
  code_hash: Buffer;
  workspace_id: string;
  invitation_id: string;
  expire_time: Date;
}

/** A paired browser extension. */
export interface DeviceTable {
  workspace_id: string;
  device_id: string;
  user_id: string;
  display_name: string;
  create_time: Date;
}

/** A pairing between its start and the tokens. */
export interface PairingTable {
  device_code_hash: Buffer;
  user_code_hash: Buffer;
  client_name: string;
  expire_time: Date;
  interval_seconds: number;
  poll_time: Date | null;
  workspace_id: string | null;
  user_id: string | null;
  device_id: string | null;
}

interface WrongUserCodeTable {
  user_id: string;
  wrong_times: Date[];
}
