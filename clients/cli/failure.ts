/** A command that cannot do what it was asked to. The message is one plain sentence that says what to do. */
export class CliFailure extends Error {
  override readonly name: string = "CliFailure";
}

/** The command line itself is wrong; ends with exit code 2. */
export class UsageFailure extends CliFailure {
  override readonly name = "UsageFailure";
}
