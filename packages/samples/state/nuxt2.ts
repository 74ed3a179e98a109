import { Html } from "../pages/html.ts";

// As the site's pages do, values that come often are arguments of the function.
const SHARED: readonly [name: string, json: string][] = [
  ["a", "null"],
  ["b", "false"],
  ["c", "true"],
];

/** The inline script of Nuxt 2: a call of a function that returns the state, not JSON. */
export function nuxt2State(nuxt: object): Html {
  const names = new Map(SHARED.map(([name, json]) => [json, name]));
  const body = JSON.stringify({ layout: "default", serverRendered: true, ...nuxt })
    .replaceAll("<", "\\u003C")
    .replaceAll("/", "\\u002F")
    .replace(/(?<=":)(?:null|false|true)(?=[,}])/g, (json) => names.get(json) ?? json);
  const parameters = SHARED.map(([name]) => name).join(",");
  const values = SHARED.map(([, json]) => json).join(",");
  return new Html(`<script>window.__NUXT__=(function(${parameters}){return ${body}}(${values}));</script>`);
}
