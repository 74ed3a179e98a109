import {
  type RecordingSettings,
  RecordingSettings_WhenFull,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/recording_settings_pb";
import { parseArguments, requireChoice, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { UsageFailure } from "../failure.ts";
import { formatBytes } from "../terminal/format.ts";
import { formatTable } from "../terminal/table.ts";
import type { Command } from "./command.ts";

/** Changes one thing in settings. */
type Change = (next: RecordingSettings) => void;

const WHEN_FULL = {
  refuse: RecordingSettings_WhenFull.REFUSE,
  "remove-oldest": RecordingSettings_WhenFull.REMOVE_OLDEST,
} as const;
const YES_NO = { yes: true, no: false } as const;
/** The word for what the server holds by itself. */
const BY_SERVER = "default";

/** Shows how the workspace's recordings are kept, and changes it. */
export const settings: Command = {
  usage: "settings",
  summary: "Show how the workspace's recordings are kept, or change it (for its admins)",
  options: [
    `--retention-days N  remove events after so many days; 0: never; ${BY_SERVER}: as the server says`,
    `--byte-budget N     bytes that may be stored; 0: no limit; ${BY_SERVER}: as the server says`,
    "--when-full WHAT    refuse or remove-oldest",
    "--keep-emails WORD  yes: e-mail addresses stay readable; no: they are masked",
    "--keep-inputs WORD  yes: what is typed stays readable; no: it is masked",
    "                    What is not named stays as it is.",
  ],
  async run(argv, io) {
    const { values } = parseArguments(argv, {
      ...SERVER_OPTIONS,
      "retention-days": { type: "string" },
      "byte-budget": { type: "string" },
      "when-full": { type: "string" },
      "keep-emails": { type: "string" },
      "keep-inputs": { type: "string" },
    });
    const changes = changesOf(values);
    await withConnection(io, values.server, async ({ ingest, unary }) => {
      let { settings: now } = await ingest.getRecordingSettings({}, unary);
      if (now !== undefined && changes.length > 0) {
        // All of them are replaced at once: those that are not named are sent as they hold.
        const next = { ...now };
        for (const change of changes) change(next);
        ({ settings: now } = await ingest.updateRecordingSettings({ settings: next }, unary));
      }
      if (now !== undefined) await io.stdout.write(formatTable(["SETTING", "VALUE"], rowsOf(now)));
    });
  },
};

/** What the options change. Throws UsageFailure for what cannot be a value. */
function changesOf(values: Readonly<Record<string, string | undefined>>): Change[] {
  const { "retention-days": days, "byte-budget": bytes } = values;
  const { "when-full": whenFull, "keep-emails": emails, "keep-inputs": inputs } = values;
  const changes: Change[] = [];
  if (days !== undefined) {
    const count = toNumber("--retention-days", days);
    changes.push((next) => {
      if (count === undefined) delete next.retentionDays;
      else next.retentionDays = count;
    });
  }
  if (bytes !== undefined) {
    const count = toNumber("--byte-budget", bytes);
    changes.push((next) => {
      if (count === undefined) delete next.byteBudget;
      else next.byteBudget = BigInt(count);
    });
  }
  if (whenFull !== undefined) {
    const choice = WHEN_FULL[requireChoice("--when-full", whenFull, WHEN_FULL)];
    changes.push((next) => void (next.whenFull = choice));
  }
  if (emails !== undefined) {
    const keepEmailAddresses = YES_NO[requireChoice("--keep-emails", emails, YES_NO)];
    changes.push((next) => void (next.keepEmailAddresses = keepEmailAddresses));
  }
  if (inputs !== undefined) {
    const keepInputs = YES_NO[requireChoice("--keep-inputs", inputs, YES_NO)];
    changes.push((next) => void (next.keepInputs = keepInputs));
  }
  return changes;
}

/** undefined: as the server says. */
function toNumber(option: string, word: string): number | undefined {
  if (word === BY_SERVER) return undefined;
  const value = Number(word);
  if (!/^\d+$/.test(word) || !Number.isSafeInteger(value)) {
    throw new UsageFailure(`${option} must be a whole number, or ${BY_SERVER}.`);
  }
  return value;
}

function rowsOf({ retentionDays, byteBudget, whenFull, keepEmailAddresses, keepInputs }: RecordingSettings) {
  const budget = byteBudget ?? 0n;
  return [
    ["events are removed after", retentionDays ? `${retentionDays} days` : "never"],
    ["byte budget", budget === 0n ? "none" : `${formatBytes(budget)} (${budget} bytes)`],
    ["when it is used up", whenFull === WHEN_FULL["remove-oldest"] ? "remove-oldest" : "refuse"],
    ["e-mail addresses", keepEmailAddresses ? "kept" : "masked"],
    ["what is typed", keepInputs ? "kept" : "masked"],
  ];
}
