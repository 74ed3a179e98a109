import type { DescEnum, DescField, DescMessage, DescMethod, DescOneof, DescService } from "@bufbuild/protobuf";
import { comments } from "@gigtrail/proto/gen/comments";

/** The comment above a declaration in its .proto file; empty where there is none. */
export function commentOf(desc: DescMessage | DescEnum | DescField | DescOneof | DescService | DescMethod): string {
  return comments[fullName(desc)] ?? "";
}

/** The comments of an enum's values, by the value's name. */
export function valueComments(desc: DescEnum): Record<string, string> {
  return Object.fromEntries(desc.values.map(({ name }) => [name, comments[`${desc.typeName}.${name}`] ?? ""]));
}

/**
 * The first sentence of a text, without its full stop, to stand in a list. A colon ends it too; what stands in
 * brackets does not.
 */
export function firstSentence(text: string): string {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (depth === 0 && /^[.:](?:\s|$)/.test(text.slice(i, i + 2))) return text.slice(0, i);
  }
  return text;
}

function fullName(desc: DescMessage | DescEnum | DescField | DescOneof | DescService | DescMethod): string {
  return "typeName" in desc ? desc.typeName : `${desc.parent.typeName}.${desc.name}`;
}
