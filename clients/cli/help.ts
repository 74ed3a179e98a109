import type { Command } from "./commands/command.ts";

const COMMON_OPTIONS = [
  "--server URL        the server (default: GIGTRAIL_SERVER, or where you signed in last)",
  "--help              show this",
];

/** The help of the whole program. */
export function programHelp(commands: ReadonlyMap<string, Command>): string {
  const width = Math.max(...Array.from(commands.keys(), (name) => name.length));
  const lines = Array.from(commands, ([name, command]) => `  ${name.padEnd(width)}  ${command.summary}`);
  return `Usage: gigtrail COMMAND\n\n${lines.join("\n")}\n\n\`gigtrail COMMAND --help\` tells more about one.\n\nOn the server's own machine, with Gigtrail stopped: \`gigtrail users reset EMAIL\` gives a locked-out account a new password.\n`;
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = [...command.options, ...COMMON_OPTIONS].map((line) => `  ${line}`).join("\n");
  return `Usage: gigtrail ${command.usage}\n\n${command.summary}.\n\n${options}\n`;
}
