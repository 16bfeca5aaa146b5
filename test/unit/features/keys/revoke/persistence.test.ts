import { expect, test } from "vitest";
import type { Persistence } from "../../../../../src/system/persistence.ts";
import { describePersistence } from "../../../../../src/features/keys/revoke/text.ts";

test.each<[Persistence, string]>([
  [{ kind: "lingers", account: "erin" }, "erin lingers: services run without a login (loginctl disable-linger erin)"],
  [{ kind: "crontab", account: "erin", path: "/var/spool/cron/erin" }, "erin has a crontab: /var/spool/cron/erin"],
  [{ kind: "at-jobs", account: "erin", paths: ["/var/spool/at/a1", "/var/spool/at/a2"] }, "erin has at jobs: a1, a2"],
])("%j", (found, text) => {
  expect(describePersistence(found)).toBe(text);
});
