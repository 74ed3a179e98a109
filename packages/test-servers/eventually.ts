/** How long to wait for something that must come about, in milliseconds: generous, since it ends as soon as it holds. */
const PATIENCE_MS = 20_000;
const POLL_MS = 10;

/**
 * Waits until the check no longer throws, and gives what it returns; throws its last error after 20 s (or `patienceMs`).
 *
 *     await eventually(() => expect(heard).toEqual(["one", "two"]));
 */
export async function eventually<T>(check: () => T | Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await Bun.sleep(POLL_MS);
    }
  }
}
