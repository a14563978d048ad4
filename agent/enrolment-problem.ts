/** Why the agent could not enrol by itself at its last start: kept for `status`, gone once it is enrolled. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ENROL_ERROR_CODES, EnrolError } from './enrol-error.ts';
import { makeStateDir, writePrivate } from './identity.ts';

const FILE_NAME = 'enrolment-problem.json';

const problemSchema = z.object({
  code: z.enum(ENROL_ERROR_CODES),
  message: z.string(),
  url: z.string(),
  /** Milliseconds since 1970. */
  at: z.int(),
});

export interface EnrolmentProblem {
  error: EnrolError;
  url: string;
  at: number;
}

export async function noteEnrolmentProblem(
  stateDir: string,
  { error, url, at }: EnrolmentProblem,
): Promise<void> {
  await makeStateDir(stateDir);
  const { code, message } = error;
  writePrivate(path.join(stateDir, FILE_NAME), { code, message, url, at });
}

export function forgetEnrolmentProblem(stateDir: string): void {
  fs.rmSync(path.join(stateDir, FILE_NAME), { force: true });
}

/** @returns undefined when there was none, or when what is there makes no sense: it only tells. */
export function enrolmentProblem(stateDir: string): EnrolmentProblem | undefined {
  const file = path.join(stateDir, FILE_NAME);
  if (!fs.existsSync(file)) return undefined;
  const { data } = problemSchema.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')));
  if (data === undefined) return undefined;
  return { error: new EnrolError(data.code, data.message), url: data.url, at: data.at };
}
