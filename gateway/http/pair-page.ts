/**
 * `GET /pair`: where a device sends the person who is to let it in (RFC 8628, verification_uri). Says how to approve
 * the code that the device shows; needs no script and takes no input, so there is nothing to steal here.
 */
export function pairPage(): Response {
  return new Response(PAGE, { headers: { "content-type": "text/html; charset=utf-8" } });
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Pair a device - Gigtrail</title>
</head>
<body>
<main>
<h1>Pair a device</h1>
<p>Your extension shows a code of eight letters. If it is your own extension that asks, approve the code on a computer
where you are signed in:</p>
<pre>bun run gigtrail approve XXXX-XXXX --name "Chrome on my laptop"</pre>
<p>Programs call <a href="/docs">ApprovePairing</a>. The code ends after ten minutes. If you did not ask for it, do
nothing.</p>
</main>
</body>
</html>
`;
