/**
 * Variables that a function is called for where their scope ends: `__attribute__((cleanup(f)))`.
 *
 * The text stage blanks attributes, so they are looked for in the text as it was written.
 * In: declarations and the ends of scopes. Out: the calls, innermost variable first, on
 * every way out of the scope: its end, `return`, `break`, `continue` and `goto`.
 */
import { UNKNOWN_TYPE } from "./c-type.ts";
import { expandMacro } from "./expand-macro.ts";
import type { SourceRange, VariableId } from "./instruction.ts";
import {
  type Cleanup,
  childOf,
  expansionFrame,
  type Frame,
  type LoweringContext,
  macroAt,
  rangeOf,
  readPiece,
} from "./lowering-context.ts";
import type { MacroTable } from "./macro-table.ts";
import type { SourceFile, SyntaxNode, TopLevelItem } from "./syntax.ts";

const ATTRIBUTE =
  /\b__attribute(?:__)?\s*\(\s*\([^;]*?\b(?:__)?cleanup(?:__)?\s*\(\s*(\w+)|\b__cleanup\s*\(\s*(\w+)/;

/** Macros that stand for such an attribute, with its function. */
const remembered = new WeakMap<MacroTable, ReadonlyMap<string, string>>();

function cleanupMacros(macros: MacroTable): ReadonlyMap<string, string> {
  let known = remembered.get(macros);
  if (known === undefined) {
    const found = macros.all.flatMap(({ name, params, body }) => {
      const callee = params === null && body.includes("cleanup") ? calleeIn(body) : null;
      return callee === null ? [] : [[name, callee] as const];
    });
    known = new Map(found);
    remembered.set(macros, known);
  }
  return known;
}

function calleeIn(text: string): string | null {
  const match = ATTRIBUTE.exec(text);
  return match?.[1] ?? match?.[2] ?? null;
}

/** The functions that an item's variables are cleaned up by, in order: its masked text does not have them. */
export function cleanupsOf({ macros }: SourceFile, { source, masked }: TopLevelItem): readonly string[] {
  const named = cleanupMacros(macros);
  if (!source.includes("cleanup") && named.size === 0) return [];
  return stretchesOf(source, masked).flatMap((stretch) => cleanupIn(stretch, named) ?? []);
}

/** What was written and is blank in the masked text, declaration by declaration, without comments. */
function stretchesOf(source: string, masked: string): string[] {
  return [...masked.matchAll(/[^;{}]+/g)].map(({ 0: own, index }) =>
    blankedIn(source.slice(index, index + own.length), own),
  );
}

function blankedIn(source: string, masked: string): string {
  if (source === masked) return "";
  const blanked = [...source].map((letter, at) => (masked[at] === letter ? " " : letter)).join("");
  return blanked.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ");
}

function cleanupIn(stretch: string, named: ReadonlyMap<string, string>): string | null {
  const direct = calleeIn(stretch);
  if (direct !== null || named.size === 0) return direct;
  for (const [word] of stretch.matchAll(/[A-Za-z_]\w*/g)) {
    const callee = named.get(word);
    if (callee !== undefined) return callee;
  }
  return null;
}

/** Notes a variable that its declaration, of which the `stretches` are about it, gives a function to be cleaned up by. */
export function noteCleanup(
  context: LoweringContext,
  stretches: readonly SourceRange[],
  frame: Frame,
  { variable, name }: { readonly variable: VariableId; readonly name: string },
): void {
  if (frame.use === null && !context.cleansUp) return;
  const written = stretches.map(({ start, end }) => {
    const from = start - (/\s*$/.exec(frame.text.slice(0, start))?.[0].length ?? 0);
    return blankedIn(frame.source.slice(from, end), frame.text.slice(from, end));
  });
  const callee = cleanupIn(written.join(" "), cleanupMacros(context.macros));
  if (callee === null) return;
  // Its address is handed over, so it lives in memory.
  if (context.graph.variables[variable]?.inMemory !== true) context.missedInMemory.add(name);
  context.cleanups.push({ variable, name, callee, scope: context.blocks.at(-1) ?? null });
}

/** Calls what is to be called for the variables beyond the first `kept`; they stay noted. */
export function cleanUp(context: LoweringContext, kept: number, at: SourceRange): void {
  for (let index = context.cleanups.length - 1; index >= kept; index--) {
    const cleanup = context.cleanups[index];
    if (cleanup !== undefined) callCleanup(context, cleanup, at);
  }
}

/** Before a jump to a label: the variables of the blocks that the label is not in. */
export function cleanUpBefore(context: LoweringContext, label: string, node: SyntaxNode, frame: Frame): void {
  const [body] = context.blocks;
  if (context.cleanups.length === 0 || body === undefined) return;
  const around = new Set(blocksAround(body, label, frame) ?? []);
  const kept = context.cleanups.findIndex(({ scope }) => scope !== null && !around.has(scope));
  if (kept !== -1) cleanUp(context, kept, rangeOf(node, frame));
}

const SCOPES: ReadonlySet<string> = new Set(["compound_statement", "for_statement"]);

function blocksAround(node: SyntaxNode, label: string, frame: Frame): SyntaxNode[] | null {
  if (node.type === "labeled_statement") {
    const name = childOf(node, "label");
    if (name !== null && frame.text.slice(name.start, name.end) === label) return [];
  }
  for (const child of node.children) {
    const found = blocksAround(child, label, frame);
    if (found !== null) return SCOPES.has(node.type) ? [node, ...found] : found;
  }
  return null;
}

/** The function may be a macro, which gets the variable's address like any other. */
function callCleanup(context: LoweringContext, cleanup: Cleanup, at: SourceRange): void {
  const { graph, scopes, walk } = context;
  const { variable, name, callee } = cleanup;
  const frame: Frame = { text: "", source: "", use: at, hidden: new Set(), macroUses: new Map() };
  const use: SyntaxNode = { type: "identifier", ...at, field: null, children: [] };
  const macro = macroAt(context, callee, use, frame);
  const text = macro?.params == null ? null : expandMacro(macro, [`&${name}`]);
  const piece = text === null ? null : readPiece(context, "expression", text, use, frame);
  if (macro !== null && piece !== null) {
    // The name may mean another variable here, or none any more.
    scopes.push(new Map([[name, { kind: "variable", variable }]]));
    walk.value(piece.node, expansionFrame(macro, piece, use, frame));
    scopes.pop();
    return;
  }
  const address = graph.temporary({ kind: "pointer", to: graph.typeOf(variable) });
  graph.emit({ kind: "address-of-local", dst: address, local: variable, at });
  const dst = graph.temporary(UNKNOWN_TYPE);
  graph.emit({ kind: "call", dst, callee, target: null, args: [address], argTexts: [`&${name}`], at });
}
