/**
 * What the names of one program's files mean: struct members, type names, constants, variables,
 * functions. Earlier files win where two define one name, definitions win over declarations.
 *
 * What to look for elsewhere: reading one declaration (`declarator.ts`).
 */
import { type CType, UNKNOWN_TYPE } from "./c-type.ts";
import {
  type DeclarationFacts,
  declarationFactsOf,
  type Field,
  type FunctionSignature,
  type Member,
} from "./declaration-facts.ts";
import type { Parameter } from "./declarator.ts";
import { differingNames } from "./differing-names.ts";
import { isAlias, movingAliases, type Renaming, renamingAt } from "./moving-aliases.ts";
import { isNoReturn } from "./no-return.ts";
import type { SourceFile, TopLevelItem } from "./syntax.ts";

export interface TypeTable {
  /** Type names and macros that rename types or tags are followed, at every depth. */
  resolve(type: CType): CType;
  /** The struct that a type's text names, pointers aside: `struct s *`, `s_t`, a bare `s`; null for numbers. */
  structNamed(text: string): string | null;
  /** Members in order, those of unnamed inner structs included; null when the struct is not defined here. */
  fields(tag: string): readonly Field[] | null;
  fieldType(tag: string, field: string): CType | null;
  /** Members of a struct that share memory with others, by name; null for nearly all structs, which have none. */
  sharing(tag: string): Readonly<Record<string, SharedMemory>> | null;
  globalType(name: string): CType | null;
  functionType(name: string): CType | null;
  returnType(name: string): CType | null;
  /** Whether a declaration says that it never returns. */
  isNoReturn(name: string): boolean;
  parameters(name: string): readonly Parameter[] | null;
  /** Null when it is no constant, or one without a plain value. */
  enumConstant(name: string): number | null;
}

/** What lies where a member lies, by name. */
export interface SharedMemory {
  /** The same bytes: other members of the union. */
  readonly overlay: readonly string[];
  /** Other bits of what a write rewrites: bit-fields beside it. */
  readonly word: readonly string[];
}

export interface TypeTableOptions {
  /**
   * Macros that define a variable, by name, with the type it gets: `DEFINE_SPINLOCK` -> `spinlock_t`,
   * `LIST_HEAD` -> `struct list_head`. The variable is the macro's last argument.
   */
  readonly definingMacros?: ReadonlyMap<string, string>;
  /** Type names that stay as they are even where their definition is known: locks, above all. */
  readonly opaqueTypes?: ReadonlySet<string>;
}

/** The table of all items of the files. A few milliseconds a file at most, less when items were met before. */
export function typeTableOf(files: readonly SourceFile[], options: TypeTableOptions = {}): TypeTable {
  const collected = new Collected(options);
  for (const file of files) {
    const moving = movingAliases(file);
    for (const item of file.items) {
      const rename = moving.size > 0 ? renamingAt(file.macros, item.offset) : AS_WRITTEN;
      if (item.name !== null && isNoReturn(item)) collected.endless.add(item.name);
      if (isPlainDefinition(item) && item.name !== null)
        collected.definitions.set(item.name, { item, rename });
      else collected.add(declarationFactsOf(item), item, rename);
    }
    for (const macro of file.macros.all)
      if (isAlias(macro) && !moving.has(macro.name)) collected.alias(macro.name, macro.body);
  }
  const table = tableOf(collected);
  filesOf.set(table, files);
  return table;
}

/** What tables were made of. */
const filesOf = new WeakMap<TypeTable, readonly SourceFile[]>();

/**
 * The names of which two tables say different things, and all that lead to these: whatever is asked
 * about others is answered alike. Null where that is not known.
 */
export function tablesDifferIn(left: TypeTable, right: TypeTable): ReadonlySet<string> | null {
  const [one, other] = [filesOf.get(left), filesOf.get(right)];
  return one === undefined || other === undefined ? null : differingNames(one, other);
}

const AS_WRITTEN: Renaming = (type) => type;

/** The same table for code that stands at an offset of a file: macros rename its types as they do there. */
export function typesAt(types: TypeTable, file: SourceFile, offset: number): TypeTable {
  if (movingAliases(file).size === 0) return types;
  const rename = renamingAt(file.macros, offset);
  return {
    ...types,
    resolve: (type) => types.resolve(rename(type)),
    structNamed: (text) => types.structNamed(spelling(rename(typeSpelled(text)))),
  };
}

function spelling(type: CType): string {
  if (type.kind === "pointer") return `${spelling(type.to)} *`;
  if (type.kind === "struct") return `struct ${type.tag}`;
  return type.kind === "scalar" ? type.name : "";
}

