import type { Answer, Engine, Job } from "../engine/engine.ts";
import type { Failure } from "../engine/failures.ts";
import { enoughRefusals, runJobs, type Course } from "../engine/run-jobs.ts";
import type { FleetHost } from "../names/fleet-host.ts";

/** What is asked of each host, and what is made of its answer. */
export interface HostsQuestion<T> extends Course {
  hosts: readonly FleetHost[];
  /** Random letters and digits that no host can guess. */
  newNonce: () => string;
  jobFor: (host: FleetHost, nonce: string) => Job;
  read: (answer: Answer, nonce: string) => Promise<T | Failure>;
}

/**
 * Asks each host the same, with a nonce of its own.
 *
 * @param onProgress - is told how many hosts are done.
 * @returns what became of each, in the order of the hosts.
 */
export async function askHosts<T>(
  { hosts, newNonce, jobFor, read, ...course }: HostsQuestion<T>,
  engine: Engine,
  onProgress: (done: number) => void = () => undefined,
): Promise<{ name: string; outcome: T | Failure }[]> {
  const outcomes = new Map<string, T | Failure>();
  const enter = (name: string, outcome: T | Failure) => {
    outcomes.set(name, outcome);
    onProgress(outcomes.size);
  };
  const nonces = new Map(hosts.map(({ name }) => [name, newNonce()]));
  const nonceOf = (name: string) => nonces.get(name) ?? "";
  const reading: Promise<void>[] = [];
  const take = (answer: Answer) => {
    const { name } = answer.job.host;
    reading.push(read(answer, nonceOf(name)).then((outcome) => enter(name, outcome)));
  };
  const jobs = hosts.map((host) => jobFor(host, nonceOf(host.name)));
  await runJobs(jobs, engine, course, take, ({ host }) => {
    enter(host.name, givenUp);
  });
  await Promise.all(reading);
  return hosts.map(({ name }) => ({ name, outcome: outcomes.get(name) ?? interrupted }));
}

const givenUp: Failure = {
  code: "given-up",
  message: `not tried: the first ${String(enoughRefusals)} hosts refused authentication`,
};

const interrupted: Failure = { code: "interrupted", message: "interrupted" };
