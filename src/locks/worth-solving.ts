/** Which functions of a program are solved: only what somebody looks at. */
import type { FunctionIr } from "../c/index.ts";
import type { OwnRelevance } from "./relevance.ts";

interface Worth<F> {
  readonly isAsked: (one: F) => boolean;
  readonly relevanceOf: (ir: FunctionIr) => OwnRelevance;
  readonly find: (from: F, name: string) => F | undefined;
  /** Functions that are called or whose address is taken. */
  readonly calleesOf: (one: F) => readonly F[];
}

/**
 * Functions that have to do with locks or guarded memory themselves or through a callee; of those
 * that merely hand out memory the ones that such a function leads to, since nobody else looks at it.
 *
 * @param components callees first; of each all members are taken, or none
 */
export function worthSolving<F extends { readonly ir: FunctionIr }>(
  components: readonly { readonly members: readonly F[] }[],
  { isAsked, relevanceOf, find, calleesOf }: Worth<F>,
): ReadonlySet<F> {
  const worth = new Set<F>();
  const carrying = new Set<F>();
  const addAll = (to: Set<F>, members: readonly F[]) => {
    for (const member of members) to.add(member);
  };
  for (const { members } of components) {
    const own = members.map((one) => ({ one, ...relevanceOf(one.ir) }));
    const leadsTo = (group: ReadonlySet<F>) =>
      own.some(({ one, callees }) =>
        callees.some((name) => {
          const callee = find(one, name);
          return callee !== undefined && callee !== one && group.has(callee);
        }),
      );
    if (own.some(({ one, why }) => why === "locks" || isAsked(one)) || leadsTo(worth)) addAll(worth, members);
    else if (own.some(({ why }) => why === "memory") || leadsTo(carrying)) addAll(carrying, members);
  }
  for (const { members } of [...components].reverse()) {
    if (!members.some((one) => worth.has(one))) continue;
    addAll(worth, members);
    for (const callee of members.flatMap((one) => calleesOf(one)))
      if (carrying.has(callee)) worth.add(callee);
  }
  return worth;
}