/** Everything by name, before any of it is resolved. */
class Collected {
  readonly structs = new Map<string, readonly Member[]>();
  readonly typeNames = new Map<string, CType>();
  readonly aliases = new Map<string, string>();
  readonly constants = new Map<string, number | null>();
  readonly variables = new Map<string, CType>();
  readonly functions = new Map<string, FunctionSignature>();
  /** Functions that declare nothing but themselves: read when they are asked for. */
  readonly definitions = new Map<string, { readonly item: TopLevelItem; readonly rename: Renaming }>();
  /** Functions that a declaration says never return. */
  readonly endless = new Set<string>();
  readonly options: TypeTableOptions;

  constructor(options: TypeTableOptions) {
    this.options = options;
  }

  add(facts: DeclarationFacts, item: TopLevelItem, rename: Renaming): void {
    for (const { tag, fields } of facts.structs) {
      const renamed = rename === AS_WRITTEN ? fields : fields.map((field) => fieldUnder(field, rename));
      setOnce(this.structs, rename === AS_WRITTEN ? tag : tagUnder(tag, rename), renamed);
    }
    for (const { name, type } of facts.typeNames) setOnce(this.typeNames, name, rename(type));
    for (const { name, value } of facts.constants) setOnce(this.constants, name, value);
    for (const { name, type } of facts.variables) setOnce(this.variables, name, rename(type));
    for (const declared of facts.functions) {
      if (isNoReturn(item)) this.endless.add(declared.name);
      const signature = signatureUnder(declared, rename);
      if (signature.isDefinition) this.functions.set(signature.name, signature);
      else setOnce(this.functions, signature.name, signature);
    }
    for (const call of facts.calls) {
      const type = this.options.definingMacros?.get(call.macro);
      const texts = argumentTexts(item.source, call.args);
      const name = texts.at(-1);
      if (type !== undefined && name !== undefined)
        setOnce(
          this.variables,
          name,
          typeSpelled(type.replace(ARGUMENT, (_, at) => texts[Number(at)] ?? "")),
        );
    }
  }

  signature(name: string): FunctionSignature | undefined {
    const definition = this.definitions.get(name);
    if (definition === undefined) return this.functions.get(name);
    const { item, rename } = definition;
    const own = declarationFactsOf(item).functions.find((one) => one.isDefinition);
    return own === undefined ? this.functions.get(name) : signatureUnder(own, rename);
  }

  alias(name: string, body: string): void {
    setOnce(this.aliases, name, body);
  }
}

/** What stands in a macro's type for one of its arguments. */
const ARGUMENT = /\{(\d)\}/g;

/** Arguments as written: the word before a tag is none of the places that were read. */
function argumentTexts(
  source: string,
  args: readonly { readonly start: number; readonly end: number }[],
): string[] {
  return args.map(({ start, end }, index) => {
    const from = index === 0 ? source.lastIndexOf("(", start) + 1 : (args[index - 1]?.end ?? start);
    return source.slice(from, end).replace(/^[\s,]+/, "");
  });
}

function tagUnder(tag: string, rename: Renaming): string {
  const type = rename({ kind: "struct", tag });
  return type.kind === "struct" ? type.tag : tag;
}

function fieldUnder<F extends { readonly type: CType }>(field: F, rename: Renaming): F {
  return { ...field, type: rename(field.type) };
}

function signatureUnder(signature: FunctionSignature, rename: Renaming): FunctionSignature {
  if (rename === AS_WRITTEN) return signature;
  const parameters = signature.parameters.map((parameter) => fieldUnder(parameter, rename));
  return { ...signature, returns: rename(signature.returns), parameters };
}

/** Variants of a program share the items in which they do not differ. */
const plain = new WeakMap<TopLevelItem, boolean>();

