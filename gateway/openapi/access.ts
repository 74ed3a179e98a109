import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { type AccessRule, access, Role, RoleSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";

/** Name of the security scheme that the document declares for access tokens. */
export const BEARER = "bearer";

/**
 * Calls that need no token and are for Gigtrail's own services all the same: a service proves itself by its secret in
 * the body, so its rule says `anyone`. The gateway serves none of them.
 */
const SERVICES_ONLY: ReadonlySet<string> = new Set(["gigtrail.auth.v1.AuthService.IssueServiceToken"]);

/** Whether people and their devices reach this RPC through the gateway. */
export function isPublic(method: DescMethod): boolean {
  const rule = accessOf(method);
  if (SERVICES_ONLY.has(`${method.parent.typeName}.${method.name}`)) return false;
  return rule.anyone || rule.leastRole !== Role.UNSPECIFIED;
}

/** The access rule of an RPC, as the contract states it. */
export function accessOf(method: DescMethod): AccessRule {
  return getOption(method, access);
}

/** Who may call, as a sentence for people. */
export function accessSentence(rule: AccessRule): string {
  if (rule.anyone) return "Anyone; no token is asked for.";
  const who = `A signed-in user with the role ${roleName(rule.leastRole)} or a higher one`;
  return rule.devices ? `${who}, or a paired device of such a user.` : `${who}.`;
}

/** The same as OpenAPI security requirements; the least role stands where the standard has room for roles. */
export function securityOf(rule: AccessRule): Record<string, string[]>[] {
  return rule.anyone ? [] : [{ [BEARER]: [roleName(rule.leastRole)] }];
}

function roleName(role: Role): string {
  return RoleSchema.value[role]?.localName.toLowerCase() ?? String(role);
}
