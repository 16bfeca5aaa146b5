import type { Layer } from "./layers.ts";
import type { Machine } from "./machine.ts";

/** The products whose rules are evaluated, each with another opinion of how TMOUT must be written. */
export const products = ["debian12", "ubuntu2404", "rhel9", "sle15"] as const;

const content = "/usr/share/xml/scap/ssg/content";

/** Where the value is given that a profile would choose. */
const variables = (limit: number) => `<oval_variables xmlns="http://oval.mitre.org/XMLSchema/oval-variables-5"
  xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"><generator><oval:schema_version>5.11</oval:schema_version>
  <oval:timestamp>2026-11-25T00:00:00</oval:timestamp></generator><variables>
  <variable id="oval:ssg-var_accounts_tmout:var:1" datatype="int" comment="limit"><value>${String(limit)}</value></variable>
  </variables></oval_variables>`;

const limits = "/opt/openscap-600.xml";

/** OpenSCAP and the content of these products alone: all of it would triple a root. */
export const openscap: Layer = {
  name: "openscap",
  packages: ["openscap-scanner", "ssg-debian", "ssg-debderived", "ssg-nondebian"],
  prepare: `
find ${content} -type f ${products.map((product) => `! -name ssg-${product}-oval.xml`).join(" ")} -delete
rm -r /usr/share/scap-security-guide
cat >${limits} <<'END'
${variables(600)}
END
`,
};

/** Whether the rule accounts_tmout of a product holds, with a limit of 600 s. */
export async function holds(machine: Machine, product: string): Promise<boolean> {
  const evaluation = `oscap oval eval --id oval:ssg-accounts_tmout:def:1 --variables ${limits} ${content}/ssg-${product}-oval.xml`;
  const output = await machine.must(evaluation, { timeoutMs: 60_000 });
  const [, verdict] = /^Definition oval:ssg-accounts_tmout:def:1: (\w+)$/m.exec(output) ?? [];
  if (verdict !== "true" && verdict !== "false") throw new Error(`no verdict on ${product}:\n${output}`);
  return verdict === "true";
}
