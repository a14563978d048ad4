/**
 * The packages folder over HTTPS: the list for who installs, the files for the hosts themselves, which have no account yet.
 * Packages hold no secret. Invariants: only what the folder offers can be named; so many leave at a time, of one address and in
 * all; who takes nothing for a while is cut off; every download is counted.
 */
import { createReadStream } from 'node:fs';
import { finished } from 'node:stream';
import { z } from 'zod';
import { addressGroup } from '../../ingest/address.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { countDownload, readDownloads } from '../../registry/package-downloads.ts';
import { readByteRange } from '../../rollout/byte-range.ts';
import { PACKAGES_PATH } from '../../rollout/install-commands.ts';
import type { PackagesFolder } from '../../rollout/packages-folder.ts';
import { packageListSchema } from '../contract-rollout.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';

export const DOWNLOAD_LIMITS = { atOnce: 64, atOnceOfAddress: 32, quietMsMax: 60_000 } as const;

type Deps = Pick<ApiDependencies, 'registry' | 'limits' | 'emit' | 'log'>;

export function addPackageListRoute(app: ApiServer, { registry }: Deps, folder: PackagesFolder): void {
  app.get(
    '/packages',
    {
      config: { access: 'join-token:read' },
      schema: {
        summary: 'Packages of the agent that hosts can fetch from this collector, the newest version first',
        response: { 200: packageListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { packages, refused, more } = await folder.list();
      const counts = await readDownloads(registry);
      return {
        packages: packages.map(({ modifiedMs, ...held }) => {
          const counted = counts.get(held.sha256);
          return {
            ...held,
            modifiedAt: isoTime(Math.trunc(modifiedMs)),
            path: `${PACKAGES_PATH}/${held.name}`,
            downloads: counted?.downloads ?? 0,
            downloadedAt: counted === undefined ? null : isoTime(counted.lastMs),
          };
        }),
        refused,
        more,
        folder: principalOf(request).scope.kind === 'all' ? folder.path : null,
      };
    },
  );
}

/** How many leave now, by address. */
class Leaving {
  #all = 0;
  readonly #ofAddress = new Map<string, number>();

  /** @returns undefined when there are too many; else what ends it, once */
  begin(address: string): (() => void) | undefined {
    const now = this.#ofAddress.get(address) ?? 0;
    if (this.#all >= DOWNLOAD_LIMITS.atOnce || now >= DOWNLOAD_LIMITS.atOnceOfAddress) return undefined;
    this.#all += 1;
    this.#ofAddress.set(address, now + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#all -= 1;
      const left = (this.#ofAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#ofAddress.delete(address);
      else this.#ofAddress.set(address, left);
    };
  }
}

export function addPackageDownload(app: ApiServer, deps: Deps, folder: PackagesFolder): void {
  const leaving = new Leaving();
  app.get(
    `${PACKAGES_PATH}/:name`,
    {
      config: { access: 'public', ...rateLimit(deps.limits.enrolmentsPerMinute) },
      schema: {
        summary: 'Fetch a package of the agent; a range goes on where a download broke off',
        params: z.strictObject({ name: z.string().min(1).max(128) }),
        response: { 200: z.unknown().describe('the package'), '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request, reply) => {
      const end = leaving.begin(addressGroup(request.ip));
      if (end === undefined) {
        deps.emit('package.served', { outcome: 'refused' });
        void reply.header('retry-after', '30');
        throw new ApiError('too-many-requests', {
          message: 'too many downloads at a time; try again in half a minute',
        });
      }
      // Whatever happens to the answer, the place is free then.
      finished(reply.raw, end);
      const found = await folder.open(request.params.name);
      if (found === undefined) {
        throw new ApiError('not-found', { message: 'there is no such package on this collector' });
      }
      const { held, file } = found;
      const etag = `"${held.sha256}"`;
      const { range, 'if-range': condition } = request.headers;
      const wanted = readByteRange(
        condition === undefined || condition === etag ? range : undefined,
        held.bytes,
      );
      void reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${held.name}"`)
        .header('accept-ranges', 'bytes')
        .header('cache-control', 'no-cache')
        .header('etag', etag);
      if (wanted.kind === 'none') {
        await file.close();
        return reply.code(416).header('content-range', `bytes */${held.bytes}`).send('');
      }
      const [first, last] = wanted.kind === 'part' ? [wanted.first, wanted.last] : [0, held.bytes - 1];
      if (wanted.kind === 'part')
        void reply.code(206).header('content-range', `bytes ${first}-${last}/${held.bytes}`);
      reply.raw.setTimeout(DOWNLOAD_LIMITS.quietMsMax, () => reply.raw.destroy());
      finished(reply.raw, (fault) => {
        if (fault) return deps.emit('package.served', { outcome: 'broken' });
        deps.emit('package.served', { outcome: wanted.kind });
        // The last piece of one that was broken off makes it whole.
        if (last !== held.bytes - 1 || request.method === 'HEAD') return;
        countDownload(deps.registry, held).catch((error: unknown) =>
          deps.log.error({ err: error }, 'a download could not be counted'),
        );
      });
      return reply
        .header('content-length', last - first + 1)
        .send(createReadStream('', { fd: file, start: first, end: last }));
    },
  );
}
