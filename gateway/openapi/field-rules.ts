import { type DescEnum, type DescField, getOption, isFieldSet } from "@bufbuild/protobuf";
import {
  type BytesRules,
  type EnumRules,
  EnumRulesSchema,
  type FieldRules,
  field as fieldExtension,
  Ignore,
  type RepeatedRules,
  type StringRules,
  StringRulesSchema,
} from "@gigtrail/proto/gen/buf/validate/validate_pb";
import type { Schema } from "./model.ts";
import { numberRules } from "./number-rules.ts";

/** The protovalidate rules of a field; undefined where none apply. */
export function rulesOf(field: DescField): FieldRules | undefined {
  const rules = getOption(field, fieldExtension);
  return rules.ignore === Ignore.ALWAYS ? undefined : rules;
}

/**
 * The JSON Schema keywords that say the same as a value's protovalidate rules. Rules without a counterpart (CEL,
 * byte lengths of strings, bounds in time) are left out: the schema may allow more than the server, never less.
 */
export function ruleKeywords(rules: FieldRules | undefined): Schema {
  if (rules === undefined) return {};
  switch (rules.type.case) {
    case undefined:
    case "bool":
    case "enum":
    case "map":
    case "any":
    case "duration":
    case "fieldMask":
    case "timestamp":
      return {};
    case "string":
      return stringRules(rules.type.value);
    case "bytes":
      return bytesRules(rules.type.value);
    case "repeated":
      return listRules(rules.type.value);
    default:
      return numberRules(rules.type.value);
  }
}

/** The keywords that narrow an enum to the values that a field takes, by their names. */
export function enumKeywords(rules: FieldRules | undefined, desc: DescEnum): Schema {
  if (rules?.type.case !== "enum") return {};
  const value: EnumRules = rules.type.value;
  const names = (numbers: number[]) =>
    desc.values.filter(({ number }) => numbers.includes(number)).map(({ name }) => name);
  if (isFieldSet(value, EnumRulesSchema.field.const)) return { enum: names([value.const]) };
  if (value.in.length > 0) return { enum: names(value.in) };
  return value.notIn.length > 0 ? { not: { enum: names(value.notIn) } } : {};
}

/** The rules of a list's items; undefined where there are none. */
export function itemRules(rules: FieldRules | undefined): FieldRules | undefined {
  return rules?.type.case === "repeated" ? rules.type.value.items : undefined;
}

function stringRules(rules: StringRules): Schema {
  const schema: Schema = {};
  if (isFieldSet(rules, StringRulesSchema.field.const)) schema.const = rules.const;
  const least = rules.len || rules.minLen;
  const most = rules.len || rules.maxLen;
  if (least > 0n) schema.minLength = Number(least);
  if (most > 0n) schema.maxLength = Number(most);
  if (rules.pattern !== "") schema.pattern = rules.pattern;
  if (rules.in.length > 0) schema.enum = [...rules.in];
  if (rules.notIn.length > 0) schema.not = { enum: [...rules.notIn] };
  const format = formatOf(rules);
  if (format !== undefined) schema.format = format;
  return schema;
}

function formatOf(rules: StringRules): string | undefined {
  switch (rules.wellKnown.case) {
    case "email":
    case "hostname":
    case "ipv4":
    case "ipv6":
    case "uri":
    case "uuid":
      return rules.wellKnown.value ? rules.wellKnown.case : undefined;
    case "uriRef":
      return rules.wellKnown.value ? "uri-reference" : undefined;
    default:
      return undefined;
  }
}

/** Bytes travel as base64, whose padding readers do not insist on. */
function bytesRules(rules: BytesRules): Schema {
  const least = Number(rules.len || rules.minLen);
  const most = Number(rules.len || rules.maxLen);
  return {
    ...(least > 0 ? { minLength: Math.ceil((least * 4) / 3) } : {}),
    ...(most > 0 ? { maxLength: Math.ceil(most / 3) * 4 } : {}),
  };
}

function listRules(rules: RepeatedRules): Schema {
  return {
    ...(rules.minItems > 0n ? { minItems: Number(rules.minItems) } : {}),
    ...(rules.maxItems > 0n ? { maxItems: Number(rules.maxItems) } : {}),
    ...(rules.unique ? { uniqueItems: true } : {}),
  };
}
