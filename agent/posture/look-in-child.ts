/**
 * Looks at the host in a process of its own, which ends with the look: what an assessment takes (schemas, patterns, files
 * that were read) would else stay with an agent that looks a few times a day.
 */
import { z } from 'zod';
import { postureRecordSchema } from '#protocol/posture-record.ts';
import { runProgram, whyNot } from '../host/run-program.ts';
import type { PostureLook, PostureQuestion } from './posture-look.ts';

const LOOK_MS_MAX = 600_000;
const ANSWER_BYTES_MAX = 16 * 1_048_576;

const factsSchema = postureRecordSchema.omit({ kind: true, at: true, change: true, previousResult: true });

/** What `vonggac-agent posture look` answers. */
export const postureAnswerSchema = z.strictObject({
  /** By policy. */
  policies: z.array(z.array(factsSchema)),
  /** Names that no policy has. */
  unknown: z.array(z.string()),
});

export type PostureAnswer = z.infer<typeof postureAnswerSchema>;

/** @param program the agent's own, with the runtime's options before it */
export function lookInChild(program: readonly string[], question: PostureQuestion): PostureLook {
  const [runtime = '', ...args] = program;
  return async function* look({ signal, turn, onUnknown }) {
    await turn();
    const result = await runProgram(runtime, [...args, 'posture', 'look'], {
      stdin: JSON.stringify(question),
      timeoutMs: LOOK_MS_MAX,
      stdoutBytesMax: ANSWER_BYTES_MAX,
      signal,
      idle: true,
    });
    const reason = whyNot('posture look', result);
    if (result.kind !== 'ended' || reason !== undefined) throw new Error(reason);
    if (result.truncated) throw new Error(`its answer is over ${ANSWER_BYTES_MAX} bytes`);
    const { policies, unknown } = postureAnswerSchema.parse(JSON.parse(result.stdout));
    for (const name of unknown) onUnknown(name);
    yield* policies;
  };
}
