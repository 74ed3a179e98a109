/** Reads CSV as RFC 4180 has it: rows of fields. */
export function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
  for (let at = 0; at < text.length;) {
    field.lastIndex = at;
    const [all = "", quoted, plain] = field.exec(text) ?? [];
    row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    at += all.length;
    if (text[at] === ",") at += 1;
    else if (text.startsWith("\r\n", at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error(`not CSV at ${at}: ${text.slice(at, at + 20)}`);
  }
  return rows;
}
