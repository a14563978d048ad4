/** `vonggac-agent posture look`: what the agent asks a process of its own (look-in-child.ts), JSON in and out. */
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { readPolicies } from '../posture/read-policies.ts';
import { EXIT } from '../exit-code.ts';
import { thisHost } from '../host/host.ts';
import { lookHere } from '../posture/look-here.ts';
import type { PostureAnswer } from '../posture/look-in-child.ts';
import { postureSchema } from '../posture-config.ts';
import type { CommandContext, CommandResult } from './command.ts';

const { policies, exceptions } = postureSchema().shape;
const questionSchema = z.strictObject({ policies, exceptions });

export async function postureLookCommand({ print, signal }: CommandContext): CommandResult {
  const question = questionSchema.parse(JSON.parse(await text(process.stdin)));
  const named = readPolicies(question.policies);
  const answer: PostureAnswer = { policies: [], unknown: [] };
  const looked = lookHere({ ...question, policies: named, host: thisHost })({
    now: Date.now,
    signal,
    turn: () => Promise.resolve(),
    onUnknown: (name) => answer.unknown.push(name),
  });
  for await (const facts of looked) answer.policies.push([...facts]);
  print(JSON.stringify(answer));
  return EXIT.ok;
}
