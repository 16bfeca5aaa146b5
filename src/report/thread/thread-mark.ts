/**
 * Tells a thread of our own from a command line, which cannot hold such an argument: its end would be the NUL. To ask Node
 * would mean to load what no other command needs.
 */
export const threadMark = "\0scanner-thread";
