/** `lockspan explain CHECK|RULE`: the page of a check or of a rule. */
import { InputError, suggestWord } from "../../base/index.ts";
import { CHECK_IDS } from "../../findings/index.ts";
import { rulePage } from "../../rules/index.ts";
import type { CommandResult, Surroundings } from "../command.ts";
import type { Options } from "../options.ts";

export async function runExplain(options: Options, around: Surroundings): Promise<CommandResult> {
  if (options.paths.length === 0) {
    throw new InputError("there is nothing to explain", {
      hint: `Name a check or a rule: lockspan explain lock-leak. Checks: ${CHECK_IDS.join(", ")}.`,
    });
  }
  const pages: string[] = [];
  for (const name of options.paths) pages.push(await pageOf(name, options, around));
  return { text: pages.join("\n"), status: 0 };
}

async function pageOf(name: string, options: Options, around: Surroundings): Promise<string> {
  const page = (await around.pages()).get(name);
  if (page !== undefined) return page;
  const rules = (await around.packs(options.rules)).drivers.flatMap((pack) => pack.rules);
  const rule = rules.find((each) => each.id === name);
  if (rule !== undefined) return rulePage(rule);
  throw new InputError(`there is no check or rule "${name}"`, {
    hint: suggestWord(name, [...CHECK_IDS, ...rules.map((each) => each.id)]),
  });
}
