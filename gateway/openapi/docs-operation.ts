import type { DocsSchemas } from "./docs-schema.ts";
import { type Markup, markup } from "./markup.ts";
import { HTTP_METHODS, type MediaType, type Operation, type PathItem, type ResponseObject } from "./model.ts";
import { SERVER_TAG } from "./server-routes.ts";
import { breakable, codeBlock, inline, prose } from "./prose.ts";

/** One call as it is shown: a path with the method that leads; a GET twin is part of it. */
export interface DocsCall {
  path: string;
  /** In capitals. */
  httpMethod: string;
  /** The same call is a GET too. */
  alsoGet: boolean;
  operation: Operation;
  /** Every command that makes the call. */
  samples: Operation["x-codeSamples"];
}

/** The call at a path; undefined where the path has none. */
export function callAt(path: string, item: PathItem): DocsCall | undefined {
  const methods = HTTP_METHODS.filter((method) => item[method] !== undefined);
  const [first] = methods;
  if (first === undefined) return undefined;
  const operation = item[first];
  if (operation === undefined) return undefined;
  return {
    path,
    httpMethod: first.toUpperCase(),
    alsoGet: first === "post" && methods.includes("get"),
    operation,
    samples: methods.flatMap((method) => item[method]?.["x-codeSamples"] ?? []),
  };
}

/** How a call is named in headings and lists: an RPC by its name, anything else by its address. */
export function callName({ path, operation }: DocsCall): Markup {
  const isRpc = path.endsWith(`/${operation.operationId.split(".").at(-1)}`);
  return isRpc ? markup`${operation.operationId.split(".").at(-1)}` : breakable(path);
}

/** Everything about one call. `reasons` says what each reason means. */
export function callArticle(call: DocsCall, schemas: DocsSchemas, reasons: Record<string, string>): Markup {
  const { operation, path, httpMethod, alsoGet } = call;
  const stream = operation["x-gigtrail-stream"] ? markup` <span class="tag">stream</span>` : undefined;
  return markup`<article id="${operation.operationId}">
<h3>${callName(call)}${stream}</h3>
<p class="address"><span class="tag">${httpMethod}</span>${alsoGet ? markup` <span class="tag">GET</span>` : undefined} <code>${breakable(path)}</code></p>
${prose(aboutText(operation))}
<p class="access"><strong>Who may call:</strong> ${operation["x-gigtrail-access"]}</p>
${request(operation, schemas)}
${Object.entries(operation.responses).map(([status, response]) => (status.startsWith("2") ? answer(status, response, schemas) : undefined))}
${errors(operation, reasons)}
<h4>Example</h4>
${call.samples.map(({ label, source }) => codeBlock(source, label))}
</article>\n`;
}

/** The description, with the summary where it says more, and without the list of errors, which is shown by itself. */
function aboutText({ summary, description }: Operation): string {
  const text = description.replace(/\s*\bErrors\b[^:.]*: [\s\S]*$/, "");
  return text.startsWith(summary) ? text : `${summary}. ${text}`;
}

function request(operation: Operation, schemas: DocsSchemas): Markup {
  const parameters = (operation.parameters ?? []).filter(({ name }) => name !== "connect-timeout-ms");
  const [body] = Object.values(operation.requestBody?.content ?? {});
  if (parameters.length === 0 && body === undefined) return markup``;
  return markup`<h4>Request</h4>
${parameters.length > 0 ? schemas.parameters(parameters) : undefined}
${body === undefined ? undefined : bodyFields(body, schemas)}`;
}

function answer(status: string, response: ResponseObject, schemas: DocsSchemas): Markup {
  const types = Object.keys(response.content ?? {});
  const [body] = Object.values(response.content ?? {});
  const isRpc = types.includes("application/json") && status === "200";
  return markup`<h4>Answer${isRpc ? undefined : ` ${status}`}</h4>
${isRpc ? undefined : markup`<p><code>${types.join(", ")}</code> ${inline(shortDescription(response))}</p>`}
${body === undefined ? undefined : bodyFields(body, schemas)}`;
}

/** A stream's answer is explained once, at the head of the page. */
function shortDescription({ description, content = {} }: ResponseObject): string {
  return "application/connect+json" in content ? "Each message:" : description;
}

function bodyFields({ schema = {} }: MediaType, schemas: DocsSchemas): Markup {
  const shown = schema.anyOf?.[0] ?? schema;
  const { properties, type, title } = schemas.resolve(shown);
  if (properties !== undefined || title !== undefined) return schemas.fields(shown);
  if (type === "array") {
    return markup`<p>${inline(schema.description ?? "")} Each item of the list:</p>${schemas.fields(shown.items ?? {})}`;
  }
  return schema.description === undefined ? markup`` : markup`<p>${inline(schema.description)}</p>`;
}

function errors(operation: Operation, reasons: Record<string, string>): Markup {
  const own = operation["x-gigtrail-reasons"];
  if (operation.tags.includes(SERVER_TAG)) return markup``;
  const common = markup`<a href="#reasons">what any call may answer</a>`;
  if (own.length === 0) return markup`<h4>Errors</h4>\n<p class="none">Only ${common}.</p>`;
  return markup`<h4>Errors</h4>
<dl class="fields">${own.map((reason) => {
    const { status, code, sentence } = reasonText(reasons[reason] ?? "");
    return markup`<div><dt><code>${reason}</code> <span class="type">${statusOf(operation, reason) ?? status} ${code}</span></dt><dd>${inline(sentence)}</dd></div>`;
  })}</dl>
<p class="none">And ${common}.</p>`;
}

/** Takes the description of a reason apart, which is made of its status, its code and a sentence. */
export function reasonText(text: string): { status: string; code: string; sentence: string } {
  const {
    status = "",
    code = "",
    sentence = text,
  } = /^(?<status>\d+) (?<code>\w+)\. (?<sentence>[\s\S]*)$/.exec(text)?.groups ?? {};
  return { status, code, sentence };
}

/** The status that this call answers a reason with, where its answers name it. A stream answers 200 and says so later. */
function statusOf(operation: Operation, reason: string): string | undefined {
  if (operation["x-gigtrail-stream"]) return "";
  return Object.entries(operation.responses).find(([, { description }]) => description.includes(`\`${reason}\`:`))?.[0];
}
