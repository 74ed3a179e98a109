import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { jobRefOf } from "../job-ref.ts";
import { slugWords } from "../slug-words.ts";

const UID = "1950000000000000001";
const SITE = "https://www.upwork.com";

describe("jobRefOf", () => {
  test.each([
    [`/jobs/Custom-MTA-for-Cold-Email_~01db052d993fcb9849/`, "~01db052d993fcb9849", "", "Custom MTA for Cold Email"],
    [`/jobs/Custom-MTA_~02${UID}/?referrer_url_path=/nx/search/jobs/`, `~02${UID}`, UID, "Custom MTA"],
    [`/jobs/Custom-MTA_%7E02${UID}`, `~02${UID}`, UID, "Custom MTA"],
    [`/jobs/~02${UID}`, `~02${UID}`, UID, ""],
    [`/jobs/Old_~01DB052D993FCB9849`, "~01db052d993fcb9849", "", "Old"],
    [`/nx/search/jobs/details/~02${UID}?_navType=slider`, `~02${UID}`, UID, ""],
    [`/freelance-jobs/apply/Custom-MTA_~02${UID}/`, `~02${UID}`, UID, "Custom MTA"],
    [`/nx/proposals/job/~02${UID}/apply/`, `~02${UID}`, UID, ""],
    [`/ab/applicants/${UID}/job-details`, `~02${UID}`, UID, ""],
    [`/att/download/openings/${UID}/attachments/x/download`, `~02${UID}`, UID, ""],
  ])("reads %s", (path, key, uid, titleWords) => {
    expect(jobRefOf(SITE + path)).toEqual({ key, uid, titleWords });
    expect(jobRefOf(path)).toEqual({ key, uid, titleWords });
  });

  test.each([
    ["/nx/search/jobs/?q=~021950000000000000001"],
    ["/freelancers/~011d3adda6e4865468"],
    ["/nx/proposals/2029092574013779969"],
    ["/jobs/no-cipher"],
    ["/nx/search/talent/?q=react"],
  ])("finds no job in %s", (path) => {
    expect(jobRefOf(SITE + path)).toBeUndefined();
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void jobRefOf(`/jobs/${text}`)));
  });
});

describe("slugWords", () => {
  test.each([
    ["span-class-highlight-React-span-Developer", "React Developer"],
    ["Looking-for-the-BEST-span-class-highlight-React-span-developer", "Looking for the BEST React developer"],
    [
      "span-class-highlight-React-span-amp-span-class-highlight-TypeScript-span-Developer",
      "React & TypeScript Developer",
    ],
    ["span-class-highlight-React-span-span-class-highlight-span-Front-End-Developer", "React Front End Developer"],
    ["Guitar-amp-with-long-span", "Guitar amp with long span"],
    ["", ""],
  ])("reads %s", (slug, words) => {
    expect(slugWords(slug)).toBe(words);
  });
});
