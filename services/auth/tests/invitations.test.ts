import { expect, test } from "bun:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { INVITATION_MS } from "../invitations/invitation.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { inviteAndRegister, PASSWORD, type Person, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const BEN = "ben@example.com";
const REQUEST_ID = "7e1a52ac-94b4-4ae3-9e0f-8d8ad0f6a4ff";

describeAuth("Invitations", (the) => {
  const owner = () => registerPerson(the.instance, "anna@example.com");
  const invite = (by: Person, email: string, role: Role, requestId = "") =>
    the.instance.auth.createInvitation({ email, role, requestId }, by.as);
  const join = (email: string, invitationCode: string) =>
    the.instance.auth.register({ email, password: PASSWORD, displayName: "Ben", invitationCode });

  test("lets the invited person into the workspace, in the role that was given", async () => {
    const anna = await owner();
    const { invitation, invitationCode } = await invite(anna, "Ben@Example.com", Role.MEMBER);
    expect(invitation).toMatchObject({ email: BEN, role: Role.MEMBER });
    expect(invitation?.expireTime && timestampMs(invitation.expireTime)).toBe(the.instance.clock.now() + INVITATION_MS);
    const answer = await join("BEN@example.com", invitationCode);
    expect(answer.workspace).toMatchObject({ workspaceId: anna.workspaceId, role: Role.MEMBER });
  });

  test("is good for one address", async () => {
    const { invitationCode } = await invite(await owner(), BEN, Role.MEMBER);
    expect(await reasonFor(join("eve@example.com", invitationCode))).toBe("invitation_invalid");
    expect(await reasonFor(join(BEN, invitationCode))).toBe("ok");
  });

  test("is good once, also when it is used twice at the same moment", async () => {
    const { invitationCode } = await invite(await owner(), BEN, Role.MEMBER);
    const reasons = await Promise.all(
      [the.instance, the.open].map(({ auth }) =>
        reasonFor(auth.register({ email: BEN, password: PASSWORD, displayName: "Ben", invitationCode })),
      ),
    );
    expect(reasons.sort()).toEqual(["invitation_invalid", "ok"]);
    expect(await reasonFor(join(BEN, invitationCode))).toBe("invitation_invalid");
  });

  test("is good for 7 days", async () => {
    const anna = await owner();
    const { invitationCode } = await invite(anna, BEN, Role.MEMBER);
    const { invitationCode: other } = await invite(anna, "cleo@example.com", Role.MEMBER);
    the.instance.clock.pass(INVITATION_MS - 1);
    expect(await reasonFor(join(BEN, invitationCode))).toBe("ok");
    the.instance.clock.pass(1);
    expect(await reasonFor(join("cleo@example.com", other))).toBe("invitation_invalid");
  });

  test.each(["x", "A".repeat(43), "\0"])(
    "the code %j, which never was, is invalid, where registration is open too",
    async (code) => {
      await owner();
      expect(await reasonFor(join(BEN, code))).toBe("invitation_invalid");
      const call = the.open.auth.register({ email: BEN, password: PASSWORD, displayName: "Ben", invitationCode: code });
      expect(await reasonFor(call)).toBe("invitation_invalid");
    },
  );

  test("an address that has an account cannot use it, and keeps its account", async () => {
    const anna = await owner();
    const { invitationCode } = await invite(anna, anna.email, Role.VIEWER);
    expect(await reasonFor(join(anna.email, invitationCode))).toBe("email_taken");
    const me = await the.instance.auth.getMe({}, anna.as);
    expect(me.workspace?.role).toBe(Role.OWNER);
  });

  test("nobody grants more than they have, and members and viewers invite nobody", async () => {
    const anna = await owner();
    const admin = await inviteAndRegister(the.instance, anna, "admin@example.com", Role.ADMIN);
    const member = await inviteAndRegister(the.instance, anna, "member@example.com", Role.MEMBER);
    const viewer = await inviteAndRegister(the.instance, anna, "viewer@example.com", Role.VIEWER);
    expect(await reasonFor(invite(anna, BEN, Role.OWNER))).toBe("ok");
    expect(await reasonFor(invite(admin, BEN, Role.OWNER))).toBe("role_too_high");
    expect(await reasonFor(invite(admin, BEN, Role.ADMIN))).toBe("ok");
    expect(await reasonFor(invite(member, BEN, Role.VIEWER))).toBe("permission_denied");
    expect(await reasonFor(invite(viewer, BEN, Role.VIEWER))).toBe("permission_denied");
    expect(await reasonFor(invite({ ...anna, as: {} }, BEN, Role.VIEWER))).toBe("token_missing");
    expect(await reasonFor(invite(anna, BEN, Role.UNSPECIFIED))).toBe("request_invalid");
  });

  test("a role that was taken away grants nothing, though the token still names it", async () => {
    const anna = await owner();
    const admin = await inviteAndRegister(the.instance, anna, "admin@example.com", Role.ADMIN);
    const members = the.instance.owner.withSchema("auth").updateTable("members");
    await members.set({ role: Role.MEMBER }).where("user_id", "=", admin.userId).execute();
    expect(await reasonFor(invite(admin, BEN, Role.VIEWER))).toBe("permission_denied");
  });

  test("a repeated request_id gives the invitation without its code, and invites once", async () => {
    const anna = await owner();
    const answers = await Promise.all(Array.from({ length: 4 }, () => invite(anna, BEN, Role.MEMBER, REQUEST_ID)));
    answers.push(await invite(anna, BEN, Role.MEMBER, REQUEST_ID));
    expect(answers.filter((answer) => answer.invitationCode !== "")).toHaveLength(1);
    expect(answers.filter((answer) => answer.alreadyDone)).toHaveLength(4);
    expect(new Set(answers.map((answer) => answer.invitation?.invitationId)).size).toBe(1);
    expect(await reasonFor(invite(anna, "eve@example.com", Role.MEMBER, REQUEST_ID))).toBe("request_invalid");
  });

  test("another person's request_id is their own", async () => {
    const anna = await owner();
    const admin = await inviteAndRegister(the.instance, anna, "admin@example.com", Role.ADMIN);
    await invite(anna, BEN, Role.MEMBER, REQUEST_ID);
    expect((await invite(admin, BEN, Role.MEMBER, REQUEST_ID)).alreadyDone).toBe(false);
  });
});
