/**
 * Titles of Cloudflare's check, by the browser's language. Compared whole, so that a job whose title starts with the
 * same words is not taken for one.
 */
const CHALLENGE_TITLES: ReadonlySet<string> = new Set([
  "just a moment",
  "attention required! | cloudflare",
  "einen moment",
  "einen moment, bitte",
  "nur einen moment",
  "un instant",
  "un momento",
  "solo un momento",
  "um momento",
  "een moment",
  "een moment geduld",
  "ett ögonblick",
  "chwileczkę",
  "jeszcze chwila",
  "один момент",
  "зачекайте",
  "bir dakika lütfen",
  "tunggu sebentar",
  "请稍候",
  "請稍候",
  "しばらくお待ちください",
  "잠시만 기다리십시오",
]);

/** True for the title of a page that asks the visitor to prove to be no robot. */
export function isChallengeTitle(title: string): boolean {
  const plain = title
    .trim()
    .replace(/[.…。\s]+$/u, "")
    .toLowerCase();
  return CHALLENGE_TITLES.has(plain);
}
