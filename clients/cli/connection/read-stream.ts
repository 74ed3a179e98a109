import type { TokenSource } from "../session/token-source.ts";
import { reasonOf } from "./reason-of.ts";

/** Reads a server stream; one that is refused with `token_expired` before its first message is opened once more. */
export async function* readStream<Message>(
  tokens: TokenSource,
  open: () => AsyncIterable<Message>,
): AsyncGenerator<Message, void, undefined> {
  const token = await tokens.accessToken();
  let begun = false;
  try {
    for await (const message of open()) {
      begun = true;
      yield message;
    }
    return;
  } catch (error) {
    if (begun || reasonOf(error) !== "token_expired") throw error;
  }
  await tokens.accessToken(token);
  yield* open();
}
