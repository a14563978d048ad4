/** policy.json: what a collector said last, so that it holds from the next start on, before any session. */
import fs from 'node:fs';
import path from 'node:path';
import { agentPolicySchema } from '#protocol/down.ts';
import type { AgentPolicy } from '#protocol/down.ts';
import { jsonOf } from '#protocol/json-of.ts';
import { writeAtomic } from './write-atomic.ts';

const FILE_NAME = 'policy.json';
const MODE = 0o600;

/** @throws the file system's error. */
export function savePolicy(stateDir: string, policy: AgentPolicy): void {
  writeAtomic(path.join(stateDir, FILE_NAME), `${JSON.stringify(policy)}\n`, { mode: MODE, durable: false });
}

/** @returns undefined when there is none, or none that makes sense: the next session brings another. */
export function loadPolicy(stateDir: string): AgentPolicy | undefined {
  const file = path.join(stateDir, FILE_NAME);
  if (!fs.existsSync(file)) return undefined;
  return agentPolicySchema.safeParse(jsonOf(fs.readFileSync(file, 'utf8'))).data;
}
