import { docsPage } from "./docs-page.ts";
import { DOCS_STYLE } from "./docs-style.ts";
import { openApiDocument, type OpenApiOptions } from "./document.ts";

/** A page that is ready to be sent. */
export interface ServedPage {
  body: string;
  contentType: string;
  /** Everything but the content type; the ETag is strong. */
  headers: Readonly<Record<string, string>>;
}

/** The two answers that the API's description is served with. */
export interface ServedDocs {
  /** For GET /openapi.json. */
  openApiJson(): ServedPage;
  /** For GET /docs. */
  docsHtml(): ServedPage;
}

const MAX_AGE_S = 300;

/**
 * Describes the API. Each answer is made when it is first asked for and kept; it depends on nothing but the options, so
 * there is nothing to forget.
 */
export function servedDocs(options: OpenApiOptions): ServedDocs {
  const document = once(() => openApiDocument(options));
  return {
    openApiJson: once(() => served(JSON.stringify(document()), "application/json", {})),
    docsHtml: once(() =>
      served(docsPage(document()), "text/html; charset=utf-8", { "content-security-policy": docsPolicy() }),
    ),
  };
}

/** Nothing may be loaded or run; the page's own style is known by its hash. */
function docsPolicy(): string {
  const style = `'sha256-${new Bun.CryptoHasher("sha256").update(DOCS_STYLE).digest("base64")}'`;
  return `default-src 'none'; style-src ${style}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function served(body: string, contentType: string, more: Record<string, string>): ServedPage {
  const hash = new Bun.CryptoHasher("sha256").update(body).digest("base64url");
  return {
    body,
    contentType,
    headers: {
      "cache-control": `public, max-age=${MAX_AGE_S}`,
      etag: `"${hash}"`,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...more,
    },
  };
}

function once<T>(make: () => T): () => T {
  let kept: { value: T } | undefined;
  return () => (kept ??= { value: make() }).value;
}
