import { codeToString } from "@connectrpc/connect/protocol-connect";
import { errorResponse } from "@gigtrail/gateway/http/error-response";
import { REASON_HEADER, refusal } from "@gigtrail/platform/errors";
import { createLog } from "@gigtrail/platform/log";
import { REASONS, type Reason } from "@gigtrail/platform/reasons";
import { code, page, table } from "./markdown.ts";

/** docs/errors.md: every reason that a call can be refused with. */
export function errorsPage(): string {
  const log = createLog("docs", "silent");
  const rows = Object.entries(REASONS).map(([reason, [connectCode, sentence]]) => {
    const { status } = errorResponse(refusal(reason as Reason), log);
    return [code(reason), code(codeToString(connectCode)), String(status), sentence];
  });
  return page(
    "# Errors",
    "An answer that refuses is JSON with Connect's `code`, a `message` for people, and in `details` a\n" +
      "`gigtrail.common.v1.ErrorInfo` with the `reason` for programs and, where waiting helps, `retry_after_ms`. The\n" +
      `reason also stands in the header \`${REASON_HEADER}\`, the wait in \`retry-after\` (seconds). A reason is never\n` +
      "reworded or used for something else once it is released; the message may be more precise than the sentence here.",
    table(["reason", "code", "HTTP", "what to do"], rows),
  );
}
