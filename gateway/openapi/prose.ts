import { type Markup, markup, type Part } from "./markup.ts";

/**
 * Renders our own descriptions: paragraphs, lists, headings (`## `, shown as h3), code between fences, and within a
 * line `code` and [links](https://…). Everything else of Markdown is plain text, and HTML in it is shown, not obeyed.
 */
export function prose(text: string): Markup {
  // Every second piece stood between fences.
  const pieces = text.split(/^```\n?/m);
  return markup`${pieces.map((piece, i) => (i % 2 === 1 ? codeBlock(piece.trimEnd()) : blocks(piece)))}`;
}

/** Code that scrolls by itself where it is too wide, by keyboard too. */
export function codeBlock(code: string, label = "Example"): Markup {
  return markup`<pre tabindex="0" role="region" aria-label="${label}"><code>${code}</code></pre>`;
}

/** Renders a text of one line. */
export function inline(text: string): Markup {
  return markup`${text.split(/(`[^`]+`|\[[^\]]+\]\(https:\/\/[^)\s]+\))/).map((piece) => inlinePiece(piece))}`;
}

/** An address that may be broken at its slashes. */
export function breakable(path: string): Markup {
  return markup`${path.split(/(?=\/)/).map((piece) => markup`${piece}<wbr>`)}`;
}

function inlinePiece(piece: string): Part {
  if (piece.length > 2 && piece.startsWith("`")) return markup`<code>${piece.slice(1, -1)}</code>`;
  const link = /^\[(?<label>[^\]]+)\]\((?<address>https:[^)]+)\)$/.exec(piece)?.groups;
  return link === undefined ? piece : markup`<a href="${link["address"]}">${link["label"]}</a>`;
}

function blocks(text: string): Markup {
  const paragraphs = text.split(/\n{2,}/).filter((block) => block.trim() !== "");
  return markup`${paragraphs.map((block) => blockOf(block.trim()))}`;
}

function blockOf(block: string): Markup {
  if (block.startsWith("## ")) {
    const title = block.slice(3);
    return markup`<h3 id="${anchor(title)}">${inline(title)}</h3>\n`;
  }
  if (!block.startsWith("- ")) return markup`<p>${inline(block)}</p>\n`;
  const items = block.slice(2).split(/\n- /);
  return markup`<ul>${items.map((item) => markup`<li>${inline(item)}</li>`)}</ul>\n`;
}

function anchor(title: string): string {
  return `about-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
}
