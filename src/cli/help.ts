/** What `--help` prints. */
import { COMMANDS, type Command } from "./options.ts";

const OVERVIEW = `lockspan says where a C patch to Xen lets a lock miss what it must cover.

  lockspan review PATCH... --tree DIR   review a patch mail, a series or an mbox ("-": standard input)
  lockspan audit PATH...                the same analysis over whole files or folders
  lockspan model PATH...                locks, lock spans, guarded accesses, entry points
  lockspan backtest --repo DIR          what every commit of a history would have been told
  lockspan series MAIL...               what a mail or mbox was understood to be, without a tree
  lockspan rules check [DIR...]         whether rule packs are well made, and do what they say
  lockspan explain CHECK|RULE           what a check or a rule says, why, how to mend and to silence it
  lockspan infer FILE...                guards that the code seems to keep, as a rule pack to edit

  lockspan watch PATH...                the audit, again with every save
  lockspan lsp                          the same in an editor: a language server on standard input and output
  lockspan bot ACTION                   the mailing-list bot: mails in, replies out
  lockspan action                       reviews the pull request of a GitHub Actions job

  lockspan completion SHELL             words for bash, zsh or fish to complete
  lockspan man                          the manual page
  lockspan COMMAND --help               the options of a command
  lockspan --version

Exit status: 0 nothing found, 1 findings, 2 bad arguments or rule pack, 3 a patch or file cannot be
read or does not apply, 4 an outside service failed, 70 a defect of lockspan.
`;

const ANALYSING = `  --profile P      which rules hold: list, approach-a or approach-b (default)
  --rules DIR      more rule packs beside the ones that ship; may be repeated
  --output FILE    write the report there instead of standard output
  --quiet          print nothing but findings and what could not be read
  --no-color       plain text; NO_COLOR in the environment does the same
`;

/** What a newcomer would type, command by command; tests read them as the program does. */
const EXAMPLES: Readonly<Record<Command, readonly string[]>> = {
  review: [
    "review mail.eml --tree ../xen",
    "review series.mbox --tree ../xen --base staging --format html --output report.html",
    "review mail.eml --tree ../xen --with other-series.mbox",
  ],
  audit: [
    "audit xen/drivers/passthrough/arm/smmu.c",
    "audit xen/drivers --profile approach-a --quiet",
    "audit drivers --rules our-rules --format sarif --output lockspan.sarif",
  ],
  model: ["model xen/drivers/passthrough/arm/smmu.c", "model drivers --format markdown --output LOCKS.md"],
  series: ["series list.mbox", "series mail.eml --format json"],
  rules: ["rules check", "rules check our-rules --tree ../xen"],
  backtest: [
    "backtest --repo xen --paths xen/drivers/passthrough/arm",
    "backtest --repo xen --since RELEASE-4.19.0 --format html --output since-4.19.html",
  ],
  infer: ["infer drivers/sensor/sensor.c --output proposal.txt"],
  watch: ["watch drivers/sensor/sensor.c", "watch drivers --rules our-rules"],
  lsp: ["lsp", "lsp --stdio --rules our-rules"],
  bot: [
    "bot once mail.eml",
    "bot replay --since 2026-10-01 --until 2026-11-01",
    "bot status --config /etc/lockspan-bot.yaml",
  ],
  completion: ["completion bash", "completion fish --output lockspan.fish"],
  man: ["man", "man --output lockspan.1"],
  explain: ["explain early-unlock", "explain arm-smmu/master-guarded"],
  action: ["action"],
};

