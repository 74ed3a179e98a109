/**
 * An error that whoever runs Gigtrail can mend. Its message is all that they need: what is wrong and what to do. It is
 * shown without a trace.
 */
export class PlainError extends Error {
  override readonly name: string = "PlainError";
}
