/** Makes a running collector's own engine refuse what one agent sends, as it refuses rows that do not fit the table. */
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';

const AGENT_ID = /^[0-9a-f-]{32,36}$/;

/** @throws Error with the engine's answer; what is kept of a refused row is taken */
export async function refuseRowsOf(dataDir: string, agentId: string): Promise<void> {
  if (!AGENT_ID.test(agentId)) throw new RangeError(`no agent's id: ${agentId}`);
  const request = http.request({
    socketPath: path.join(dataDir, 'engine', 'http.sock'),
    method: 'POST',
    path: '/',
  });
  request.end(
    `ALTER TABLE events ADD CONSTRAINT refused CHECK agent_id != '${agentId}' OR channel = 'rejected'`,
  );
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  if (response.statusCode !== 200) throw new Error(`the engine answered ${response.statusCode}: ${text}`);
}
