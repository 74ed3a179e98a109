import { refusal } from "@gigtrail/platform/errors";

/** A name as it is stored. PostgreSQL's text cannot hold NUL; `field` says where it was. */
export function storableName(field: string, name: string): string {
  if (name.includes("\0")) throw refusal("request_invalid", { message: `${field}: must not contain NUL` });
  return name.normalize("NFC");
}
