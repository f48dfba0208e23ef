/**
 * What reading a pack needs and nothing else does, in one module so that it is loaded as
 * one: the YAML reader, the schema validator and the schemas.
 *
 * Imported by `import()` alone. The packages are named here rather than there because a
 * bundled CommonJS package has no names of its own when it is imported that way.
 */

export { Ajv2020 } from "ajv/dist/2020.js";
export { LineCounter, parseDocument } from "yaml";
export { default as driverSchema } from "../../rules/schema/driver.schema.json" with { type: "json" };
export { default as platformSchema } from "../../rules/schema/platform.schema.json" with { type: "json" };
export { default as ruleSchema } from "../../rules/schema/rule.schema.json" with { type: "json" };
