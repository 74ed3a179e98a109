import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { type FieldRules, oneof as oneofExtension } from "@gigtrail/proto/gen/buf/validate/validate_pb";
import { commentOf, valueComments } from "./comments.ts";
import { enumKeywords, itemRules, ruleKeywords, rulesOf } from "./field-rules.ts";
import type { Schema } from "./model.ts";
import { requiredFields } from "./required-fields.ts";
import { wellKnownSchema } from "./well-known.ts";

/** A reference to a schema of the document. */
export function refTo(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/**
 * The schemas of a document: protobuf messages and enums in their JSON form. Asking for one adds it and everything
 * that it is made of to `components`.
 */
export class Schemas {
  readonly components: Record<string, Schema> = {};

  /** A reference to a message's schema; protobuf's own messages are written out, being plain strings mostly. */
  message(desc: DescMessage): Schema {
    const wellKnown = wellKnownSchema(desc);
    if (wellKnown !== undefined) return wellKnown;
    if (!(desc.typeName in this.components)) {
      // Entered before its fields are looked at, so that a message may hold itself.
      const schema: Schema = { title: desc.name };
      this.components[desc.typeName] = schema;
      Object.assign(schema, this.#messageSchema(desc));
    }
    return refTo(desc.typeName);
  }

  #messageSchema(desc: DescMessage): Schema {
    const required = requiredFields(desc);
    const choices = desc.oneofs.map((oneof) => oneofSchema(oneof));
    return {
      description: commentOf(desc),
      type: "object",
      properties: Object.fromEntries(desc.fields.map((field) => [field.jsonName, this.#fieldSchema(field)])),
      ...(required.length > 0 ? { required } : {}),
      ...(choices.length > 0 ? { allOf: choices } : {}),
    };
  }

  #fieldSchema(field: DescField): Schema {
    const schema = this.#typeSchema(field, rulesOf(field));
    const description = [commentOf(field), schema.description].filter(Boolean).join(" ");
    return { ...schema, description };
  }

  #typeSchema(field: DescField, rules: FieldRules | undefined): Schema {
    switch (field.fieldKind) {
      case "scalar":
        return { ...scalarSchema(field.scalar), ...ruleKeywords(rules) };
      case "enum":
        return { ...this.#enum(field.enum), ...enumKeywords(rules, field.enum) };
      case "message":
        return this.message(field.message);
      case "list":
        return { type: "array", items: this.#itemSchema(field, itemRules(rules)), ...ruleKeywords(rules) };
      case "map":
        return { type: "object", additionalProperties: this.#itemSchema(field, undefined) };
    }
  }

  #itemSchema(field: DescField & { fieldKind: "list" | "map" }, rules: FieldRules | undefined): Schema {
    if (field.message !== undefined) return this.message(field.message);
    if (field.enum !== undefined) return { ...this.#enum(field.enum), ...enumKeywords(rules, field.enum) };
    return { ...scalarSchema(field.scalar), ...ruleKeywords(rules) };
  }

  #enum(desc: DescEnum): Schema {
    this.components[desc.typeName] ??= {
      title: desc.name,
      description: commentOf(desc),
      type: "string",
      enum: desc.values.map(({ name }) => name),
      "x-enumDescriptions": valueComments(desc),
    };
    return refTo(desc.typeName);
  }
}

/** At most one field of a oneof is set; exactly one where the rule asks for it. */
function oneofSchema(oneof: DescOneof): Schema {
  const each = oneof.fields.map(({ jsonName }): Schema => ({ required: [jsonName] }));
  const none: Schema = { not: { anyOf: each } };
  return {
    description: commentOf(oneof),
    oneOf: getOption(oneof, oneofExtension).required ? each : [...each, none],
  };
}

/** Scalars in protobuf's JSON form: 64-bit numbers as strings, bytes as base64. */
function scalarSchema(scalar: ScalarType): Schema {
  switch (scalar) {
    case ScalarType.STRING:
      return { type: "string" };
    case ScalarType.BOOL:
      return { type: "boolean" };
    case ScalarType.BYTES:
      return { type: "string", contentEncoding: "base64" };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: "number", format: scalar === ScalarType.FLOAT ? "float" : "double" };
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return { type: "string", format: "int64", pattern: "^-?[0-9]{1,19}$" };
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return { type: "string", format: "uint64", pattern: "^[0-9]{1,20}$" };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: "integer", format: "int64", minimum: 0, maximum: 4_294_967_295 };
    default:
      return { type: "integer", format: "int32" };
  }
}
