/**
 * Lowers loops that a macro heads: `for_each_thing(x, …) statement`.
 *
 * One that the file defines is lowered from what it expands to, with the loop's body where the
 * expansion ends; one of the dialect from its meaning; of any other only the arguments are known.
 */
import { UNKNOWN_TYPE } from "./c-type.ts";
import { expandMacro } from "./expand-macro.ts";
import type { ChoiceTarget } from "./instruction.ts";
import { containerOf, loadMember } from "./lower-call.ts";
import { memberAddress, readPlace, structTagOf, targetOf, unknownValue, writePlace } from "./lower-place.ts";
import {
  childOf,
  emit,
  expansionFrame,
  type Frame,
  type Jumps,
  type LoweringContext,
  lowerBody,
  macroAt,
  rangeOf,
  readPiece,
  textOf,
} from "./lowering-context.ts";
import type { MacroUse, SyntaxNode } from "./syntax.ts";

/** What stands for the loop's body where a macro that heads a loop is expanded. */
const BODY = "loop_body_";

export function lowerIterator(
  context: LoweringContext,
  node: SyntaxNode,
  use: MacroUse,
  frame: Frame,
  jumps: Jumps,
): void {
  if (lowerExpandedLoop(context, node, use, frame, jumps)) return;
  const model = context.dialect.iterators.get(use.macro);
  const args = iteratorArguments(node);
  if (model !== undefined && args[model.position] !== undefined && args[model.head] !== undefined) {
    lowerListWalk(context, node, { use, args, model }, frame);
    return;
  }
  lowerUnknownIterator(context, node, args, frame);
}

/** Lowers what the macro expands to, whatever loops and conditions that are; the body is its last statement. */
export function lowerExpandedLoop(
  context: LoweringContext,
  node: SyntaxNode,
  use: MacroUse | undefined,
  frame: Frame,
  jumps: Jumps,
): boolean {
  const macro = use === undefined ? null : macroAt(context, use.macro, node, frame);
  if (use === undefined || macro === null) return false;
  // The text stage writes `while` over a name, and takes blanks before one that is shorter.
  const text = `    ${expandMacro(macro, use.args)} ${BODY};`;
  const piece = readPiece(context, "statement", text, node, frame);
  if (piece === null) return false;
  const inner: Frame = {
    ...expansionFrame(macro, piece, node, frame),
    use: headerRange(node, frame),
    body: (around) => {
      const body = childOf(node, "body");
      if (body !== null) context.walk.statement(body, frame, around);
    },
  };
  context.walk.statement(piece.node, inner, jumps);
  return true;
}

/** Whether a name stands for the body of the loop that is being expanded, which is then lowered. */
export function lowerBodyMark(name: SyntaxNode, frame: Frame, jumps: Jumps): boolean {
  if (frame.body === undefined || textOf(name, frame) !== BODY) return false;
  frame.body(jumps);
  return true;
}

/** The header of an iterator stands for its use; the body has places of its own. */
function headerRange(node: SyntaxNode, frame: Frame): { start: number; end: number } {
  const range = rangeOf(node, frame);
  const end = childOf(node, "condition")?.end ?? childOf(node, "body")?.start;
  return frame.use !== null || end === undefined ? range : { start: range.start, end };
}

/** The arguments of the rewritten header: the operands of its comma expression. */
function iteratorArguments(node: SyntaxNode): SyntaxNode[] {
  const operands: SyntaxNode[] = [];
  let rest: SyntaxNode | null = childOf(node, "condition")?.children[0] ?? null;
  while (rest?.type === "comma_expression") {
    const left = childOf(rest, "left");
    if (left !== null) operands.push(left);
    rest = childOf(rest, "right");
  }
  if (rest !== null) operands.push(rest);
  return operands;
}

interface ListWalk {
  readonly use: MacroUse;
  readonly args: readonly SyntaxNode[];
  readonly model: {
    readonly position: number;
    readonly yields: "entry" | "link";
    readonly head: number;
    readonly member: number | null;
    readonly next: number | null;
  };
}

