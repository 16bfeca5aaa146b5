import type { Answer, Engine, EngineSettings, Job } from "./engine.ts";

/** Runs one job on its host, and resolves to how that has ended. */
export async function runOne(
  job: Job,
  { engine, settings }: { engine: Engine; settings: EngineSettings },
): Promise<Answer> {
  const answers: Answer[] = [];
  await engine.run([job], settings, (answer) => answers.push(answer));
  const [answer] = answers;
  if (answer === undefined) throw new Error(`the engine has not told how it ended on ${job.host.name}`);
  return answer;
}
