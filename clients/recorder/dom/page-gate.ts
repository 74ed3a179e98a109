import { mayRecord } from "@gigtrail/upwork/may-record";

/** Makes the check whether the page may be recorded at its address of now; remembers the answer while it stays the same. */
export function pageGate(): () => boolean {
  let address: string | undefined;
  let allowed = false;
  return () => {
    if (address !== location.href) {
      address = location.href;
      allowed = mayRecord(address);
    }
    return allowed;
  };
}
