import type { NavCause } from "./recorder-event.ts";
import { wrapMethod } from "./wrap-method.ts";

/**
 * Tells of every address that a page takes on without a load: `pushState`, `replaceState`, back and forward. A
 * `replaceState` that leaves the address alone (pages store scroll offsets so) is not told.
 */
export function watchHistory(
  onNav: (cause: NavCause, url: string) => void,
  onError: (error: unknown) => void,
): () => void {
  let address = location.href;
  const tell = (cause: NavCause) => {
    if (cause === "CAUSE_REPLACE" && location.href === address) return;
    address = location.href;
    onNav(cause, address);
  };
  const wrap = (method: "pushState" | "replaceState", cause: NavCause) => {
    const after = ({ result }: { result: unknown }) => {
      tell(cause);
      return result;
    };
    return wrapMethod(history, method, after, onError);
  };
  const undoPush = wrap("pushState", "CAUSE_PUSH");
  const undoReplace = wrap("replaceState", "CAUSE_REPLACE");
  const onPop = () => tell("CAUSE_POP");
  addEventListener("popstate", onPop, { capture: true });
  return () => {
    undoPush();
    undoReplace();
    removeEventListener("popstate", onPop, { capture: true });
  };
}
