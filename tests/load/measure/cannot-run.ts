/** A bench cannot run on this machine; the message says what is missing. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
