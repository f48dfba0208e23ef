/**
 * What the C does not say: which calls take which lock, what a list operation
 * publishes, which lock guards which type, who enters a driver and what the
 * callers hold. All of it is data from `rules/`; nothing here names a driver.
 */

/** How a pack names a lock: a global by its name, or a member of a struct. */
export type LockName =
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "member"; readonly struct: string; readonly field: string };

/** Which argument of a call (from 0) is the lock, or the one lock that the call always means. */
export type LockOperand =
  | {
      readonly arg: number;
      /** The lock is this member of what the argument points to: `domain_lock(d)`. */
      readonly field?: string;
    }
  | { readonly global: string };

export type LockMode = "exclusive" | "shared";

/** What a call does to a lock. */
export interface LockEffect {
  readonly kind: "acquire" | "release" | "try-acquire" | "test-held" | "initialise";
  readonly lock: LockOperand;
  readonly mode: LockMode;
  /** What it does to interrupts: `save`/`restore` go through a flags word. */
  readonly interrupts: "unchanged" | "off" | "on" | "save" | "restore";
  /** The argument that is the flags word, or null. */
  readonly flagsArg: number | null;
  readonly recursive: boolean;
  /** The effect takes place only when this argument is true: `spin_lock_if(c, l)`. */
  readonly onlyIf?: number;
  /**
   * Calls that answer with an error number have the lock when that is 0: `pthread_mutex_trylock`.
   * Left out: a try-acquire has it when its result is true, an acquire always.
   */
  readonly heldWhen?: "zero";
  /** The only error number with which a try fails, by its name. */
  readonly failsWith?: string;
  /** A test is true only for the holder itself; left out: whenever anybody holds the lock. */
  readonly own?: boolean;
}

/** What a call does to interrupts while it leaves every lock alone. */
export interface InterruptEffect {
  /** `test`: the result says whether they are on. */
  readonly effect: "off" | "on" | "save" | "restore" | "test";
  /** The argument that is the flags word, or null. */
  readonly flagsArg: number | null;
}

/** What a call does to memory that is not lock state. Arguments count from 0. */
export interface FunctionModel {
  readonly name: string;
  readonly lock: LockEffect | null;
  readonly noReturn: boolean;
  /** The result is memory that nobody else can reach yet (or NULL / an error pointer). */
  readonly allocates: boolean;
  /** The argument that is freed, or null. */
  readonly frees: number | null;
  /** Arguments whose target is read, written. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** `object` becomes reachable through `into` (null: through memory of unknown owner). */
  readonly publishes: readonly { readonly object: number; readonly into: number | null }[];
  /** Arguments that leave the structure they were linked in. */
  readonly unpublishes: readonly number[];
  /** The result: an argument unchanged, an element linked in an argument, what one points to, or not known. */
  readonly returns:
    | { readonly kind: "argument"; readonly arg: number }
    | { readonly kind: "element"; readonly of: number }
    | { readonly kind: "target"; readonly of: number }
    | { readonly kind: "unknown" };
  /** What the result says about its argument: `error-pointer` (IS_ERR), `null-or-error`, or nothing. */
  readonly tests: {
    readonly arg: number;
    readonly for: "error-pointer" | "null-or-error" | "negative";
  } | null;
  /** A value wrapper: `likely(x)` is x. */
  readonly transparent: number | null;
  /** `local_irq_disable()` and its relatives. */
  readonly interrupts?: InterruptEffect;
  /**
   * Errors dressed as pointers. `pointer-of`: the result is an error pointer when the argument
   * is a negative number (`ERR_PTR`). `number-of`: the result is the argument's error number,
   * negative for an error pointer (`PTR_ERR`). `number-or-zero`: the same, and 0 for a good pointer.
   */
  readonly errorPointer?: {
    readonly arg: number;
    readonly gives: "pointer-of" | "number-of" | "number-or-zero";
  };
  /**
   * `object` becomes reachable through the function in argument `to`, and only through it: an
   * interrupt handler's or a timer's cookie. Published as far as that function goes.
   */
  readonly handsTo?: readonly { readonly object: number; readonly to: number }[];
  /** The result was linked in an argument and is not any more: `page_list_remove_head`. */
  readonly unpublishesResult?: boolean;
  /** It answers with an error number, and publishes only when that is 0. */
  readonly publishesWhen?: "zero";
  /**
   * What is wrong with the call while a lock is held. `waits`: it waits, or runs what may wait for the
   * lock. `guest-copy`: it may take long, at the speed of a guest that can make it fail.
   */
  readonly underLock?: "waits" | "guest-copy";
  /**
   * The result points to what belongs to the processor that runs: nobody else has a way to it, `always`, or
   * as long as no interrupt can come in between, `interrupts-off`.
   */
  readonly ownProcessor?: "always" | "interrupts-off";
  /**
   * It counts the references of an object, in the cell that argument 0 points to: `raise` adds one whatever
   * the count is, `drop` takes one away and says whether it was the last.
   */
  readonly reference?: "raise" | "drop";
  /** It orders the memory accesses of one processor as others see them, and excludes nobody. */
  readonly barrier?: boolean;
  /** A `noReturn` that holds in debug builds only: release builds go on. */
  readonly debugOnly?: boolean;
}

