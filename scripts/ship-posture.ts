/** Writes the policies of rules/posture as the JSON files that come with the agent; run it after a change of them. */
import fs from 'node:fs';
import path from 'node:path';
import * as prettier from 'prettier';
import { builtInPolicies } from '../rules/posture/index.ts';

const folder = path.join(import.meta.dirname, '..', 'agent', 'posture-policies');
const { policies } = builtInPolicies();
fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder);
for (const policy of policies) {
  const file = path.join(folder, `${policy.policy}.json`);
  const options = await prettier.resolveConfig(file);
  fs.writeFileSync(file, await prettier.format(JSON.stringify(policy), { ...options, parser: 'json' }));
}
console.log(`${policies.length} policies in ${folder}`);
