/**
 * Optimistic locking: a row's `version` is its ETag, a change may name the one it was made for. A change without
 * If-Match is done whatever the version is.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

/** Strong, or weak as proxies that compress make it. */
const ETAG = /^(?:W\/)?"(\d{1,15})"$/;

export function sendVersion(reply: FastifyReply, version: number): void {
  reply.header('etag', `"${version}"`);
}

/**
 * The version that a change was made for; undefined when it names none.
 * @throws ApiError bad-request
 */
export function versionWanted(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const version = ETAG.exec(header)?.[1];
  if (version === undefined) {
    const message = 'If-Match takes the ETag of the answer before, e.g. "3"';
    throw new ApiError('bad-request', { field: 'if-match', message });
  }
  return Number(version);
}

/** Of answers that have no version: their own digest. @returns whether who asks has this very answer already */
export function sendDigest(request: FastifyRequest, reply: Pick<Reply, 'header'>, body: unknown): boolean {
  const tag = `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url')}"`;
  reply.header('etag', tag);
  return request.headers['if-none-match']?.replaceAll('W/', '').split(/,\s*/).includes(tag) === true;
}

interface Reply {
  header: (name: string, value: string) => unknown;
}
