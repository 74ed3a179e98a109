import { reasonOf } from "@gigtrail/platform/errors";

/** The reason that a call is refused with. */
export async function refused(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
  } catch (error) {
    return reasonOf(error) ?? String(error);
  }
  return "not refused";
}
