import { reasonOf } from "../../errors.ts";

/** The reason that a call is refused with; anything else that it throws fails the test. */
export async function refusedWith(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return reason;
  }
}
