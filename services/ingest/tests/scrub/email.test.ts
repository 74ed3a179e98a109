import { expect, test } from "bun:test";
import { maskEmails } from "../../scrub/email.ts";
import { MASK } from "../../scrub/mask.ts";

test.each([
  ["me@example.com", MASK],
  ["Write to first.last+jobs@mail.example.co.uk.", `Write to ${MASK}.`],
  ["mailto:a@b.io?subject=x", `mailto:${MASK}?subject=x`],
  ["/u?email=me%40example.com&x=1", `/u?email=${MASK}&x=1`],
  ["<josé@example.fr>, <b@c.de>", `<${MASK}>, <${MASK}>`],
  ["a@b.xn--p1ai", MASK],
])("in %j the address is masked", (text, masked) => {
  expect(maskEmails(text)).toBe(masked);
  expect(maskEmails(masked)).toBe(masked);
});

test.each(["@media screen", "icon@2x.png", "vue@3.4.21", "@user", "a@b", "a @ b.com", "x@.com", "@example.com", ""])(
  "%j holds no address",
  (text) => expect(maskEmails(text)).toBe(text),
);
