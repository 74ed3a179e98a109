/** The style of /docs. No texts of the document get into it, so that its hash is always the same. */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f5f6f8; --ink: #1b1f27; --soft: #596273; --line: #dfe3ea; --link: #0b5cad; --mark: #fff6d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --raised: #1d2128; --ink: #e4e7ec; --soft: #9ba5b5; --line: #303641; --link: #7db8f5; --mark: #33300f;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 76rem; padding: 0 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word;
}
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
main:focus { outline: none; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
pre {
  margin: .5rem 0 1rem; padding: .75rem 1rem; overflow-x: auto; background: var(--raised);
  border: 1px solid var(--line); border-radius: .4rem; line-height: 1.45;
}
pre code { font-size: .8125rem; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 3.5rem 0 .75rem; padding-bottom: .4rem; border-bottom: 2px solid var(--line); font-size: 1.5rem; }
h3 { margin: 1.75rem 0 .4rem; font-size: 1.125rem; }
h4 { margin: 1.25rem 0 .25rem; font-size: .9375rem; }
small { color: var(--soft); font-size: .8125rem; font-weight: 400; }
p, main > section > ul { max-width: 46rem; }
p { margin: .5rem 0; }
header { padding: 1.5rem 0 1rem; border-bottom: 1px solid var(--line); }
header p { margin: .25rem 0 0; color: var(--soft); }
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--ground); }
.skip:focus { left: 1rem; top: .5rem; z-index: 1; }
nav { margin-top: 1rem; font-size: .9375rem; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav > ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav a { display: inline-block; padding: .2rem 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav ul ul { display: none; }
section:first-of-type h2 { margin-top: 1.5rem; }
article { padding: .25rem 0 1.25rem; border-bottom: 1px solid var(--line); }
article:last-child { border-bottom: 0; }
article:target > h3 { background: var(--mark); box-shadow: 0 0 0 .3rem var(--mark); border-radius: .1rem; }
article h3 { font-size: 1.25rem; }
main ul { padding-left: 1.25rem; }
main .calls { padding: 0; list-style: none; }
.calls li { padding: .2rem 0; }
.calls span { color: var(--soft); font-size: .9375rem; }
.calls span::before { content: "– "; }
.address { margin: .25rem 0 .5rem; }
.tag {
  display: inline-block; padding: .05rem .4rem; border: 1px solid currentColor; border-radius: .25rem; color: var(--soft);
  font-size: .6875rem; font-weight: 600; letter-spacing: .03em; vertical-align: .1em;
}
.access { color: var(--soft); font-size: .9375rem; }
.none { color: var(--soft); font-size: .9375rem; }
.fields { margin: .25rem 0 .5rem; }
.fields > div { padding: .4rem 0; border-top: 1px solid var(--line); }
.fields dt code { font-weight: 600; }
.fields dd { margin: 0; font-size: .9375rem; }
.type { color: var(--soft); font-size: .8125rem; }
.type strong { color: var(--ink); font-weight: 600; }
@media (min-width: 60rem) {
  .columns { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 3rem; }
  nav {
    position: sticky; top: 0; align-self: start; max-height: 100vh; margin: 0; padding: 1.5rem .5rem 2rem 0; overflow-y: auto;
    font-size: .875rem;
  }
  nav > ul { display: block; }
  nav > ul > li { margin-bottom: .6rem; }
  nav > ul > li > a { font-weight: 600; }
  nav ul ul { display: block; padding-left: .75rem; border-left: 1px solid var(--line); }
  nav ul ul a { padding: .1rem 0; }
  .fields > div { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 1rem; }
  .fields dt { display: flex; flex-direction: column; overflow-wrap: anywhere; }
}
@media print { nav, .skip { display: none; } }
`;
