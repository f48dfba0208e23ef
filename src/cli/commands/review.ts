/** `lockspan review PATCH… --tree DIR`. */
import { fetchPullRequestPatch, isPullRequestName, readInputs, resolveBase } from "../../adapters/index.ts";
import { InputError, PatchError } from "../../base/index.ts";
import { highlighterOf } from "../../c/index.ts";
import { countsForExit } from "../../findings/index.ts";
import { type Message, type PatchSelection, readMessages, selectPatches } from "../../patch/index.ts";
import {
  PERSONAL_CLOSING,
  renderFindings,
  renderJson,
  renderMails,
  renderMbox,
  renderPage,
  renderText,
} from "../../reports/index.ts";
import {
  applyTogether,
  type BaseSource,
  type FilesBeside,
  filesBeside,
  filesNamedBy,
  reviewSeries,
  type SeriesReview,
  type TogetherSource,
  versionModels,
} from "../../review/index.ts";
import type { LoadedPacks } from "../../rules/index.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";
import { withBar } from "../progress-bar.ts";
import { sarifText } from "../sarif-text.ts";

export async function runReview(options: Options, around: Surroundings): Promise<CommandResult> {
  if (options.paths.length === 0) {
    throw new InputError("there is no patch to review", {
      hint: 'Name a mail, an mbox or "-": lockspan review PATCH --tree DIR',
    });
  }
  const packs = around.packs(options.rules);
  // They are awaited below; until then a failure of theirs must not end the program.
  packs.catch(() => {});
  const selection = selectPatches(await messagesOf(options.paths, around.env));
  const base = await resolveBase(options.tree ?? ".", selection, { base: options.base });
  const others = options.with.length === 0 ? null : await othersOf(options.with, base, around.env);
  const loaded = await packs;
  const besideOf = (files: BaseSource["files"]) =>
    filesBeside(
      loaded,
      files.map(({ path }) => path),
      base.tree.read,
    );
  const beside = await besideOf(base.files);
  const setting = {
    patches: selection.patches,
    base,
    beside,
    packs: loaded,
    profile: options.profile,
    scope: options.scope,
    ...(others === null
      ? {}
      : { together: { source: others, beside: await besideOf([...base.files, ...others.files]) } }),
  };
  const done = await withBar(around.progress(options), (onProgress) =>
    reviewSeries({ ...setting, onProgress }),
  );
  const { failOn } = options;
  const told = [...done.review.findings, ...(done.review.together?.appeared ?? [])];
  const fails = failOn !== "never" && told.some((finding) => countsForExit(finding, failOn));
  return { text: await printed(done, { packs: loaded, beside }, options, around), status: fails ? 1 : 0 };
}

/** @throws {PatchError} when there is no patch, or it applies neither behind the reviewed ones nor below */
async function othersOf(
  names: readonly string[],
  base: BaseSource,
  env: NodeJS.ProcessEnv,
): Promise<TogetherSource> {
  const selection = selectedWith(await messagesOf(names, env));
  const result = applyTogether(base, selection, await base.tree.read(filesNamedBy(selection)));
  const [first] = selection.patches;
  const what = `--with ${names.join(" ")}: ${JSON.stringify(first?.subject ?? "")}`;
  switch (result.kind) {
    case "applied":
      return result.source;
    case "same":
      throw new PatchError(
        `--with ${names.join(" ")}: ${JSON.stringify(result.subject)} is under review itself`,
        {
          hint: "Name another patch with --with.",
        },
      );
    case "rejected":
      throw new PatchError(`${what} applies together with the patch ${result.why}`, {
        hint: "Name the tree or the commit that both were made for, or rebase one of them.",
      });
  }
}

function selectedWith(messages: readonly Message[]): PatchSelection {
  try {
    return selectPatches(messages);
  } catch (cause) {
    if (!(cause instanceof PatchError)) throw cause;
    throw new PatchError(`--with: ${cause.message}`, {
      ...(cause.hint === null ? {} : { hint: cause.hint }),
      cause,
    });
  }
}

async function messagesOf(names: readonly string[], env: NodeJS.ProcessEnv): Promise<Message[]> {
  const messages: Message[] = [];
  for (const name of names) {
    if (!isPullRequestName(name)) {
      for (const { bytes } of await readInputs([name])) messages.push(...readMessages(bytes));
      continue;
    }
    const baseUrl = env["GITHUB_API_URL"] ?? "https://api.github.com";
    const text = await fetchPullRequestPatch(name, { baseUrl, token: env["GITHUB_TOKEN"] ?? null });
    messages.push(...readMessages(Buffer.from(text)));
  }
  return messages;
}

async function printed(
  { review, sourceOf }: SeriesReview,
  made: { readonly packs: LoadedPacks; readonly beside: FilesBeside },
  options: Options,
  around: Surroundings,
): Promise<string> {
  if (options.format === "json") return renderJson(review);
  if (options.format === "sarif") return sarifText(review, around);
  if (options.format === "html") {
    const models = versionModels(review, sourceOf, made);
    const highlighter = highlighterOf(await around.highlights());
    return renderPage({ review, sources: sourceOf, models, highlighter, version: around.version });
  }
  if (options.format !== "mail") {
    return (options.quiet ? renderFindings : renderText)(review, sourceOf, around.style(options));
  }
  const mails = renderMails(review, {
    tool: { name: "lockspan", version: around.version },
    from: around.env["LOCKSPAN_FROM"] ?? "lockspan <lockspan@localhost>",
    domain: "lockspan.invalid",
    date: null,
    closing: PERSONAL_CLOSING,
  });
  return mails.length === 1 ? (mails[0] ?? "") : renderMbox(mails);
}
