import { type Html, html, Html as RawHtml } from "./html.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { STYLE } from "./style.ts";

/** What differs between pages. */
export interface PageParts {
  title: string;
  main: Html;
  /** Inline scripts with the page's state. */
  state?: Html;
}

/** A whole page: navigation with the account's name (which no recording may hold), content, state, script. */
export function layout({ title, main, state }: PageParts): string {
  const page = html`<html lang="en" theme="air-3-0">
    <head>
      <meta charset="utf-8" />
      <title>${title}</title>
      <style>
        ${new RawHtml(STYLE)}
      </style>
    </head>
    <body>
      <div id="__nuxt">
        <div class="nav-v2">
          <nav aria-label="Main">
            <a class="nav-logo" href="/nx/find-work/best-matches" aria-label="Upwork Home">find</a>
            <a class="nav-item" href="/nx/find-work/best-matches">Find work</a
            ><a class="nav-item" href="/nx/search/jobs/?q=react+typescript&amp;sort=recency">Search</a>
            <a class="nav-item" href="/nx/proposals/">Proposals</a
            ><a class="nav-item" href="/nx/plans/connects/history/">Connects</a
            ><a class="nav-item" href="/ab/messages/rooms/">Messages</a>
            <button data-cy="menu-item-trigger" class="nav-item-label rr-block" aria-label="Account Mara Lindqvist">
              <span class="nav-user-info">Mara Lindqvist<small>Freelancer</small></span>
            </button>
          </nav>
        </div>
        <main id="main">${main}</main>
      </div>
      ${state}
      <script>
        ${new RawHtml(PAGE_SCRIPT)};
      </script>
    </body>
  </html>`;
  return `<!doctype html>${page.text}`;
}
