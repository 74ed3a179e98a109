/**
 * Reads what belongs to this process and, when this process has ended in whatever way (kill -9 too: the pipe
 * closes), ends the programs and removes the folders. `bun test` runs no exit handlers, so a shell does it.
 */
const SCRIPT = `
trap '' INT TERM HUP
programs=' '
while read -r verb what; do
  case $verb in
    started) programs="$programs$what " ;;
    ended) case $programs in *" $what "*) programs="\${programs%%" $what "*} \${programs#*" $what "}" ;; esac ;;
    folder) set -- "$@" "$what" ;;
  esac
done
[ -z "\${programs# }" ] || kill -KILL $programs
for try in 1 2 3 4 5; do
  rm -rf -- "$@" && exit
  sleep 1
done
`;

let tell: ((line: string) => void) | undefined;

function guard(): (line: string) => void {
  if (tell !== undefined) return tell;
  // Detached: what is sent to the whole process group (Ctrl-C, `timeout -s KILL`) must not end the guard too.
  const shell = Bun.spawn(["/bin/sh", "-c", SCRIPT, "guard"], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    detached: true,
  });
  shell.unref();
  tell = (line) => {
    shell.stdin.write(`${line}\n`);
    void shell.stdin.flush();
  };
  return tell;
}

/** Has a folder removed when this process ends; removing it before that is fine. */
export function guardFolder(path: string): void {
  if (/[\n\\]/.test(path)) throw new Error(`a folder that the guard could not read: ${JSON.stringify(path)}`);
  guard()(`folder ${path}`);
}

/** Has a program killed when this process ends. */
export function guardProgram(pid: number): void {
  guard()(`started ${pid}`);
}

/** Says that a program has ended, so that nobody who gets its number later is killed. */
export function releaseProgram(pid: number): void {
  guard()(`ended ${pid}`);
}
