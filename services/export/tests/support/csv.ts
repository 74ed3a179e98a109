/**
 * Reads CSV as RFC 4180 defines it and nothing more lenient: a quotation mark only around a whole field, doubled
 * within; rows end in CRLF, the last one too. Throws on anything else.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
      row.push(field.value);
      at = field.end;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text.slice(at, at + 2) !== "\r\n")
      throw new Error(`no CRLF at ${at}: ${JSON.stringify(text.slice(at, at + 20))}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}

/** Rows by the names in the header line. */
export function parseTable(text: string): Record<string, string>[] {
  const [names = [], ...rows] = parseCsv(text);
  return rows.map((row) => {
    if (row.length !== names.length) throw new Error(`${row.length} fields under ${names.length} names`);
    return Object.fromEntries(names.map((name, index) => [name, row[index] ?? ""]));
  });
}

function quotedField(text: string, start: number): { value: string; end: number } {
  let value = "";
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) throw new Error("a quoted field does not end");
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

function plainField(text: string, start: number): { value: string; end: number } {
  let end = start;
  while (end < text.length && !',"\r\n'.includes(text[end] ?? "")) end += 1;
  if (text[end] === '"') throw new Error(`a quotation mark within a plain field at ${end}`);
  return { value: text.slice(start, end), end };
}
