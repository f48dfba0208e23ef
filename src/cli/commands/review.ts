/** `lockspan review PATCH… --tree DIR`. */
import { fetchPullRequestPatch, isPullRequestName, readInputs, resolveBase } from "../../adapters/index.ts";
import { InputError } from "../../base/index.ts";
import { countsForExit } from "../../findings/index.ts";
import { type Message, readMessages, selectPatches } from "../../patch/index.ts";
import { PERSONAL_CLOSING, renderJson, renderMails, renderMbox, renderText } from "../../reports/index.ts";
import { headerFiles, reviewSeries, type SeriesReview } from "../../review/index.ts";
import { headersFor } from "../../rules/index.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";

export async function runReview(options: Options, around: Surroundings): Promise<CommandResult> {
  if (options.paths.length === 0) {
    throw new InputError("there is no patch to review", {
      hint: 'Name a mail, an mbox or "-": lockspan review PATCH --tree DIR',
    });
  }
  const packs = around.packs(options.rules);
  const selection = selectPatches(await messagesOf(options.paths, around.env));
  const base = await resolveBase(options.tree ?? ".", selection, { base: options.base });
  const { patches } = selection;
  const loaded = await packs;
  const wanted = headersFor(
    loaded.drivers,
    base.files.map(({ path }) => path),
  );
  const headers =
    wanted.length === 0 ? [] : headerFiles(wanted, await base.tree.read(wanted.map(({ path }) => path)));
  const done = reviewSeries({
    patches,
    base,
    headers,
    packs: loaded,
    profile: options.profile,
    scope: options.scope,
  });
  const { failOn } = options;
  const fails = failOn !== "never" && done.review.findings.some((finding) => countsForExit(finding, failOn));
  return { text: printed(done, options, around), status: fails ? 1 : 0 };
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

function printed({ review, sourceOf }: SeriesReview, options: Options, around: Surroundings): string {
  if (options.format === "json") return renderJson(review);
  if (options.format !== "mail") return renderText(review, sourceOf, around.style(options));
  const mails = renderMails(review, {
    tool: { name: "lockspan", version: around.version },
    from: around.env["LOCKSPAN_FROM"] ?? "lockspan <lockspan@localhost>",
    domain: "lockspan.invalid",
    date: null,
    closing: PERSONAL_CLOSING,
  });
  return mails.length === 1 ? (mails[0] ?? "") : renderMbox(mails);
}
