/**
 * What happened to a tab that matters for the division of time, in order of time. A mark is a time and a number: that
 * of the visit which begins, or one of these.
 */
export const MARK = {
  /** A run of user input begins (see RUN_GAP_MS). */
  runStart: -1,
  /** It ends, with its last input. */
  runEnd: -2,
  hidden: -3,
  shown: -4,
  /** A page is entered that no visit is kept of. */
  unkeptPage: -5,
  /** The tab's last event. */
  end: -6,
} as const;

/** Input with shorter pauses than this is one run: nobody changes windows and comes back faster. */
export const RUN_GAP_MS = 2_000;

/** The marks of one tab. */
export interface TabMarks {
  readonly tabId: string;
  /** Never falls. */
  readonly timesMs: readonly number[];
  /** As many; see MARK. */
  readonly codes: readonly number[];
}
