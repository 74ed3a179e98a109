import { createFileRegistry, type DescEnum, type DescFile, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Field numbers of descriptor.proto, which the paths of source_code_info are made of. */
const FILE = { message: 4, enum: 5, service: 6 } as const;
const MESSAGE = { field: 2, nested: 3, enum: 4, oneof: 8 } as const;
const ENUM_VALUE = 2;
const METHOD = 2;

type Comments = Map<string, string>;
type Named = [name: string, path: number[]];

/**
 * Prints the comments of our own schemas as TypeScript: full name → text, sorted, so that the same schemas always
 * print the same file. An enum's value is named under its enum. Generated descriptors hold no comments, and the API
 * documentation is made of them at run time. `image` is what `buf build` writes.
 */
export function printComments(image: Uint8Array): string {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const comments: Comments = new Map();
  for (const file of registry.files) {
    if (file.proto.package.startsWith("gigtrail.")) readFile(file, comments);
  }
  const lines = [...comments]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},`);
  return [
    "// Printed by packages/proto/tools/print-comments.ts (bun run generate).",
    "",
    "/** Comments of the .proto files by full name; an enum's value is named under its enum. */",
    "export const comments: Readonly<Record<string, string>> = {",
    ...lines,
    "};",
    "",
  ].join("\n");
}

function readFile(file: DescFile, comments: Comments): void {
  const byPath = new Map<string, string>();
  for (const location of file.proto.sourceCodeInfo?.location ?? []) {
    byPath.set(location.path.join("."), unwrap(location.leadingComments));
  }
  for (const [name, path] of namesOf(file)) {
    const text = byPath.get(path.join("."));
    if (text) comments.set(name, text);
  }
}

/** Lines of a paragraph become one line; an empty line separates paragraphs. */
function unwrap(comment: string): string {
  return comment
    .split(/\n[ \t]*\n/)
    .map((paragraph) =>
      paragraph
        .split("\n")
        .map((line) => line.trim())
        .join(" ")
        .trim(),
    )
    .filter((paragraph) => paragraph !== "")
    .join("\n\n");
}

function namesOf(file: DescFile): Named[] {
  return [
    ...file.messages.flatMap((desc, i) => namesOfMessage(desc, [FILE.message, i])),
    ...file.enums.flatMap((desc, i) => namesOfEnum(desc, [FILE.enum, i])),
    ...file.services.flatMap((service, i): Named[] => [
      [service.typeName, [FILE.service, i]],
      ...service.methods.map((method, j): Named => [
        `${service.typeName}.${method.name}`,
        [FILE.service, i, METHOD, j],
      ]),
    ]),
  ];
}

function namesOfMessage(desc: DescMessage, path: number[]): Named[] {
  const member = (name: string) => `${desc.typeName}.${name}`;
  return [
    [desc.typeName, path],
    ...desc.fields.map((field, i): Named => [member(field.name), [...path, MESSAGE.field, i]]),
    ...desc.oneofs.map((oneof, i): Named => [member(oneof.name), [...path, MESSAGE.oneof, i]]),
    ...desc.nestedMessages.flatMap((nested, i) => namesOfMessage(nested, [...path, MESSAGE.nested, i])),
    ...desc.nestedEnums.flatMap((nested, i) => namesOfEnum(nested, [...path, MESSAGE.enum, i])),
  ];
}

function namesOfEnum(desc: DescEnum, path: number[]): Named[] {
  return [
    [desc.typeName, path],
    ...desc.values.map((value, i): Named => [`${desc.typeName}.${value.name}`, [...path, ENUM_VALUE, i]]),
  ];
}
