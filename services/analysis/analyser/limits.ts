/**
 * Visits kept of one session; twelve hours with a new page every three seconds are 14,400. With the limit of an
 * address (4,096 characters) it bounds the analyser's largest memory.
 */
export const MAX_VISITS = 20_000;

/** Marks kept of one session (see tab-marks.ts): eleven days of input that pauses every four seconds. */
export const MAX_MARKS = 500_000;

/** Tabs looked at in one session; what FinishSession takes. */
export const MAX_TABS = 500;
