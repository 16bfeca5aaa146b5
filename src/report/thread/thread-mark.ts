/**
 * Tell threads of our own from a command line, which cannot hold such arguments: their end would be the NUL. To ask Node would mean
 * to load what no other command needs.
 */
export const scannerMark = "\0scanner-thread";
export const answersMark = "\0answers-thread";
