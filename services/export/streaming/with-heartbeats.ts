/** Passes items on, and `undefined` whenever none has come for `everyMs`. Asks for the next only when it is wanted. */
export async function* withHeartbeats<T>(items: AsyncIterable<T>, everyMs: number): AsyncGenerator<T | undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const result = await within(next, everyMs);
      if (result === undefined) {
        yield undefined;
        continue;
      }
      if (result.done === true) return;
      yield result.value;
      next = iterator.next();
    }
  } finally {
    // Whoever leaves does not wait for the item under way, and has no use for its failure.
    next.catch(() => undefined);
    iterator.return?.().catch(() => undefined);
  }
}

/** What the promise gives, or undefined when that takes longer. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
