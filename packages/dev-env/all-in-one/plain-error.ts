/** An error whose message is all that the person at the terminal needs: what is wrong and what to do. */
export class PlainError extends Error {
  override readonly name = "PlainError";
}
