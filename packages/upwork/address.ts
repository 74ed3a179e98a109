/** Which part of the web an address belongs to, seen from Upwork. */
export type Site =
  /** The web application, `www.upwork.com`: the only host whose paths have page kinds. */
  | "app"
  /** The help centre, `support.upwork.com`. */
  | "support"
  /** Any other host under `upwork.com`. */
  | "subdomain"
  /** Everything else, and what is no address at all. */
  | "external";

/** An address taken apart as far as Gigtrail needs it. */
export interface Address {
  readonly site: Site;
  /** As the URL standard reads it; undefined where it cannot. */
  readonly url: URL | undefined;
  /** The path's segments, percent-decoded once, without empty ones and without `;` parameters. */
  readonly segments: readonly string[];
}

const APP_ORIGIN = "https://www.upwork.com";
const WRAPPERS = /^(?:\s*(?:view-source|blob|filesystem):)+/i;
const BARE_UPWORK_HOST = /^(?:[a-z0-9-]+\.)*upwork\.com\.*(?=[:/\\?#]|$)/i;

/**
 * Reads an address. Never throws: what is no address has site `external` and no `url`. A path alone (`/jobs/~02…`, as
 * in a link of a page) is read as one of www.upwork.com; a host without its scheme as https.
 */
export function parseAddress(raw: string): Address {
  const url = parseUrl(raw);
  if (url === undefined) return { site: "external", url, segments: [] };
  return { site: siteOf(url), url, segments: segmentsOf(url.pathname) };
}

function parseUrl(raw: string): URL | undefined {
  const text = raw.trim().replace(WRAPPERS, "").trim();
  if (/^[\\/](?![\\/])/.test(text)) return tryUrl(APP_ORIGIN + text);
  if (/^[\\/]{2}/.test(text)) return tryUrl(`https:${text}`);
  return tryUrl(BARE_UPWORK_HOST.test(text) ? `https://${text}` : text);
}

function tryUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function siteOf(url: URL): Site {
  if (url.protocol !== "https:" && url.protocol !== "http:") return "external";
  const host = url.hostname.replace(/\.+$/, "");
  if (host === "www.upwork.com" || host === "upwork.com") return "app";
  if (host === "support.upwork.com") return "support";
  return host.endsWith(".upwork.com") ? "subdomain" : "external";
}

function segmentsOf(pathname: string): string[] {
  return pathname
    .split("/")
    .map((segment) => decodeOnce(segment.replace(/;.*$/s, "")))
    .filter((segment) => segment !== "");
}

/** Undoes one layer of percent-encoding; what is not valid UTF-8 stays as it is. */
export function decodeOnce(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  });
}