function lowerListWalk(
  context: LoweringContext,
  node: SyntaxNode,
  { use, args, model }: ListWalk,
  frame: Frame,
): void {
  const { graph } = context;
  const [positionNode, headNode] = [args[model.position], args[model.head]];
  if (positionNode === undefined || headNode === undefined) return;
  const header: Frame = { ...frame, use: headerRange(node, frame) };
  const text = `${use.macro}(${use.args.join(", ")})`;
  const head = context.walk.value(headNode, frame);
  const cursor = context.walk.place(positionNode, frame);
  const cursorType = cursor.kind === "register" ? graph.typeOf(cursor.variable) : cursor.type;
  const struct = structTagOf(targetOf(cursorType));
  const memberNode = model.member === null ? undefined : args[model.member];
  const member = memberNode === undefined ? null : textOf(memberNode, frame);
  const link = graph.temporary({ kind: "pointer", to: targetOf(graph.typeOf(head)) });
  const first = loadMember(context, head, "next", node, header, { text });
  emit(context, node, header, { kind: "copy", dst: link, src: first });
  const [test, body, step, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock(), graph.newBlock()];
  graph.startAt(test);
  const entry =
    model.yields === "entry" && member !== null
      ? containerOf(context, link, struct, member, node, header)
      : link;
  writePlace(context, cursor, entry, positionNode, header);
  const targets: ChoiceTarget[] = [
    { to: body, match: null, label: "an element is left" },
    { to: after, match: null, label: "the walk ends" },
  ];
  graph.end({ kind: "choice", at: rangeOf(node, header), targets });
  graph.continueAt(body);
  const nextNode = model.next === null ? undefined : args[model.next];
  if (nextNode !== undefined) {
    const at = member === null ? link : memberAddress(context, entry, struct, member, node, header).address;
    const next = loadMember(context, at, "next", node, header, { text });
    const following = member === null ? next : containerOf(context, next, struct, member, node, header);
    writePlace(context, context.walk.place(nextNode, frame), following, nextNode, header);
    emit(context, node, header, { kind: "copy", dst: link, src: next });
    lowerBody(context, node, frame, { onBreak: after, onContinue: step });
    graph.startAt(step);
  } else {
    lowerBody(context, node, frame, { onBreak: after, onContinue: step });
    graph.startAt(step);
    const current = readPlace(context, cursor, positionNode, header);
    const at =
      member === null ? current : memberAddress(context, current, struct, member, node, header).address;
    emit(context, node, header, {
      kind: "copy",
      dst: link,
      src: loadMember(context, at, "next", node, header, { text, isStep: true }),
    });
  }
  graph.end({ kind: "jump", to: test });
  graph.continueAt(after);
}

/** A loop about which only its arguments are known; the first one is its cursor. */
function lowerUnknownIterator(
  context: LoweringContext,
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  frame: Frame,
): void {
  const { graph } = context;
  const header: Frame = { ...frame, use: headerRange(node, frame) };
  for (const argument of args.slice(1)) context.walk.value(argument, frame);
  const [test, body, after] = [graph.newBlock(), graph.newBlock(), graph.newBlock()];
  graph.startAt(test);
  const cursor = args[0];
  if (cursor?.type === "identifier") {
    const place = context.walk.place(cursor, frame);
    const type = place.kind === "register" ? graph.typeOf(place.variable) : UNKNOWN_TYPE;
    writePlace(context, place, unknownValue(context, cursor, header, type), cursor, header);
  }
  const targets: ChoiceTarget[] = [
    { to: body, match: null, label: "another round" },
    { to: after, match: null, label: "the loop ends" },
  ];
  graph.end({ kind: "choice", at: rangeOf(node, header), targets });
  graph.continueAt(body);
  lowerBody(context, node, frame, { onBreak: after, onContinue: test });
  graph.end({ kind: "jump", to: test });
  graph.continueAt(after);
}
