import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { mayRecord } from "../may-record.ts";

const NEVER_PATHS = [
  "/ab/account-security/login",
  "/ab/account-security/reenter-password",
  "/ab/account-security/password-and-security",
  "/freelancers/settings/contactInfo",
  "/nx/payments/disbursement-methods",
  "/nx/tax/tax-forms",
  "/ab/identity-verification",
  "/ab/payments/reports/certificate-of-earnings.pdf",
];

describe("mayRecord", () => {
  test.each([
    ["https://www.upwork.com/ab/account-security/login/"],
    ["https://www.upwork.com//ab//account-security//login"],
    ["https://www.upwork.com/AB/Account-Security/LOGIN"],
    ["https://www.upwork.com/ab/%61ccount-security/login"],
    ["https://www.upwork.com/ab/%2561ccount-security/login"],
    ["https://www.upwork.com/ab/%2525252561ccount-security/login"],
    ["https://www.upwork.com/ab/%25%36%31ccount-security/login"],
    ["https://www.upwork.com/ab%2Faccount-security%2flogin"],
    ["https://www.upwork.com/ab%5Caccount-security%5clogin"],
    ["https:\\\\www.upwork.com\\ab\\account-security\\login"],
    ["https://www.upwork.com/ab/account-security;v=1/login;jsessionid=2"],
    ["https://www.upwork.com/ab/account-security%3Bv=1/login"],
    ["https://www.upwork.com/nx/./../ab/account-security/login"],
    ["https://www.upwork.com/ab/x/%252e%252e/account-security/login"],
    ["https://www.upwork.com/ab/account-security/login/%252e%252e/%252e%252e/find-work"],
    ["https://www.upwork.com/ab/acc\tount-security/lo\ngin"],
    ["https://www.upwork.com/ab/account-%E2%80%8Bsecurity/login"],
    ["https://user:secret@www.upwork.com:8443/ab/account-security/login"],
    ["http://upwork.com/ab/account-security/login"],
    ["https://www.upwork.com./ab/account-security/login"],
    ["https://WWW%2eUPWORK.com/ab/account-security/login"],
    ["view-source:https://www.upwork.com/ab/account-security/login"],
    ["  //www.upwork.com/ab/account-security/login"],
    ["www.upwork.com:443/ab/account-security/login"],
    ["/ab/account-security/login"],
    ["https://www.upwork.com/nx/s/tax/"],
    ["https://support.upwork.com/login"],
  ])("refuses %j", (url) => {
    expect(mayRecord(url)).toBe(false);
  });

  test.each([
    [""],
    ["about:blank"],
    ["http://localhost"],
    ["http://127.0.0.1:5500/test/html/dialog.html"],
    ["https://demoit.app/e/react#ReactHooks.js"],
    ["https://example.com/ab/account-security/login"],
    ["https://www.upwork.com.example.org/ab/account-security/login"],
    ["https://www.upwork.com/jobs/Fix-our-login_~021950000000000000001/"],
    ["https://www.upwork.com/nx/search/jobs/?q=/ab/account-security/login"],
    ["https://www.upwork.com/freelance-jobs/tax/"],
    ["https://www.upwork.com/freelance-jobs/oauth2/"],
    ["not an address"],
  ])("accepts %j", (url) => {
    expect(mayRecord(url)).toBe(true);
  });

  test("finds a page that must not be recorded under any disguise of its path", () => {
    const disguised = fc
      .constantFrom(...NEVER_PATHS)
      .chain((path) => fc.tuple(...Array.from(path, (char) => disguiseOf(char))))
      .map((chars) => `https://www.upwork.com/${chars.join("")}`);
    fc.assert(
      fc.property(disguised, (url) => !mayRecord(url)),
      { numRuns: 300 },
    );
  });

  test("never throws and never refuses what is not Upwork's", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => typeof mayRecord(text) === "boolean"));
    fc.assert(fc.property(fc.webPath(), (path) => mayRecord(`https://example.com${path}`)));
  });
});

/** One character of a path, as itself or in one of the ways in which it may be written. */
function disguiseOf(char: string): fc.Arbitrary<string> {
  const hex = char.charCodeAt(0).toString(16).padStart(2, "0");
  const slashes = ["/", "//", "/./", "\\", ";a=b/"];
  const same = char === "/" ? slashes : [char, char.toUpperCase()];
  return fc.constantFrom(...same, `%${hex}`, `%25${hex}`, `%2525${hex}`);
}