/** `ASSERT(c)`: c is true afterwards; `BUG_ON(c)`: c is false; `WARN_ON(c)` is only a hint. */
export interface AssertMacro {
  readonly name: string;
  readonly holds: "true" | "false" | "hint";
}

/** A macro that walks a list, such as `list_for_each_entry(pos, head, member)`. */
export interface IteratorModel {
  readonly name: string;
  /** The loop variable's argument; it points to the element or to the link inside it. */
  readonly position: number;
  readonly yields: "entry" | "link";
  readonly head: number;
  /** The argument that names the link member, when it yields entries. */
  readonly member: number | null;
  /** A second cursor for loops that may delete, or null. */
  readonly next: number | null;
  /** A cursor that walks the links while `position` gets the entries: `hlist_for_each_entry`. */
  readonly cursor?: number;
  /** The list is this member of what the head argument points to: `for_each_pdev(d, p)`. */
  readonly headField?: string;
  /** Goes on from where the loop variable stands instead of from the head. */
  readonly continues?: boolean;
}

/** `container_of(ptr, type, member)` and its relatives. */
export interface ContainerMacro {
  readonly name: string;
  readonly pointer: number;
  readonly type: number;
  readonly member: number;
  /** `first`/`next`/`last`: the pointer is a list head or link whose neighbour is read first. */
  readonly follows: string | null;
}

/** `list_next_entry(pos, member)`: from an entry to its neighbour, of the same type. */
export interface NeighbourMacro {
  readonly name: string;
  /** The argument that is the entry, and the one that names its link. */
  readonly entry: number;
  readonly member: number;
  /** The link's member that is read: `next`, `prev`. */
  readonly follows: string;
}

/** `iommu_call(ops, fn, args…)`: a call through a table of operations or a function pointer. */
export interface Dispatcher {
  readonly name: string;
  /** The argument that is the table; null when the function pointer itself is given. */
  readonly table: number | null;
  /** The argument that names the table's member, or is the function pointer. */
  readonly operation: number;
  /** The argument that the called function gets first. */
  readonly firstArgument: number;
}

/** `DEFINE_SPINLOCK(x)`: a global lock, and the type that its variable gets. */
export interface LockDefinition {
  readonly macro: string;
  readonly type: string;
  readonly recursive: boolean;
}

/** A macro of a header: what it stands for matters to which lock is meant, and for how long. */
export interface HeaderMacro {
  readonly name: string;
  /** Null for a macro without parentheses. */
  readonly parameters: readonly string[] | null;
  readonly body: string;
}

/** What holds for all of Xen: primitives, lists, allocation, assertions. */
export interface Platform {
  readonly functions: ReadonlyMap<string, FunctionModel>;
  readonly asserts: ReadonlyMap<string, AssertMacro>;
  readonly iterators: ReadonlyMap<string, IteratorModel>;
  readonly containers: ReadonlyMap<string, ContainerMacro>;
  readonly lockDefinitions: ReadonlyMap<string, LockDefinition>;
  /** Folders of which a build has one folder in it, as `arch` with one for each architecture; left out: none. */
  readonly alternativeFolders?: ReadonlySet<string>;
  /** Locks, as reports name them, of which two may be held together: what orders them is not in the code. */
  readonly nestableLocks?: readonly string[];
  /** Locks, as reports name them, for which an assertion asks no caller: who holds them cannot be followed. */
  readonly unaskedLocks?: ReadonlySet<string>;
  /** Type names that are locks: `spinlock_t`, `rwlock_t`. */
  readonly lockTypes: ReadonlySet<string>;
  /** Attributes that mark a function as running at boot only. */
  readonly bootAttributes: ReadonlySet<string>;
  /** Struct types whose static initialisers are operation tables (their functions are entered from outside). */
  readonly operationTables: ReadonlySet<string>;
  /** Calls that register an interrupt handler: name -> the argument that is the function. */
  readonly interruptRegistrations: ReadonlyMap<string, number>;
  /** Calls or macros that register a function to run at boot: name -> the argument that is the function. */
  readonly bootRegistrations?: ReadonlyMap<string, number>;
  readonly neighbours?: ReadonlyMap<string, NeighbourMacro>;
  /** Macros that define a variable which is no lock: `LIST_HEAD` -> `struct list_head`. */
  readonly variableDefinitions?: ReadonlyMap<string, string>;
  readonly dispatchers?: ReadonlyMap<string, Dispatcher>;
  /** Loops over numbers or over things that no list links: name -> the argument that is assigned. */
  readonly valueIterators?: ReadonlyMap<string, number>;
  /** Macros that never evaluate their arguments: what stands in them is no access. */
  readonly unevaluated?: ReadonlySet<string>;
  readonly macros?: ReadonlyMap<string, HeaderMacro>;
}

