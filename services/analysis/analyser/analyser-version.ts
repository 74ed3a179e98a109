/**
 * Version of the analyser. It stands with every result; raise it with each change that gives another result for the
 * same events, for that is what makes sessions be analysed again.
 */
export const ANALYSER_VERSION = 1;
