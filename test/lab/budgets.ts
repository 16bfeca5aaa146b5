/**
 * Seconds of tests and hooks that each folder of the lab may take by `npm test`, all files together. Three files run at once,
 * so that the sum of all budgets, divided by three, is what the whole lab may take. They are there to be looked at: where one
 * is passed, make its tests quicker, or let them have more and say why.
 */
export const budgetSeconds: Readonly<Record<string, number>> = {
  completion: 30,
  doctor: 15,
  keys: 240,
  kill: 240,
  machine: 60,
  package: 240,
  sessions: 150,
  timeout: 480,
  watch: 210,
};