const PAGES: Readonly<Partial<Record<Command, string>>> = {
  review: `lockspan review PATCH... --tree DIR

Reviews one patch mail, a series (several files, or one mbox), "-" for standard input, or a pull
request named by its address. Nothing is written into the tree.

  --tree DIR       the tree that the patch is for: a folder or a git repository (default: .)
  --base REV       git: the commit to apply to; without it the blobs of the index lines, then
                   base-commit:, then HEAD
  --with PATCH     another patch or series on its way: say which findings become live with it applied
                   as well, behind the patch or below it; may be repeated
  --scope S        introduced, touched (default: what the patch introduces or exposes, and older
                   findings that one of its lines takes part in) or all
  --format F       text (default), json, sarif, html (one page), or mail (the reply)
  --fail-on S      exit 1 from this severity on: error, warning (default), note, or never
${ANALYSING}`,
  audit: `lockspan audit PATH...

Analyses whole files or folders. Files named together are one program: calls between them are
followed. Several drivers are put side by side at the end. Of more than ten files the result is
kept for the next audit, in LOCKSPAN_CACHE (a folder, or off; default: ~/.cache/lockspan). The
folder may be deleted at any time.

  --tree DIR       names in the report are relative to it (default: the git checkout's top)
  --format F       text (default), json, sarif or html (one page)
  --fail-on S      exit 1 from this severity on: error, warning (default), note, or never
${ANALYSING}`,
  model: `lockspan model PATH...

Lists every lock span with its exits, the guarded accesses, what functions require, and how the
driver is entered. As markdown it is a document to keep beside the source: which lock protects
what, for the devices of which subsystem, by which way in, and what does not keep to it.

  --tree DIR       names in the report are relative to it (default: the git checkout's top)
  --format F       text (default), json, markdown or html (one page)
${ANALYSING}`,
  backtest: `lockspan backtest --repo DIR [--paths PATH...]

Reviews every commit of a git history as if it had been posted: what each would have been told, and
when each finding came in and went out. Merges are left out. Nothing is written into the repository.
What was reviewed is kept (LOCKSPAN_CACHE says where): a run that was ended, or killed, goes on
where it was.

  --repo DIR       the git repository (default: .)
  --since REV      leave out this commit and those before it
  --until REV      the newest commit (default: HEAD)
  --paths PATH...  only commits that touch one of these files or folders; of these all files count
  --jobs N         threads to use (default: one a processor)
  --format F       text (default), json or html (a page with a timeline)
  --fail-on S      exit 1 from this severity on: error, warning (default), note, or never
${ANALYSING}`,
  series: `lockspan series MAIL...

Says what was understood of mails, mboxes or "-": patches, series, what is no patch and why.

  --format F       text (default) or json
  --output FILE    write there instead of standard output
`,
  rules: `lockspan rules check [DIR...]

Reads the rule packs in the folders (default: those that ship) and runs each rule's examples: the
one must be reported, the other accepted. Exit status 1 when something is wrong, 2 when a pack
cannot be read.

  --tree DIR       say also what the packs name and this tree does not have
  --rules DIR      more rule packs beside the ones that ship; may be repeated
  --output FILE    write there instead of standard output
  --quiet          print nothing of packs that are right
`,
  infer: `lockspan infer FILE...

Looks which lock is held at nine of ten accesses to a field, or more, and prints the guards as a
rule pack: two YAML files, each below a line that names it, with the places that do not hold the
lock. Put them into a folder, edit what is marked, and try it with "lockspan rules check FOLDER".

  --tree DIR       names are relative to it (default: the git checkout's top)
  --rules DIR      more rule packs: what their drivers' callers hold counts as held
  --output FILE    write there instead of standard output
`,
  watch: `lockspan watch PATH...

Audits C files or folders, and again whenever one of them is saved. A terminal shows one screen, and
ends with q or Ctrl-C; anything else gets a line for each finding.

  --profile P      which rules hold: list, approach-a or approach-b (default)
  --rules DIR      more rule packs beside the ones that ship, watched as well; may be repeated
  --tree DIR       names in the report are relative to it (default: the git checkout's top)
  --no-color       plain text; NO_COLOR in the environment does the same
`,
  lsp: `lockspan lsp

A language server for C, on standard input and output: findings while code is written, each with the
steps that lead to it; the locks that are held where the pointer is; the ends of lock spans behind
their lines. The editor starts it, and may set profile, rules (a folder, or a list) and hints (true
or false) by initializationOptions or in its settings under "lockspan".

  --profile P      which rules hold: list, approach-a or approach-b (default)
  --rules DIR      more rule packs beside the ones that ship; may be repeated
  --tree DIR       names of files are relative to it (default: the git checkout's top)
  --stdio          what it does anyway; some editors say it
`,
  bot: `lockspan bot ACTION

  once [MAIL...]   one round: read the sources (and the mails, mboxes or "-" that are named), review
                   what is settled, send what is due
  run              rounds until SIGTERM or SIGINT
  worker           rounds without reading sources; any number of them share a PostgreSQL
  replay           review a stretch of the sources (--since, --until) without mailing, and sum it up; the
                   same command goes on where it was, on any number of machines with one PostgreSQL
  explain ID       the whole story of a mail: read as, series, base, review, reply
  status           what is there, and what waits for a person
  release ID       send a reply that was moderated, written by a dry run, or is uncertain
  drop ID          do not send a reply
  retract ID       answer a reply of ours: it was wrong

  --config FILE    the configuration, in YAML (default: LOCKSPAN_BOT_CONFIG, or lockspan-bot.yaml)
  --mode M         dry-run (default: replies are written to a folder), moderate or send
  --since DATE     where a source that was never read starts (default: now), or a replay
  --until DATE     where a replay ends (default: the start of today, UTC)
  --tree DIR       the tree, instead of the configuration's
  --rules DIR      more rule packs beside the ones that ship; may be repeated
  --print-config   print every value and where it came from, and stop
  --quiet          no log on standard error
  --output FILE    write the answer there instead of standard output
`,
  completion: `lockspan completion SHELL

Prints what bash, zsh or fish needs to complete lockspan's commands, options and values:

  bash             eval "$(lockspan completion bash)" in ~/.bashrc
  zsh              eval "$(lockspan completion zsh)" in ~/.zshrc, behind compinit
  fish             lockspan completion fish > ~/.config/fish/completions/lockspan.fish

  --output FILE    write there instead of standard output
`,
  man: `lockspan man

Prints the manual page, as the program's own help says it: lockspan man | man -l -

  --output FILE    write there instead of standard output
`,
  action: `lockspan action

Reviews the pull request that a job of GitHub Actions runs for. What to do stands in the environment,
as the runner sets it: GITHUB_EVENT_PATH and the others; docs/pull-requests.md lists the inputs.
`,
  explain: `lockspan explain CHECK|RULE...

Prints the page of a check or of a rule, in Markdown.

  --rules DIR      more rule packs beside the ones that ship; may be repeated
  --output FILE    write there instead of standard output
`,
};

export function helpText(command: Command | null): string {
  return (command === null ? null : pageOf(command)) ?? OVERVIEW;
}

/** The overview, and the page of each command that has one. */
export function allHelp(): { readonly overview: string; readonly pages: readonly string[] } {
  return { overview: OVERVIEW, pages: COMMANDS.flatMap((command) => pageOf(command) ?? []) };
}

function pageOf(command: Command): string | null {
  const page = PAGES[command];
  if (page === undefined) return null;
  const examples = EXAMPLES[command].map((words) => `  $ lockspan ${words}\n`);
  return `${page}\nExamples:\n${examples.join("")}`;
}
