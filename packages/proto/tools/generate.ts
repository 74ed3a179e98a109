/**
 * `bun run generate`: vendors buf/validate/validate.proto from the descriptor in @bufbuild/protovalidate (buf's
 * schema registry is never asked), then generates TypeScript for every schema into packages/proto/gen, and the
 * schemas' comments beside it (buf empties the folder first).
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import { $ } from "bun";
import { printComments } from "./print-comments.ts";
import { printProto } from "./print-proto.ts";

const root = join(import.meta.dir, "../../..");
process.chdir(root);

const require = createRequire(import.meta.url);
const protovalidate = dirname(require.resolve("@bufbuild/protovalidate"));
const descriptors = (await import(join(protovalidate, "../esm/gen/buf/validate/validate_pb.js"))) as {
  file_buf_validate_validate: DescFile;
};
const vendored = join(root, "packages/proto/vendor/buf/validate/validate.proto");
await Bun.write(vendored, printProto(descriptors.file_buf_validate_validate));
await $`bunx --no-install buf format -w packages/proto/vendor`;
await $`bunx --no-install buf generate`;
const image = new Uint8Array(await $`bunx --no-install buf build -o -`.arrayBuffer());
await Bun.write(join(root, "packages/proto/gen/comments.ts"), printComments(image));
await $`bun fmt packages/proto/gen`.quiet();
