/** Where a gateway listens when nothing else is said; only shown. */
const EXAMPLE_URL = "http://127.0.0.1:8080";

/**
 * What a caller needs to know before the first call; the document's description, and the head of /docs. Written in the
 * part of Markdown that prose.ts reads.
 */
export function introduction(serverUrl: string = EXAMPLE_URL): string {
  return `
The API of a Gigtrail server. Every call below works with plain HTTP and JSON; the RPCs speak the
[Connect protocol](https://connectrpc.com/docs/protocol), so that generated clients work too, in JSON or binary.

## First steps

The examples read two shell variables. Put the server's address into the first, sign in, and put \`accessToken\` of
the answer into the second:

\`\`\`
GIGTRAIL_URL=${serverUrl}
curl "$GIGTRAIL_URL/gigtrail.auth.v1.AuthService/Login" \\
  --header 'content-type: application/json' \\
  --data '{"email":"ada@example.com","password":"seven oars past the lighthouse"}'
TOKEN=…
\`\`\`

An access token is good for 15 minutes at most. After that calls answer \`token_expired\`: call RefreshTokens with the
newest refresh token and keep what it answers.

## Calls

- A call is \`POST /package.Service/Method\` with the request as JSON. The answer is JSON, with status 200.
- A call without side effects is a GET too: \`?connect=v1&encoding=json&message=\` and the request, percent-encoded.
- A streaming call takes and gives envelopes of \`application/connect+json\`: a byte of flags, the length as 4 bytes
  big-endian, the JSON. Its last envelope (flags 2) says how it ended.
- The header \`connect-timeout-ms\` limits how long a call may take, in milliseconds.
- Ids of another workspace answer exactly as ids that never were.

## JSON

- Names are lowerCamelCase. The descriptions name fields as the contract writes them, in snake_case; requests may too.
- A field that holds its default (0, false, "", an empty list, the first value of an enum) may be left out of answers.
- 64-bit numbers are strings. Bytes are base64. A time is RFC 3339 in UTC; a duration is seconds with an s: "1.5s".
- New fields and enum values may appear at any time. Ignore those that you do not know.

## Errors

An error answers with an HTTP status, a code, a sentence for people, and a \`reason\` for programs: in the header
\`x-gigtrail-reason\`, and in the body with the time after which the same call may succeed.

\`\`\`
HTTP/1.1 429 Too Many Requests
content-type: application/json
x-gigtrail-reason: too_many_attempts

{
  "code": "resource_exhausted",
  "message": "Too many attempts. Wait and try again.",
  "details": [{
    "type": "gigtrail.common.v1.ErrorInfo",
    "value": "…",
    "debug": { "reason": "too_many_attempts", "domain": "gigtrail", "retryAfterMs": "30000" }
  }]
}
\`\`\`
`.trim();
}
