/** C files whose findings are known: what the tests of the action push. */

export const DEPOT = "xen/common/depot.c";

const HEAD = `static DEFINE_SPINLOCK(depot_lock);
static int depot_count;
`;

/** A function that takes the lock; `leaks` adds the return that forgets it. */
export function takes(name: string, leaks: boolean): string {
  const early = leaks ? "    if ( n < 0 )\n        return -22;\n" : "";
  return `
int ${name}(int n)
{
    spin_lock(&depot_lock);
${early}    depot_count += n;
    spin_unlock(&depot_lock);

    return 0;
}
`;
}

/** A file with one function of each name; those in `leaking` have an error. */
export function depot(names: readonly string[], leaking: readonly string[] = [], above = ""): string {
  return HEAD + above + names.map((name) => takes(name, leaking.includes(name))).join("");
}

export const SMMU = "xen/drivers/passthrough/arm/smmu.c";

/** The list of SMMUs is counted; the rule for it asks for the lock. */
export function counting(locked: boolean): string {
  const [take, release] = locked
    ? ["    spin_lock(&arm_smmu_devices_lock);\n", "    spin_unlock(&arm_smmu_devices_lock);\n"]
    : ["", ""];
  return `struct arm_smmu_device { struct list_head list; };
static DEFINE_SPINLOCK(arm_smmu_devices_lock);
static LIST_HEAD(arm_smmu_devices);

int count_smmus(void)
{
    struct arm_smmu_device *smmu;
    int count = 0;

${take}    list_for_each_entry(smmu, &arm_smmu_devices, list)
        count++;
${release}
    return count;
}
`;
}

/** A platform pack for a project's own lock calls, and a file in which one of them is forgotten. */
export const OWN_PACK = `lockFunctions:
  - { name: depot_take, kind: acquire, lock: { arg: 0 } }
  - { name: depot_let_go, kind: release, lock: { arg: 0 } }
`;

export function ownDepot(leaks: boolean): string {
  return depot(["put"], leaks ? ["put"] : [])
    .replaceAll("spin_lock(", "depot_take(")
    .replaceAll("spin_unlock(", "depot_let_go(");
}

/** A master is looked up under the lock; `early` lets the lock go before the last use. */
export function attaching(early: boolean): string {
  const use = "    master->cfg.smmu = smmu;\n";
  const release = "    spin_unlock(&arm_smmu_devices_lock);\n";
  return `struct arm_smmu_master_cfg { struct arm_smmu_device *smmu; };
struct arm_smmu_master { struct rb_node node; struct arm_smmu_master_cfg cfg; };
struct arm_smmu_device { struct list_head list; struct rb_root masters; };
static DEFINE_SPINLOCK(arm_smmu_devices_lock);
static LIST_HEAD(arm_smmu_devices);

static struct arm_smmu_master *find_smmu_master(struct arm_smmu_device *smmu, struct device_node *at)
{
    struct rb_node *node = smmu->masters.rb_node;

    return container_of(node, struct arm_smmu_master, node);
}

int arm_smmu_attach(struct arm_smmu_device *smmu, struct device_node *at)
{
    struct arm_smmu_master *master;

    spin_lock(&arm_smmu_devices_lock);
    master = find_smmu_master(smmu, at);
${early ? release + use : use + release}
    return 0;
}
`;
}
