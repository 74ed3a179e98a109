/** How much of what is personal a workspace keeps. Secrets are masked under every policy. */
export interface ScrubPolicy {
  /**
   * What the user types stays readable. Off unless both the workspace's policy and the recorder say so: a chunk cannot
   * know whether an input is a password. Hidden and password inputs are masked nevertheless where they can be told.
   */
  readonly plainInputs: boolean;
  /** E-mail addresses are masked. On by default: on Upwork they stand in messages and belong to other people. */
  readonly maskEmails: boolean;
}

/** Holds where a workspace has not chosen otherwise. */
export const DEFAULT_SCRUB_POLICY: ScrubPolicy = { plainInputs: false, maskEmails: true };
