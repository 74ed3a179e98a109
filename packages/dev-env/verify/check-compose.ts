/** Asks Debian's docker-compose, where it is installed, whether docker-compose.yml can be read. */
export async function checkCompose(): Promise<string | undefined> {
  const program = Bun.which("docker-compose");
  if (program === null) return undefined;
  const demanded = demandedVariables(await Bun.file("docker-compose.yml").text());
  const running = Bun.spawn([program, "-f", "docker-compose.yml", "config", "--quiet"], {
    env: { ...process.env, ...Object.fromEntries(demanded.map((name) => [name, "only-for-checking"])) },
    stdout: "pipe",
    stderr: "pipe",
  });
  const complaint = await new Response(running.stderr).text();
  return (await running.exited) === 0 ? undefined : complaint;
}

/** The variables that a compose file demands of whoever runs it: those written as `${NAME:?…}`. */
export function demandedVariables(file: string): string[] {
  return [...new Set([...file.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name ?? ""))];
}
