import {
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescOneof,
  ScalarType,
} from "@bufbuild/protobuf";

/**
 * Prints a file descriptor as .proto source. Enough of the language for the files that we vendor: no services, no
 * maps, no custom options (the runtime library carries those itself; a schema needs only names, numbers and types).
 */
export function printProto(file: DescFile): string {
  const lines = [
    `syntax = "${file.edition === 998 ? "proto2" : "proto3"}";`,
    "",
    `package ${file.proto.package};`,
    "",
    ...file.proto.dependency.map((path) => `import "${path}";`),
    "",
    ...file.extensions.flatMap((extension) => printExtension(extension)),
    ...file.enums.flatMap((desc) => printEnum(desc)),
    ...file.messages.flatMap((desc) => printMessage(desc)),
  ];
  return `${lines.join("\n")}\n`;
}

function printExtension(extension: DescExtension): string[] {
  return [`extend .${extension.extendee.typeName} {`, `  ${printField(extension)}`, "}", ""];
}

function printEnum(desc: DescEnum): string[] {
  return [`enum ${desc.name} {`, ...desc.values.map((value) => `  ${value.name} = ${value.number};`), "}", ""];
}

function printMessage(desc: DescMessage): string[] {
  const body = [
    ...desc.nestedMessages.flatMap((nested) => printMessage(nested)),
    ...desc.nestedEnums.flatMap((nested) => printEnum(nested)),
    ...desc.members.flatMap((member) => (member.kind === "oneof" ? printOneof(member) : [printField(member)])),
    ...desc.proto.extensionRange.map((range) => `extensions ${range.start} to ${lastOf(range.end)};`),
    ...desc.proto.reservedRange.map((range) => `reserved ${range.start} to ${range.end - 1};`),
    ...desc.proto.reservedName.map((name) => `reserved "${name}";`),
    ...desc.nestedExtensions.flatMap((extension) => printExtension(extension)),
  ];
  return [`message ${desc.name} {`, ...body.map((line) => `  ${line}`), "}", ""];
}

/** Ranges end exclusively; the language writes the highest field number as `max`. */
function lastOf(end: number): string {
  return end > 536_870_911 ? "max" : String(end - 1);
}

function printOneof(oneof: DescOneof): string[] {
  return [`oneof ${oneof.name} {`, ...oneof.fields.map((field) => `  ${printField(field, true)}`), "}"];
}

function printField(field: DescField | DescExtension, inOneof = false): string {
  const proto2 = (field.kind === "extension" ? field.file : field.parent.file).edition === 998;
  const label = field.fieldKind === "list" ? "repeated " : proto2 && !inOneof ? "optional " : "";
  return `${label}${typeName(field)} ${field.name} = ${field.number};`;
}

function typeName(field: DescField | DescExtension): string {
  switch (field.fieldKind) {
    case "message":
      return `.${field.message.typeName}`;
    case "enum":
      return `.${field.enum.typeName}`;
    case "scalar":
      return ScalarType[field.scalar].toLowerCase();
    case "list":
      if (field.listKind === "message") return `.${field.message.typeName}`;
      if (field.listKind === "enum") return `.${field.enum.typeName}`;
      return ScalarType[field.scalar].toLowerCase();
    default:
      throw new Error(`printProto: ${field.name} has a kind that it does not print: ${field.fieldKind}`);
  }
}
