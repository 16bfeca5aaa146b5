/** The one place where a key is really locked out, and where that is proven. */
import { remark } from "../notes.ts";
import { widthOf, type Context } from "../../context.ts";
import type { Acts } from "../../kill/acts.ts";
import type { KeysHost } from "../../keys/host.ts";
import { describeCaller } from "../../kill/caller.ts";
import { readKeyReport, type KeyQuestion } from "../../keys/key-report.ts";
import { changeFile, type Change } from "../../keys/revoke.ts";
import { renderChanges } from "../../render/revoke-text.ts";
import type { RevocationTask } from "./task.ts";

/** RevokedKeys comes first; where that fails, the lines go all the same. */
export async function lockOut(
  { revocation, targets, view }: RevocationTask,
  reason: string | undefined,
  host: KeysHost,
  acts: Acts,
  context: Context,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const target of targets) changes.push(await changeFile(target, revocation, host));
  const owners = [...new Set(view.places.filter(({ fileUid }) => fileUid !== 0).map(({ account }) => account.name))];
  context.out.write(renderChanges(changes, owners, widthOf(context.out)));
  const { fingerprint } = revocation.removal;
  const files = changes.flatMap(({ kind, target }) => (kind === "changed" ? target.path : []));
  const isWritten = await acts.writeDown(
    `${describeCaller(acts.caller())} revoked the key ${fingerprint} in ${files.join(", ") || "no file"}${reason === undefined ? "" : `; reason: ${reason}`}`,
    { SSHCTL_KEY: fingerprint, SSHCTL_REASON: reason, SSHCTL_FILES: files.join(" ") },
  );
  if (!isWritten) remark("the system log did not take the record of this", context.err);
  return changes;
}

/** Looks again at everything: an owner may have put the key back at the same moment. */
export async function findRemaining(
  { revocation, view }: RevocationTask,
  question: KeyQuestion,
  host: KeysHost,
  context: Context,
): Promise<number> {
  const { keys } = await readKeyReport(question, { host: "", sessions: [] }, host);
  const remaining = keys.filter(
    ({ listed }) =>
      listed.key.sha256 === revocation.removal.fingerprint &&
      listed.state !== "revoked" &&
      !view.kept.some(({ path, account }) => path === listed.path && account.name === listed.account.name),
  );
  for (const { listed } of remaining)
    remark(`the key still stands in ${listed.path}:${String(listed.line)}`, context.err);
  return remaining.length;
}
