import { callArticle, callAt, callName, type DocsCall, reasonText } from "./docs-operation.ts";
import { DocsSchemas, shortName } from "./docs-schema.ts";
import { DOCS_STYLE } from "./docs-style.ts";
import { commonReasons, REASON_SCHEMA } from "./errors.ts";
import { Markup, markup } from "./markup.ts";
import type { OpenApiDocument } from "./model.ts";
import { inline, prose } from "./prose.ts";

interface Group {
  name: string;
  description: string;
  calls: DocsCall[];
}

/**
 * The document as one page to read. It needs no script and loads nothing; its only style stands in the page, so that a
 * policy of `default-src 'none'` with the style's hash is enough. Every text of the document is escaped.
 */
export function docsPage(document: OpenApiDocument): string {
  const { info } = document;
  const schemas = new DocsSchemas(document);
  const groups = groupsOf(document);
  const reasons = document.components.schemas[REASON_SCHEMA]?.["x-enumDescriptions"] ?? {};
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} ${info.version}</title>
<style>${new Markup(DOCS_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>${info.title} <small>${info.version}</small></h1>
<p>For programs: <a href="/openapi.json">openapi.json</a> (OpenAPI ${document.openapi})</p>
</header>
<div class="columns">
${contents(groups, schemas)}
<main id="main" tabindex="-1">
<section id="about"><h2>About</h2>
${prose(info.description)}</section>
${groups.map(
  ({ name, description, calls }) => markup`<section id="group-${name}"><h2>${name}</h2>
<p>${inline(description)}</p>
<ul class="calls">${calls.map((call) => markup`<li><a href="#${call.operation.operationId}">${callName(call)}</a> <span>${inline(call.operation.summary)}</span></li>`)}</ul>
${calls.map((call) => callArticle(call, schemas, reasons))}</section>\n`,
)}
<section id="types"><h2>Types</h2>
${schemas.linked.map((name) => schemas.section(name))}</section>
${reasonsSection(reasons)}
</main>
</div>
</body>
</html>
`;
  return page.text;
}

function groupsOf({ tags, paths }: OpenApiDocument): Group[] {
  const calls = Object.entries(paths).flatMap(([path, item]) => callAt(path, item) ?? []);
  return tags.map(({ name, description }) => ({
    name,
    description,
    calls: calls.filter(({ operation }) => operation.tags.includes(name)),
  }));
}

/** The table of contents. On narrow screens the style shows its first level only; each group lists its calls itself. */
function contents(groups: Group[], schemas: DocsSchemas): Markup {
  return markup`<nav aria-label="Contents"><ul>
<li><a href="#about">About</a></li>
${groups.map(
  ({ name, calls }) => markup`<li><a href="#group-${name}">${name}</a>
<ul>${calls.map((call) => markup`<li><a href="#${call.operation.operationId}">${callName(call)}</a></li>`)}</ul></li>\n`,
)}
<li><a href="#types">Types</a>
<ul>${schemas.linked.map((name) => markup`<li><a href="#type-${name}">${shortName(name)}</a></li>`)}</ul></li>
<li><a href="#reasons">Reasons of errors</a></li>
</ul></nav>`;
}

function reasonsSection(reasons: Record<string, string>): Markup {
  const common = commonReasons(true).map((reason, i) => markup`${i === 0 ? "" : ", "}<code>${reason}</code>`);
  return markup`<section id="reasons"><h2>Reasons of errors</h2>
<p>Any call may answer ${common}. The others are listed with their calls.</p>
<dl class="fields">${Object.entries(reasons).map(([reason, text]) => {
    const { status, code, sentence } = reasonText(text);
    return markup`<div><dt><code>${reason}</code> <span class="type">${status} ${code}</span></dt><dd>${inline(sentence)}</dd></div>`;
  })}</dl></section>`;
}
