/** What a made-up host says of updates, as agents say it: signed with its key, beside any session. */
import { createHash, sign } from 'node:crypto';
import https from 'node:https';
import { updateBytes } from '../../../collector/protocol/signing.ts';
import { UPDATE_PATH, type UpdateAsk } from '../../../collector/protocol/update.ts';
import type { SimIdentity } from '../../../collector/simulate/identity.ts';

/** @throws Error when the collector does not take it */
export async function tellUpdate(
  { agentId, fingerprint, privateKey, url }: SimIdentity,
  ask: UpdateAsk,
): Promise<void> {
  const text = JSON.stringify(ask);
  const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
  const bytes = updateBytes({ agentId, collectorFingerprint: fingerprint, sha256 });
  const signature = sign(null, bytes, privateKey).toString('base64');
  const status = await new Promise<number>((resolve, reject) => {
    const request = https.request(
      `${url}${UPDATE_PATH}`,
      { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', reject);
    request.end(JSON.stringify({ agentId, ask: text, signature }));
  });
  if (status !== 200) throw new Error(`the collector answered ${status}`);
}
