import { orUndefined } from "../../../host/files/files.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import type { Account } from "../../../system/accounts.ts";
import { toByteText } from "../../../text/byte-text.ts";
import type { TimeoutHost } from "../machine.ts";
import type { Limit, LimitSetting } from "../limits/limit-report.ts";

/** csh.cshrc and csh.login of tcsh(1); Debian's read the folders. */
const systemFiles = ["/etc/csh.cshrc", "/etc/csh.login"];
const folders = ["/etc/csh/login.d", "/etc/csh/cshrc.d"];

/** autologout of tcsh, which counts minutes; for accounts with that shell only. */
export function cshLimit(account: Account, host: TimeoutHost): Limit {
  const dropIns = folders.flatMap((folder) =>
    (orUndefined(host.files.names(folder)) ?? []).map((name) => `${folder}/${name}`),
  );
  const texts = [...systemFiles, ...dropIns].map((path) => ({
    path,
    text: toByteText(orUndefined(host.files.read(path)) ?? ""),
  }));
  const own = [".tcshrc", ".cshrc", ".login"].map((name) => `${account.home}/${name}`);
  const settings = [...texts, ...own.map((path) => ({ path, text: readOwn(path, account, host) }))].flatMap(
    findAutologout,
  );
  for (const setting of settings.slice(0, -1)) setting.outcome = "replaced";
  return {
    means: "autologout",
    seconds: settings.at(-1)?.seconds,
    describe: settings.length > 0 ? "tcsh ends at its prompt" : "tcsh never ends an idle prompt on terminals of SSH",
    settings,
    remarks: settings.length > 0 ? ["A program in the foreground is never ended."] : [],
  };
}

function findAutologout({ path, text }: { path: string; text: string }): LimitSetting[] {
  return text.split("\n").flatMap((line, index) => {
    const value = /^\s*set\s+(?:-r\s+)?autologout\s*=\s*\(?\s*(\S+?)(?:\s|\)|$)/.exec(line)?.[1];
    if (value === undefined) return [];
    const seconds = /^\d{1,9}$/.test(value) ? Number(value) * 60 : "unknown";
    return { path, line: index + 1, text: line.trim(), seconds, ours: false, outcome: "applies" };
  });
}

function readOwn(path: string, account: Account, { replaceFiles }: TimeoutHost): string {
  try {
    return replaceFiles.read(path, account) ?? "";
  } catch (error) {
    if (error instanceof FileTrouble) return "";
    throw error;
  }
}
