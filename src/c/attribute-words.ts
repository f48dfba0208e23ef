/**
 * Words of the kernel's C dialect that stand between a declaration's parts and
 * carry no meaning for control flow or data: section, address-space, checking
 * and inlining marks. Spellings only; a file's own empty macros are learned from
 * its macro table, and callers can add more.
 */

const PLAIN = `
  __init __exit __initdata __initconst __initconstrel __initrodata __devinit __devexit __devinitdata
  __cpuinit __cpuinitdata __meminit __hwdom_init __hwdom_initdata __presmp_initdata __presmp_init
  __init_or_livepatch init_or_livepatch init_or_livepatch_const init_or_livepatch_data init_or_livepatch_read_mostly
  __initconst_cf_clobber __initdata_cf_clobber __ro_after_init __read_mostly __refdata __ref
  __used __used_section __unused __maybe_unused __always_unused __must_check __pure __attribute_const__ __const__
  __packed __weak __malloc __cold __hot __noreturn noreturn __nonnull __visible __deprecated
  __iomem __user __kernel __force __percpu __rcu __bitwise __bitwise__ __safe __nocast __private
  __transparent__ __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned
  ____cacheline_aligned_in_smp __page_aligned_bss __page_aligned_data __aligned_largest
  __constructor __stdcall __cdecl __fastcall asmlinkage notrace noinline nocall cf_check
  __always_inline always_inline noinline_for_stack __noinline __flatten __extension__
  __hidden __global __overloadable __counted_by __no_sanitize __gnu_inline __optimize
  EFIAPI IN OUT OPTIONAL fastcall
`;

const WITH_ARGUMENTS = `
  __attribute__ __attribute __aligned __alignas _Alignas alignas __section __printf __scanf __must_hold __acquires
  __releases __acquire_ctx __alloc_size __nonnull __declspec __access __counted_by __used_section
  __format_arg __no_sanitize __optimize __cleanup __target __deprecated __attribute_alias __mode
  __initcall_section __page_aligned __cond_acquires __guarded_by __regparm __error __warning
`;

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Blanked where they stand alone. */
export const ATTRIBUTE_WORDS = wordsOf(PLAIN);

/** Blanked together with the parenthesised arguments that follow. */
export const ATTRIBUTE_CALLS = wordsOf(WITH_ARGUMENTS);
