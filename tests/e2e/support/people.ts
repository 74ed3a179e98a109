import { newId } from "@gigtrail/platform/ids";
import type { RegisterRequest } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { type Clients, clientsOf } from "./clients.ts";

/** The password of everybody in the tests. */
export const PASSWORD = "quiet harbour lantern 94";

/** Somebody who is signed in. */
export interface Member extends Clients {
  readonly url: string;
  readonly email: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A paired extension. */
export interface Device extends Clients {
  readonly deviceId: string;
  readonly accessToken: string;
}

/** Signs somebody up: with a workspace of their own, or by an invitation. */
export async function signUp(url: string, more: Partial<Pick<RegisterRequest, "email" | "invitationCode">> = {}) {
  const email = more.email ?? newEmail();
  const answer = await clientsOf(url).auth.register({
    email,
    password: PASSWORD,
    displayName: "Robin Tester",
    invitationCode: more.invitationCode ?? "",
    requestId: newId(),
  });
  const accessToken = answer.tokens?.accessToken ?? "";
  const member: Member = {
    url,
    email,
    userId: answer.user?.userId ?? "",
    workspaceId: answer.workspace?.workspaceId ?? "",
    accessToken,
    refreshToken: answer.tokens?.refreshToken ?? "",
    ...clientsOf(url, accessToken),
  };
  return member;
}

/** Signs up somebody else in the same workspace, who was invited. */
export async function invite(owner: Member, role: Role = Role.MEMBER): Promise<Member> {
  const email = newEmail();
  const { invitationCode } = await owner.auth.createInvitation({ email, role, requestId: newId() });
  return signUp(owner.url, { email, invitationCode });
}

/** Pairs an extension with somebody's account, by the code that it shows. */
export async function pairDevice(member: Member): Promise<Device> {
  const started = await clientsOf(member.url).devices.startPairing({ clientName: "Chrome on Linux" });
  await member.devices.approvePairing({ userCode: started.userCode, displayName: "Laptop" });
  const paired = await clientsOf(member.url).devices.completePairing({ deviceCode: started.deviceCode });
  const accessToken = paired.tokens?.accessToken ?? "";
  return { deviceId: paired.device?.deviceId ?? "", accessToken, ...clientsOf(member.url, accessToken) };
}

function newEmail(): string {
  return `robin.${newId()}@example.com`;
}
