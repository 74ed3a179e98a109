import { refusal } from "@gigtrail/platform/errors";

/**
 * An address as it is stored and compared: without regard to case, and in Unicode's composed form (NFC), so that what
 * looks alike on every keyboard is alike. Nothing else is changed: to a mail server, a dot or a plus can matter.
 */
export function normalizeEmail(email: string): string {
  const normal = email.trim().toLowerCase().normalize("NFC");
  if (normal.includes("\0")) throw refusal("request_invalid", { message: "email: must not contain NUL" });
  return normal;
}
