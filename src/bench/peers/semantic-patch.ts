/**
 * Rules in Coccinelle's language, of our own: a lock that stays on one way out, one that is never
 * released, one that is taken twice, one that is released and was not taken, and guarded members
 * outside the span.
 */
import type { Annotations } from "./annotate.ts";
import type { Primitive } from "./lock-prelude.ts";

/** @param members that a global spinlock guards */
export function semanticPatch(primitives: readonly Primitive[], { members }: Annotations): string {
  const either = (kind: Primitive["effect"]["kind"]) => (position: string) =>
    `\\(${primitives
      .filter(({ effect }) => effect.kind === kind && "arg" in effect.lock && effect.lock.arg === 0)
      .map(({ name, effect }) => `${name}${position}(L${effect.flagsArg === null ? "" : ", ..."})`)
      .join("\\|")}\\)`;
  const taken = either("acquire");
  const released = either("release");
  return [
    rule(
      "paired exists",
      ["expression L;", "identifier f;", "position a;"],
      [`f(...) {\n  ...\n  ${taken("@a")}\n  ...\n  ${released("")}\n  ...\n}`],
    ),
    rule(
      "left exists",
      ["expression paired.L;", "position paired.a;"],
      [`  ${taken("@a")}\n  ... when != ${released("")}\n* return ...;`],
    ),
    rule(
      "unpaired",
      ["expression L;", "identifier f;", "position q != paired.a;"],
      [`f(...) {\n  <...\n* ${taken("@q")}\n  ...>\n}`],
    ),
    rule(
      "twice exists",
      ["expression L;"],
      [`  ${taken("")}\n  ... when != ${released("")}\n* ${taken("")}`],
    ),
    rule(
      "held exists",
      ["expression L;", "position r;"],
      [`  ${taken("")}\n  ... when != ${released("")}\n  ${released("@r")}`],
    ),
    rule("unheld", ["expression L;", "position r != held.r;"], [`* ${released("@r")}`]),
    ...members.flatMap(guardRules),
  ].join("\n");
}

function rule(name: string, variables: readonly string[], body: readonly string[]): string {
  return [`@${name}@`, ...variables, "@@", ...body, ""].join("\n");
}

/** Where a function has a member in the span, it must not have it outside. */
function guardRules({ struct, fields, lock }: Annotations["members"][number], index: number): string[] {
  const members = fields === "all" ? ["m"] : fields;
  const any = fields === "all" ? ["identifier m;"] : [];
  const object = `struct ${struct} *E;`;
  return members.flatMap((member) => {
    const access = `E->${member}@p`;
    const name = `inside${index}${fields === "all" ? "" : member}`;
    const inside = `f(...) {\n  ...\n  spin_lock(&${lock});\n  ... when != spin_unlock(&${lock})\n  ${access}\n  ...\n}`;
    const outside = `f(...) {\n  <...\n* ${access}\n  ...>\n}`;
    return [
      rule(`${name} exists`, [object, ...any, "identifier f;", "position p;"], [inside]),
      rule(`out${name}`, [object, ...any, `identifier ${name}.f;`, `position p != ${name}.p;`], [outside]),
    ];
  });
}
