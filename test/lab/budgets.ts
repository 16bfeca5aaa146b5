/**
 * Seconds of tests and hooks that each folder of the lab may take by `npm test`, all files together. Three files run at once,
 * so that the sum of all budgets, divided by three, is what the whole lab may take. They are there to be looked at: where one
 * is passed, make its tests quicker, or let them have more and say why.
 */
export const budgetSeconds: Readonly<Record<string, number>> = {
  access: 240,
  // Each step of five commands and of the set-up of RevokedKeys, where one of them wrong keeps everybody out.
  changes: 360,
  collector: 300,
  completion: 60,
  doctor: 30,
  evidence: 120,
  // Three machines in each of three files: locks wait until nobody has come for two seconds, and a host is let run into its time limit.
  fleet: 700,
  // Guards are waited for, and sshctl is killed at each of its steps.
  freeze: 420,
  history: 300,
  // Each version of sshd is asked about some two hundred lines by real logins, and made to refuse a key in each way there is.
  keys: 540,
  kill: 360,
  // Four ways on four generations, each of which waits until nobody has come for two seconds, beside clients that come back for half a
  // minute; two machines that start again; and four kinds of locks that are killed at every step, since only that finds what they leave.
  lock: 900,
  machine: 120,
  metrics: 90,
  // Four packages are built first, two of them around a Node.js.
  package: 420,
  // Rules need looks, five seconds apart, until they have ended one of each kind.
  policy: 360,
  // Logins that hang and servers with other names differ on every generation.
  sessions: 600,
  sshd: 300,
  timeout: 750,
  watch: 240,
};
