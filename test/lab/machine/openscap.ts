import { spawn } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { basename } from "node:path";
import { ensureRoot } from "./build-root.ts";
import { cachePath } from "./cache.ts";
import { withLock } from "./lock.ts";
import type { Machine } from "./machine.ts";

/** The products whose rules are evaluated, each with another opinion of how TMOUT must be written. */
export const products = ["debian12", "ubuntu2404", "rhel9", "sle15"] as const;

const packages = "openscap-scanner ssg-debian ssg-debderived ssg-nondebian";
const content = "/usr/share/xml/scap/ssg/content";

/** Where the value is given that a profile would choose. */
const variables = (limit: number) => `<oval_variables xmlns="http://oval.mitre.org/XMLSchema/oval-variables-5"
  xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"><generator><oval:schema_version>5.11</oval:schema_version>
  <oval:timestamp>2026-11-25T00:00:00</oval:timestamp></generator><variables>
  <variable id="oval:ssg-var_accounts_tmout:var:1" datatype="int" comment="limit"><value>${String(limit)}</value></variable>
  </variables></oval_variables>`;

/** Installs OpenSCAP over a running machine, from an archive that is made once: its content alone would triple the root. */
export async function installOpenscap(machine: Machine): Promise<void> {
  const root = await ensureRoot(machine.suite, console.error);
  const archive = cachePath("openscap", `${basename(root)}.tar`);
  await withLock(cachePath("locks", "openscap"), async () => {
    const isThere = await access(archive).then(
      () => true,
      () => false,
    );
    if (!isThere) await run("sh", ["-c", buildScript, "build", root, archive, packages, keptContent]);
  });
  await run("tar", ["-x", "-C", `/proc/${String(machine.record.init.pid)}/root`, "-f", archive]);
  await machine.must("ldconfig");
  await machine.writeFile("/opt/openscap-600.xml", variables(600));
}

/** Whether the rule accounts_tmout of a product holds, with a limit of 600 s. */
export async function holds(machine: Machine, product: string): Promise<boolean> {
  const evaluation = `oscap oval eval --id oval:ssg-accounts_tmout:def:1 --variables /opt/openscap-600.xml ${content}/ssg-${product}-oval.xml`;
  const output = await machine.must(evaluation, { timeoutMs: 60_000 });
  const [, verdict] = /^Definition oval:ssg-accounts_tmout:def:1: (\w+)$/m.exec(output) ?? [];
  if (verdict !== "true" && verdict !== "false") throw new Error(`no verdict on ${product}:\n${output}`);
  return verdict === "true";
}

const keptContent = products.map((product) => `! -name ssg-${product}-oval.xml`).join(" ");

/** Installs into a layer over the root, and packs what is new of the programs and of the content. */
const buildScript = `
set -eu
root=$1 archive=$2 packages=$3 kept=$4
work=$(mktemp -d "$(dirname "$root")/.openscap-XXXXXX")
mkdir "$work/upper" "$work/work" "$work/merged" -p "$(dirname "$archive")"
trap 'umount "$work/merged" 2>/dev/null || true; rm -rf "$work"' EXIT
mount -t overlay overlay -o "lowerdir=$root,upperdir=$work/upper,workdir=$work/work" "$work/merged"
cp /etc/resolv.conf "$work/merged/etc/resolv.conf"
chroot "$work/merged" apt-get -qq update
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive chroot "$work/merged" apt-get -qq install --yes --no-install-recommends $packages
# shellcheck disable=SC2086
find "$work/merged${content}" -type f $kept -delete
umount "$work/merged"
find "$work/upper/usr" -type c -delete
tar -C "$work/upper" -cf "$archive.new" --exclude=usr/share/doc usr
mv "$archive.new" "$archive"
`;

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const [code]: unknown[] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} could not provide OpenSCAP:\n${complaints.slice(-2000)}`);
}
