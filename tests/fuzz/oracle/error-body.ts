import { fromBinary } from "@bufbuild/protobuf";
import { REASONS } from "@gigtrail/platform/reasons";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";

interface ErrorJson {
  readonly code?: unknown;
  readonly details?: readonly { readonly type?: unknown; readonly value?: unknown }[];
}

/** The reason in an error as Connect writes it; undefined where there is none of ours. */
export function reasonInError(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  const detail = error.details?.find(({ type }) => type === "gigtrail.common.v1.ErrorInfo");
  if (typeof detail?.value !== "string") return undefined;
  const { reason } = fromBinary(ErrorInfoSchema, Buffer.from(detail.value, "base64"));
  return Object.hasOwn(REASONS, reason) ? reason : undefined;
}

/** JSON as a value; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isError(value: unknown): value is ErrorJson {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}
