/** Vulnerabilities in every home of the control plane: the same feed and hosts give the same findings, and the same answers. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { feedName, listFeeds, pointFeed } from '../../collector/registry/vulnerability/feeds.ts';
import { countStale, writeSoftware } from '../../collector/registry/vulnerability/host-software.ts';
import { countNotAssessed, listStandings } from '../../collector/registry/vulnerability/host-standing.ts';
import { listFindings, sumFindings } from '../../collector/registry/vulnerability/list-findings.ts';
import {
  addFeedPart,
  beginFeedUpload,
  endFeedUpload,
  readFeedUpload,
  sweepFixed,
  sweepUploads,
} from '../../collector/registry/vulnerability/uploads.ts';
import { HostMatcher } from '../../collector/services/vulnerabilities/host-matcher.ts';
import { settleExceptions } from '../../collector/services/vulnerabilities/settle-exceptions.ts';
import { feedAnswers } from '../../collector/vulnerability/feed-answers.ts';
import { packInstalled } from '../../collector/vulnerability/installed.ts';
import { enrolRequest } from '../unit/registry/registry-fixture.ts';
import { DEBIAN_CVE, DSA, osvZip } from '../unit/vulnerability/feed-samples.ts';
import { HOMES, type Home } from './registry-homes.ts';

const SCOPE = { kind: 'all' } as const;
const DAY = 86_400_000;

describe.each(HOMES)('vulnerabilities on a $name', (kind) => {
  describe.skipIf(!kind.installed)('are', () => {
    let home: Home;
    let registry: Registry;
    beforeEach(async () => {
      home = await kind.make();
      registry = await home.open();
    });
    afterEach(async () => {
      await registry.close();
      home.remove();
    });
    afterAll(() => kind.close());

    async function take(bytes: Uint8Array, dataMs: number): Promise<void> {
      const uploadId = await beginFeedUpload(registry, 'test');
      for (const answer of feedAnswers({ bytes })) {
        if (answer.kind === 'part') await addFeedPart(registry.db, uploadId, answer.part);
        else {
          const { form, releases, vulnerabilities, ranges, refused } = answer.read;
          const facts = {
            form,
            releases,
            vulnerabilities,
            ranges,
            refused,
            dataMs,
            fileName: '',
            sha256: '',
          };
          await endFeedUpload(registry.db, uploadId, feedName(form, releases), facts);
        }
      }
      const upload = await readFeedUpload(registry.db, uploadId);
      await registry.db.transaction().execute((trx) => pointFeed(trx, upload, 'test', dataMs));
    }

    async function tell(agentId: string, version: string, place: string): Promise<void> {
      const body = await packInstalled([{ name: 'libssl3', source: 'openssl', version }]);
      const told = { agentId, system: 'Debian 12', release: 'debian:12', isWhole: true, packages: 1 };
      await registry.db
        .transaction()
        .execute((trx) => writeSoftware(trx, [{ ...told, place, toldMs: registry.now(), body }]));
    }

    async function matchAll(): Promise<number> {
      const matcher = new HostMatcher(registry);
      let hosts = 0;
      for (let step = await matcher.next(1); step !== undefined; step = await matcher.next(1)) {
        const { write } = step;
        await registry.db.transaction().execute((trx) => write(trx));
        hosts += step.hosts;
      }
      return hosts;
    }

    const moment = () => ({ nowMs: registry.now(), releases: ['debian:12'] });
    const states = async (wanted: Parameters<typeof listFindings>[1]['filter'] = {}) => {
      const found = await listFindings(registry.db, {
        filter: wanted,
        scope: SCOPE,
        moment: moment(),
        limit: 10,
      });
      return found.map(({ cve, state, score }) => `${cve} ${state} ${score ?? '-'}`);
    };

    it('found, fixed, swept, and asked for in the same words', async () => {
      const token = await createJoinToken(registry, { uses: 1, days: 1 }, 'test');
      const outcome = await enrolAgent(registry, enrolRequest(token), '127.0.0.1');
      if (!outcome.ok) throw new Error(outcome.fault);
      const { agentId } = outcome;
      await registry.db.updateTable('agent').set({ last_seen_ms: registry.now() }).execute();
      await tell(agentId, '3.0.11-1~deb12u1', '1/1');
      await take(osvZip(DSA), DAY);
      expect(await matchAll()).toBe(1);
      await take(osvZip(DSA, DEBIAN_CVE), 2 * DAY);
      expect(await countStale(registry.db, '2')).toBe(1);
      expect(await matchAll()).toBe(1);
      expect(await states()).toEqual(['CVE-2023-5678 open 5.3', 'CVE-2023-5363 open -']);
      expect(await states({ severities: ['medium'], fixable: true })).toEqual(['CVE-2023-5678 open 5.3']);
      expect(await states({ agencyIds: [1], cve: 'CVE-2023-5363' })).toEqual(['CVE-2023-5363 open -']);
      const sums = await sumFindings(registry.db, { filter: {}, scope: SCOPE, moment: moment() });
      expect([sums.findings, sums.hosts, sums.more]).toEqual([2, 1, false]);
      const [standing] = await listStandings(registry.db, { scope: SCOPE, moment: moment(), limit: 5 });
      expect(standing).toMatchObject({ agentId, open: 2, exploited: 0, excepted: 0, reasons: [] });
      expect(await countNotAssessed(registry.db, SCOPE, moment())).toBe(0);
      expect(await countNotAssessed(registry.db, SCOPE, { ...moment(), releases: [] })).toBe(1);
      expect(await settleExceptions(registry, true)).toBe(0);

      await tell(agentId, '3.0.13-1~deb12u1', '1/2');
      await matchAll();
      expect(await states()).toEqual([]);
      expect(await states({ states: ['fixed'] })).toHaveLength(2);
      // What the feed was before, and what was fixed long ago, goes.
      const sweep = async (step: typeof sweepFixed, nowMs: number) => {
        while (await registry.db.transaction().execute((trx) => step(trx, nowMs, 1)));
      };
      await sweep(sweepUploads, 3 * DAY);
      await sweep(sweepFixed, 500 * DAY);
      expect(await states({ states: ['fixed'] })).toEqual([]);
      const uploads = await registry.db.selectFrom('vulnerability_upload').select('id').execute();
      expect(uploads).toHaveLength(1);
      expect(await listFeeds(registry.db)).toMatchObject([
        { name: 'osv:debian', version: 2, vulnerabilities: 2 },
      ]);
    });
  });
});