/** A function whose body defines no type of its own. */
function isPlainDefinition(item: TopLevelItem): boolean {
  if (item.kind !== "function") return false;
  let isPlain = plain.get(item);
  if (isPlain === undefined) {
    isPlain = item.masked.includes("{") && !/\b(struct|union|enum)\b[^;(){]*\{/.test(item.masked);
    plain.set(item, isPlain);
  }
  return isPlain;
}

function setOnce<V>(map: Map<string, V>, name: string, value: V): void {
  if (!map.has(name)) map.set(name, value);
}

/** `struct s` or a type name, with stars. */
export function typeSpelled(text: string): CType {
  const bare = text.replace(/\b(const|volatile)\b/g, "").trim();
  if (bare.endsWith("*")) return { kind: "pointer", to: typeSpelled(bare.slice(0, -1)) };
  const tag = /^(?:struct|union)\s+(\w+)$/.exec(bare)?.[1];
  return tag === undefined ? { kind: "scalar", name: bare.replace(/\s+/g, " ") } : { kind: "struct", tag };
}

function isPrimitive(name: string): boolean {
  return /^(unsigned|signed|long|short|int|char|void|float|double|bool|_Bool|size_t|[us]\d+|u?int\d+_t)(_|$)/.test(
    name,
  );
}

function tableOf(collected: Collected): TypeTable {
  const resolve = resolverOf(collected);
  const members = new Map<string, ReadonlyMap<string, CType>>();
  const membersOf = (tag: string): ReadonlyMap<string, CType> => {
    const known = members.get(tag);
    if (known !== undefined) return known;
    const fields = (collected.structs.get(tag) ?? []).map(({ name, type }) => [name, resolve(type)] as const);
    const made = new Map(fields);
    members.set(tag, made);
    return made;
  };
  const returnType = remembering((name: string): CType | null => {
    const signature = collected.signature(name);
    return signature === undefined ? null : resolve(signature.returns);
  });
  return {
    resolve,
    structNamed(text) {
      let type = resolve(typeSpelled(text));
      while (type.kind === "pointer") type = type.to;
      if (type.kind === "struct") return type.tag;
      // In a macro's argument the word `struct` has been blanked: a bare tag stands for it.
      if (type.kind !== "scalar" || !/^[A-Za-z_]\w*$/.test(type.name) || isPrimitive(type.name)) return null;
      return type.name;
    },
    fields: remembering((tag) => {
      const found = collected.structs.has(tag) ? membersOf(tag) : null;
      return found === null ? null : [...found].map(([name, type]) => ({ name, type }));
    }),
    fieldType: (tag, field) => membersOf(tag).get(field) ?? null,
    sharing: remembering((tag) => sharingIn(collected.structs.get(tag) ?? [])),
    globalType(name) {
      const type = collected.variables.get(name);
      return type === undefined ? null : resolve(type);
    },
    functionType(name) {
      const returns = returnType(name);
      return returns === null ? null : { kind: "function", returns };
    },
    returnType,
    parameters: remembering((name) => {
      const signature = collected.signature(name);
      if (signature === undefined) return null;
      return signature.parameters.map((parameter) => ({
        name: parameter.name,
        type: resolve(parameter.type),
      }));
    }),
    enumConstant: (name) => collected.constants.get(name) ?? null,
    isNoReturn: (name) => collected.endless.has(name),
  };
}

/** All functions of a program ask about the same few names. */
function remembering<T>(answer: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    let one = known.get(name);
    if (one === undefined) {
      one = answer(name);
      known.set(name, one);
    }
    return one;
  };
}

function sharingIn(members: readonly Member[]): Readonly<Record<string, SharedMemory>> | null {
  const sharing = members.filter(({ overlay, word }) => overlay !== undefined || word !== undefined);
  if (sharing.length === 0) return null;
  return Object.fromEntries(sharing.map((own) => [own.name, sharingOf(sharing, own)]));
}

function sharingOf(members: readonly Member[], own: Member): SharedMemory {
  const { overlay, word } = own;
  const others = members.filter((member) => member !== own);
  const isOver = (other: Member) =>
    overlay !== undefined &&
    other.overlay?.union === overlay.union &&
    other.overlay.alternative !== overlay.alternative;
  const namesOf = (kept: readonly Member[]) => kept.map((member) => member.name);
  return {
    overlay: namesOf(others.filter(isOver)),
    word: namesOf(others.filter((other) => word !== undefined && other.word === word)),
  };
}

function resolverOf({ typeNames, aliases, options }: Collected): (type: CType) => CType {
  const tagOf = (tag: string): string => {
    let current = tag;
    for (let steps = 0; steps < 8; steps++) {
      const alias = aliases.get(current);
      if (alias === undefined) break;
      current = alias.replace(/^(struct|union)\s+/, "");
    }
    return current;
  };
  const named = (name: string, depth: number): CType => {
    const type = typeNames.get(name);
    const alias = aliases.get(name);
    if (depth > 8 || options.opaqueTypes?.has(name)) return { kind: "scalar", name };
    if (type !== undefined) return resolve(type, depth + 1);
    if (alias !== undefined) return resolve(typeSpelled(alias), depth + 1);
    return { kind: "scalar", name };
  };
  const resolve = (type: CType, depth: number): CType => {
    switch (type.kind) {
      case "struct":
        return { kind: "struct", tag: tagOf(type.tag) };
      case "pointer":
        return { kind: "pointer", to: resolve(type.to, depth) };
      case "array":
        return { kind: "array", of: resolve(type.of, depth) };
      case "function":
        return { kind: "function", returns: resolve(type.returns, depth) };
      case "scalar":
        return named(type.name, depth);
      default:
        return UNKNOWN_TYPE;
    }
  };
  return (type) => resolve(type, 0);
}
