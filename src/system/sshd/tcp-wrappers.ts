/** TCP wrappers, which Debian builds into sshd: hosts_access(5). Who is meant they decide themselves, by address and name. */
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";

/** Lines that speak of sshd. */
export function findWrapperLines(files: Files): { path: string; line: number }[] {
  return ["/etc/hosts.allow", "/etc/hosts.deny"].flatMap((path) =>
    (orUndefined(files.read(path)) ?? "").split("\n").flatMap((text, index) => {
      const [daemons = ""] = text.replace(/#.*/, "").split(":");
      const isMeant = daemons.split(/[\s,]+/).some((daemon) => /^(?:ALL|sshd(?:@.*)?)$/.test(daemon));
      return isMeant ? [{ path, line: index + 1 }] : [];
    }),
  );
}

/** Whether any program of this sshd asks them. Since 9.8 there is one for each connection. */
export function asksWrappers(program: string, files: Files): boolean {
  const programs = [program, "/usr/lib/openssh/sshd-session", "/usr/libexec/openssh/sshd-session"];
  return programs.some((path) => {
    const bytes = files.bytes(path);
    return isPresent(bytes) && bytes.includes("libwrap.so");
  });
}
