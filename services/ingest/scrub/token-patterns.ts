import { MASK } from "./mask.ts";

const OAUTH_TOKEN = /oauth2v2_[\w-]+/g;

// A token has a digit or is long: "bearer certificates" are no credential.
const BEARER_TOKEN = /(bearer)((?:\s|%20|\+){1,4})((?=[a-zA-Z._~+/=-]{0,64}\d)[\w.~+/=-]{8,}|[\w.~+/=-]{24,})/gi;

// A user and a password before a host (RFC 3986, 3.2.1).
const URL_CREDENTIALS = /(:\/\/)[^\s/?#@"'<>\\]{0,200}:[^\s/?#@"'<>\\]{1,400}@/g;

const JWT_START = "eyJ";
const MIN_JWT_HEADER_CHARS = 10;

/**
 * Masks access tokens wherever they stand in a text: JSON Web Tokens, Upwork's OAuth tokens, bearer
 * credentials, credentials in an address.
 */
export function maskTokens(text: string): string {
  let masked = text.includes(JWT_START) ? maskJwts(text) : text;
  if (masked.includes("oauth2v2_")) masked = masked.replace(OAUTH_TOKEN, MASK);
  if (masked.includes("@") && masked.includes("://")) masked = masked.replace(URL_CREDENTIALS, `$1${MASK}@`);
  return masked.includes("earer") || masked.includes("EARER") ? masked.replace(BEARER_TOKEN, `$1$2${MASK}`) : masked;
}

/** header.payload.signature, the last part possibly empty (RFC 7519); five parts when encrypted (RFC 7516). */
function maskJwts(text: string): string {
  let masked = "";
  let copied = 0;
  for (let start = text.indexOf(JWT_START); start >= 0; start = text.indexOf(JWT_START, copied)) {
    const headerEnd = skipBase64Url(text, start);
    let end = headerEnd;
    let dots = 0;
    while (text[end] === "." && dots < 4) {
      end = skipBase64Url(text, end + 1);
      dots += 1;
    }
    const isJwt = dots >= 2 && headerEnd - start >= MIN_JWT_HEADER_CHARS;
    // Another start within the same run of letters would end alike, so the run is done with: one pass.
    masked += text.slice(copied, isJwt ? start : headerEnd) + (isJwt ? MASK : "");
    copied = isJwt ? end : headerEnd;
  }
  return masked + text.slice(copied);
}

function skipBase64Url(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBase64Url(text.charCodeAt(at))) at += 1;
  return at;
}

function isBase64Url(code: number): boolean {
  const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  return isLetter || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f;
}
