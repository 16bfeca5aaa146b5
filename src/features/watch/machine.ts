import type { Machine } from "../../host/host.ts";

/** The machine that is watched, beside what is reported of it. */
export type WatchMachine = Pick<Machine, "clock" | "hooks" | "holdSignals">;

export type OpenScreen = NonNullable<Machine["openScreen"]>;
