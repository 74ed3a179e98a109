import { MASK } from "./mask.ts";

const AT = /@|%40/g;
const LOCAL_CHAR = /[\w.+'\u00c0-\u024f-]/;
const DOMAIN = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.(xn--[a-z0-9-]{2,59}|[a-z]{2,24})(?![a-z0-9])/i;
const DOMAIN_RUN = /[a-z0-9.-]*/iy;

// "icon@2x.png" is a picture for a finer screen, "vue@3.js" a script.
const FILE_ENDING = /^(?:png|jpe?g|gif|webp|svg|avif|ico|css|js|mjs|json|map|html?)$/i;

/** Masks e-mail addresses in a text, also with the percent-encoded @ of URLs. */
export function maskEmails(text: string): string {
  let masked = "";
  let copied = 0;
  AT.lastIndex = 0;
  for (let at = AT.exec(text); at !== null; at = AT.exec(text)) {
    const start = localStart(text, at.index, copied);
    const end = domainEnd(text, AT.lastIndex);
    if (start === at.index || end === undefined) continue;
    masked += text.slice(copied, start) + MASK;
    copied = end;
    AT.lastIndex = end;
  }
  return copied === 0 ? text : masked + text.slice(copied);
}

function localStart(text: string, end: number, floor: number): number {
  let at = end;
  while (at > floor && LOCAL_CHAR.test(text[at - 1] ?? "")) at -= 1;
  return at;
}

function domainEnd(text: string, start: number): number | undefined {
  DOMAIN_RUN.lastIndex = start;
  const run = DOMAIN_RUN.exec(text)?.[0] ?? "";
  const domain = DOMAIN.exec(run);
  if (domain?.[1] === undefined || FILE_ENDING.test(domain[1])) return undefined;
  return start + domain[0].length;
}
