import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { UserSchema, WorkspaceSchema } from "@gigtrail/proto/gen/gigtrail/auth/v1/account_pb";
import type { DeviceSchema } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import type { AuthContext } from "../context.ts";
import { findAccount } from "../db/queries/find-account.ts";
import { findDevice } from "../db/queries/find-device.ts";
import { findMembership, type Membership } from "../db/queries/find-membership.ts";
import type { AccountTable, DeviceTable } from "../db/schema.ts";

/** Who signs in: a user of a workspace, themselves or by one of their devices. */
export interface Subject {
  readonly userId: string;
  readonly workspaceId: string;
  readonly deviceId: string | undefined;
}

/** Everything that is told about a subject, as it stands in the database now. */
export interface Profile {
  readonly subject: Subject;
  readonly account: AccountTable;
  readonly membership: Membership;
  readonly device: DeviceTable | undefined;
}

/** Reads a subject's profile; undefined when account, membership or device are gone. */
export async function loadProfile({ db }: AuthContext, subject: Subject): Promise<Profile | undefined> {
  const account = await db.asSystem((tx) => findAccount(tx, subject.userId));
  const { membership, device } = await db.inWorkspace(subject.workspaceId, async (tx) => ({
    membership: await findMembership(tx, subject.userId),
    device: subject.deviceId === undefined ? undefined : await findDevice(tx, subject.deviceId),
  }));
  if (account === undefined || membership === undefined) return undefined;
  if (subject.deviceId !== undefined && device?.user_id !== subject.userId) return undefined;
  return { subject, account, membership, device };
}

/** A person's own sign-in, without a device. */
export function ownSubject(account: Pick<AccountTable, "user_id" | "workspace_id">): Subject {
  return { userId: account.user_id, workspaceId: account.workspace_id, deviceId: undefined };
}

/** The account, as the contract shows it. */
export function toUser({ account }: Profile): MessageInitShape<typeof UserSchema> {
  return {
    userId: account.user_id,
    email: account.email,
    displayName: account.display_name,
    createTime: timestampFromDate(account.create_time),
  };
}

/** The workspace, as the contract shows it. */
export function toWorkspace({ subject, membership }: Profile): MessageInitShape<typeof WorkspaceSchema> {
  return { workspaceId: subject.workspaceId, displayName: membership.workspace_name, role: membership.role };
}

/** A device, as the contract shows it. */
export function toDevice(device: DeviceTable): MessageInitShape<typeof DeviceSchema> {
  return {
    deviceId: device.device_id,
    displayName: device.display_name,
    createTime: timestampFromDate(device.create_time),
  };
}
