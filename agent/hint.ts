/** A command to run next, so that it works when it is pasted where the last one was typed. */
import path from 'node:path';
import { defaultStateDir, processEnvironment } from './config.ts';
import type { ConfigEnvironment } from './config.ts';

/** Needs no quotes in a shell. */
const PLAIN = /^[\w@%+:,./\\-]+$/;

/**
 * @param rest command and options, e.g. `enrol --url URL --token TOKEN`; the state folder is added where it is not
 *   the usual one, and `npx` where that is how the program was called.
 */
export function hint(
  rest: string,
  stateDir: string,
  environment: ConfigEnvironment = processEnvironment(),
): string {
  const program = environment.env['npm_command'] === 'exec' ? 'npx vonggac-agent' : 'vonggac-agent';
  const usual = path.resolve(environment.workingDir, stateDir) === defaultStateDir(environment);
  const state = usual ? '' : ` --state ${PLAIN.test(stateDir) ? stateDir : JSON.stringify(stateDir)}`;
  return `${program} ${rest}${state}`;
}
