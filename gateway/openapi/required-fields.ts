import { create, type DescMessage } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";

const validator = createValidator();

/**
 * The fields that a message cannot go without, by their JSON names. Asked of protovalidate itself: what it says of an
 * empty message is what the server says, be the rule `required`, a least length, or a UUID that "" is not.
 */
export function requiredFields(desc: DescMessage): string[] {
  const result = validator.validate(desc, create(desc));
  if (result.kind === "error") throw result.error;
  if (result.kind === "valid") return [];
  const broken = new Set(result.violations.map(({ field }) => field[0]));
  return desc.fields.filter((field) => broken.has(field)).map(({ jsonName }) => jsonName);
}
