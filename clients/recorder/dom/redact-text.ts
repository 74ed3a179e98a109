// Patterns of REFERENCE §f: session tokens of Upwork, JSON web tokens, addresses of the viewer.
const SECRETS = [
  /oauth2v2_[\w-]+/g,
  /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g,
  /\bBearer\s+[\w.~+/-]{16,}=*/gi,
  /\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b/g,
  /\b(?:securityToken|access_token|csrf_token)=[^&\s"']+/gi,
];

/** Stands where a secret was. */
export const REDACTED = "[redacted]";

/** Replaces what looks like a token or an IP address; the text around it stays. */
export function redactText(text: string): string {
  return SECRETS.reduce((rest, pattern) => rest.replace(pattern, REDACTED), text);
}
