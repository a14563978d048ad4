/** Simulated agents in a folder, to be used again: each with its key, a new epoch whenever they are read. */
import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { hostSchema } from '#protocol/message-fields.ts';
import { hostFacts, newEpoch, type SimIdentity } from './identity.ts';

const rowSchema = z.object({
  agentId: z.uuid(),
  hostname: z.string(),
  key: z.string(),
  fingerprint: z.string(),
  authority: z.string().optional(),
  /** Left out: a Debian server. */
  host: hostSchema.optional(),
});
const FILE = 'identities.ndjson';

/** Empty where none were kept. @param url of the collector, which may have moved */
export async function readIdentities(dir: string, url: string): Promise<SimIdentity[]> {
  let text: string;
  try {
    text = await readFile(path.join(dir, FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { agentId, hostname, key, fingerprint, authority, host } = rowSchema.parse(JSON.parse(line));
      return {
        agentId,
        privateKey: createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' }),
        url,
        fingerprint,
        authority,
        host: host ?? hostFacts(hostname),
        epoch: newEpoch(),
      };
    });
}

export async function keepIdentities(dir: string, identities: readonly SimIdentity[]): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const rows = identities.map(({ agentId, host, privateKey, fingerprint, authority }) => {
    const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    return `${JSON.stringify({ agentId, hostname: host.hostname, key, fingerprint, authority, host })}\n`;
  });
  await writeFile(path.join(dir, FILE), rows.join(''), { mode: 0o600 });
}
