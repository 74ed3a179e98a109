/** Asks Debian's docker-compose, where it is installed, whether docker-compose.yml can be read. */
export async function checkCompose(): Promise<string | undefined> {
  const program = Bun.which("docker-compose");
  if (program === null) return undefined;
  const running = Bun.spawn([program, "-f", "docker-compose.yml", "config", "--quiet"], {
    env: { ...process.env, ...REQUIRED },
    stdout: "pipe",
    stderr: "pipe",
  });
  const complaint = await new Response(running.stderr).text();
  return (await running.exited) === 0 ? undefined : complaint;
}

/** Secrets that the file demands of whoever runs it. */
const REQUIRED = {
  POSTGRES_PASSWORD: "only-for-checking",
  MASTER_KEY: "only-for-checking",
  AUTH_SECRET: "only-for-checking",
  INGEST_SECRET: "only-for-checking",
  ANALYSIS_SECRET: "only-for-checking",
  EXPORT_SECRET: "only-for-checking",
};
