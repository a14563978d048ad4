/** A question to a running collector's API, as programs ask it. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';

/** @param body - sent as JSON by POST; without it GET. @throws Error with the answer where it is not 200 */
export async function askCollector(
  collectorUrl: string,
  token: string,
  route: string,
  body?: object,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const method = body === undefined ? 'GET' : 'POST';
  const url = new URL(`/api/v1${route}`, collectorUrl);
  const request = https.request(url, { method, headers, rejectUnauthorized: false, agent: false });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response) text += String(part);
  if (response.statusCode !== 200) throw new Error(`${route}: ${text}`);
  return JSON.parse(text);
}
