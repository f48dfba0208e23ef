/**
 * What shells need to complete the command line, made from the table that the command line is checked
 * against. A word that nothing is known of is completed as a file.
 */
import { type Completion, completions, type Shell } from "./options.ts";

export function completionScript(shell: Shell): string {
  const known = completions();
  switch (shell) {
    case "bash":
      return bashScript(known);
    case "zsh":
      // zsh runs bash's, once it is told to.
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(known)}`;
    case "fish":
      return fishScript(known);
  }
}

function bashScript(known: readonly Completion[]): string {
  const commands = known.map(({ command }) => command).join(" ");
  return `_lockspan() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]} $before" in
${known.flatMap(valueCases).join("\n")}
    *)
      case "\${COMP_WORDS[1]}" in
${known.map(wordCase).join("\n")}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -o bashdefault -F _lockspan lockspan
`;
}

function valueCases({ command, values }: Completion): string[] {
  return [...values].map(([option, words]) => `    "${command} ${option}") words="${words.join(" ")}" ;;`);
}

/** Options where a dash was typed or the command has no words of its own to offer. */
function wordCase({ command, options, words }: Completion): string {
  if (words.length === 0)
    return `        ${command}) case "$word" in -*) words="${options.join(" ")}" ;; esac ;;`;
  return `        ${command}) words="${[...words, ...options].join(" ")}" ;;`;
}

function fishScript(known: readonly Completion[]): string {
  const commands = known.map(({ command }) => command).join(" ");
  const lines = known.flatMap(({ command, options, values, words }) => {
    const behind = `complete -c lockspan -n "__fish_seen_subcommand_from ${command}"`;
    return [
      ...(words.length === 0 ? [] : [`${behind} -f -a "${words.join(" ")}"`]),
      ...options.map((option) => {
        const own = values.get(option);
        const takes = own === undefined ? "" : own.length === 0 ? " -r -F" : ` -x -a "${own.join(" ")}"`;
        return `${behind} -l ${option.slice(2)}${takes}`;
      }),
    ];
  });
  return [
    `complete -c lockspan -n "__fish_use_subcommand" -f -a "${commands}"`,
    'complete -c lockspan -n "__fish_use_subcommand" -l version',
    'complete -c lockspan -n "__fish_use_subcommand" -l help',
    ...lines,
    "",
  ].join("\n");
}
