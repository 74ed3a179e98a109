/** Told of a call after it was made; what it returns is what the page gets. */
export type AfterCall = (call: { self: unknown; args: readonly unknown[]; result: unknown }) => unknown;

/**
 * Wraps a method of the page so that we hear of its calls. The page must not notice: the call itself is the original's
 * (errors pass unchanged), an error of ours goes to `onError`, and name, length and printed source stay, for it is a
 * proxy. Returns what undoes it; where somebody has wrapped ours meanwhile, ours goes quiet instead.
 */
export function wrapMethod(
  owner: object,
  name: string,
  after: AfterCall,
  onError: (error: unknown) => void,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") return () => {};
  let listening = true;
  const wrapped = new Proxy(original, {
    apply(target, self: unknown, args: unknown[]) {
      const result: unknown = Reflect.apply(target, self, args);
      if (!listening) return result;
      try {
        return after({ self, args, result });
      } catch (error) {
        onError(error);
        return result;
      }
    },
  });
  Reflect.defineProperty(owner, name, { value: wrapped, configurable: true, writable: true, enumerable: true });
  return () => {
    listening = false;
    if (Reflect.get(owner, name) !== wrapped) return;
    if (before) Reflect.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}
