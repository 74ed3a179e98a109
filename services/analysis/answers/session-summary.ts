import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { SessionSummarySchema } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { Summary } from "../analyser/result.ts";

/** The figures of a session as the contract's message. */
export function toSessionSummary(summary: Summary): MessageInitShape<typeof SessionSummarySchema> {
  return {
    eventCount: BigInt(summary.eventCount),
    unusableEvents: BigInt(summary.unusableEvents),
    visitCount: summary.visitCount,
    jobCount: summary.jobCount,
    activeTime: durationFromMs(summary.activeMs),
    idleTime: durationFromMs(summary.idleMs),
    pageKinds: summary.pageKinds.map(({ pageKind, visitCount, activeMs }) => ({
      pageKind,
      visitCount,
      activeTime: durationFromMs(activeMs),
    })),
  };
}
