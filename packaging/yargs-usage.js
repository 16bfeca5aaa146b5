/**
 * What yargs tells people, in place of its own build/lib/usage.js, which lays out a help text at every command, asked or not.
 * Errors go to whoever asked for them with `.fail()`; all the rest is ours: src/render/help.ts.
 */
export function usage() {
  const fails = [];
  const ignore = () => self;
  const self = {
    failFn: (fail) => fails.push(fail),
    fail: (message, error) => {
      for (const fail of fails.toReversed()) fail(message, error, self);
    },
    showHelpOnFail: ignore,
    usage: ignore,
    getUsage: () => [],
    getUsageDisabled: () => false,
    getPositionalGroupName: () => "",
    example: ignore,
    command: ignore,
    getCommands: () => [],
    describe: ignore,
    getDescriptions: () => ({}),
    epilog: ignore,
    wrap: ignore,
    getWrap: () => 80,
    help: () => "",
    cacheHelpMessage: ignore,
    clearCachedHelpMessage: ignore,
    hasCachedHelpMessage: () => false,
    showHelp: ignore,
    functionDescription: () => "",
    stringifiedValues: (values) => String(values),
    version: ignore,
    showVersion: ignore,
    deferY18nLookup: (text) => text,
    reset: ignore,
    freeze: ignore,
    unfreeze: ignore,
  };
  return self;
}