/** A part of the code base that enters the driver, with the lock under which it keeps its own callers apart. */
export interface Subsystem {
  /** As the entry points name it. */
  readonly subsystem: string;
  /** For people: `PCI`. */
  readonly title: string;
  /** Null: it has none, or none that covers its devices. */
  readonly lock: LockName | null;
}

/** What one entry into the driver brings along. */
export interface EntryContext {
  /** `pci`, `dt`, … as the report prints it. */
  readonly subsystem: string;
  readonly calledBy: string;
  /** Locks that every caller on this way holds. */
  readonly callerHolds: readonly string[];
  /** Those of `callerHolds` that some caller holds for reading only; left out: none. */
  readonly callerHoldsShared?: readonly string[];
  /** Runs before the system is active, so nothing runs beside it. */
  readonly atBoot?: boolean;
  /** Runs when nobody else can reach what it is given: the domain is not known yet, or is gone. */
  readonly alone?: boolean;
  /** File, function and commit that show it. */
  readonly evidence: string;
}

/** An operation of the driver's table and the ways that lead to it. */
export interface EntryPoint {
  /** The member of the operation table, such as `add_device`. */
  readonly operation: string;
  readonly contexts: readonly EntryContext[];
}

/** A function that the rest of the code base calls by its name or through a pointer, and the ways that lead to it. */
export interface EntryFunction {
  readonly function: string;
  readonly contexts: readonly EntryContext[];
}

/** A memory cell that keeps a pointer to a guarded object alive for others to find. */
export interface HandleCell {
  readonly struct: string;
  readonly field: string;
}

/** A struct that rules may name, with the fields that any known version of the driver has. */
export interface TypeFact {
  readonly struct: string;
  readonly fields: readonly string[];
  readonly says: string;
}

/** What people want to know of a lock besides its name. */
export interface LockFact {
  readonly lock: LockName;
  /** Such as `spinlock`, as people say it. */
  readonly type: string;
  /** The file that defines it when that is none of the model's; null for the driver's own. */
  readonly definedIn: string | null;
  readonly guards: string;
  /** Locks of several such objects may be held together: something else decides in which order. */
  readonly nestable?: boolean;
}

/** Something the model relies on. */
export interface Need {
  readonly kind: "struct" | "field" | "global" | "function";
  /** A field as `struct.field`. With `anyOf`, the first of them. */
  readonly name: string;
  /** Names of different times: one of them must be there. */
  readonly anyOf?: readonly string[];
  /** What is lost when it is gone, as the end of a sentence: "the tree's key is not known". */
  readonly without?: string;
}

/** A file that calls into the driver, and whose side it is on; without one it only lies on the way. */
export interface CallerFile {
  /** By its path in the tree. */
  readonly file: string;
  readonly subsystem?: string;
}

export interface DriverModel {
  readonly id: string;
  readonly title: string;
  /** Paths (in the tree) of the files that the model is about; `*` matches within a name. */
  readonly files: readonly string[];
  readonly locks: readonly LockName[];
  readonly handles: readonly HandleCell[];
  /** The tag of the struct of its table of operations; null where it has none, nor entry points. */
  readonly operationsType: string | null;
  /** When given, every entry point's subsystem is among them. */
  readonly subsystems?: readonly Subsystem[];
  readonly entryPoints: readonly EntryPoint[];
  /** Ways in that no operation table shows; a function that is not named here is entered with no lock. */
  readonly entryFunctions?: readonly EntryFunction[];
  /** Headers, by their path in the tree, whose types the model speaks of: read along with its files. */
  readonly headers?: readonly string[];
  /** Where the callers of the operations stand: what they hold is measured there when the tree has the files. */
  readonly callers?: readonly CallerFile[];
  /** Names that must exist in the file for the model to mean anything; each says what breaks without it. */
  readonly needs: readonly Need[];
  /** The commit at which callers and their locks were read. */
  readonly factsAt?: string;
  readonly types?: readonly TypeFact[];
  readonly lockFacts?: readonly LockFact[];
}
