/**
 * Matches hosts with what feeds say, some at a time. Invariants: which hosts are due is said by their rows, so whoever was killed goes
 * on where it was, and two that match the same host write the same; books are read once for many hosts and let go afterwards.
 */
import type { Registry, RegistryTransaction } from '../../registry/database.ts';
import { feedsKey, listFeeds, type Feed } from '../../registry/vulnerability/feeds.ts';
import { noteMatched, type StaleHost, staleHosts } from '../../registry/vulnerability/host-software.ts';
import { readBook, readFactsOf } from '../../registry/vulnerability/knowledge.ts';
import {
  compareFindings,
  type HostFindings,
  type WantedFinding,
  writeFindings,
} from '../../registry/vulnerability/write-findings.ts';
import type { VulnerabilityFacts } from '../../vulnerability/advisory.ts';
import { unpackInstalled } from '../../vulnerability/installed.ts';
import type { Found, ReleaseBook } from '../../vulnerability/match.ts';
import { severityOf } from '../../vulnerability/standing.ts';
import { VulnerabilityExceptions } from './vulnerability-exceptions.ts';

/** Facts that are kept from one step to the next. */
const FACTS_MAX = 200_000;

export interface MatchStep {
  hosts: number;
  /** How many findings were written. */
  write: (trx: RegistryTransaction) => Promise<number>;
}

export class HostMatcher {
  readonly #registry: Registry;
  #key = '';
  #feeds: readonly Feed[] = [];
  /** Of the release that was matched last: hosts come release by release. */
  #book: { release: string; book: ReleaseBook } | undefined;
  readonly #facts = new Map<string, VulnerabilityFacts | undefined>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Lets go of what was read. */
  forget(): void {
    this.#book = undefined;
    this.#facts.clear();
  }

  /** The next hosts that are due; undefined when there are none. */
  async next(hostsMax: number): Promise<MatchStep | undefined> {
    const { db } = this.#registry;
    this.#feeds = await listFeeds(db);
    const key = feedsKey(this.#feeds);
    if (key !== this.#key) this.forget();
    this.#key = key;
    const hosts = await staleHosts(db, key, hostsMax);
    if (hosts.length === 0) {
      this.forget();
      return undefined;
    }
    const nowMs = this.#registry.now();
    const found = await this.#match(hosts);
    const changes =
      found.length === 0 ? undefined : await compareFindings(db, await this.#judge(found, nowMs), nowMs);
    return {
      hosts: hosts.length,
      write: async (trx) => {
        const written = changes === undefined ? 0 : await writeFindings(trx, changes, nowMs);
        await noteMatched(trx, hosts, key, nowMs);
        return written;
      },
    };
  }

  /** Hosts whose release no feed tells of are left out: what was found there before is neither there nor gone. */
  async #match(hosts: readonly StaleHost[]): Promise<{ host: StaleHost; found: Found[] }[]> {
    const all: { host: StaleHost; found: Found[] }[] = [];
    for (const host of hosts) {
      const { release, body } = host;
      if (release === null || !this.#feeds.some(({ releases }) => releases.includes(release))) continue;
      if (this.#book?.release !== release)
        this.#book = { release, book: await readBook(this.#registry.db, this.#feeds, release) };
      all.push({ host, found: this.#book.book.match(unpackInstalled(body)) });
      await new Promise(setImmediate);
    }
    return all;
  }

  async #judge(all: readonly { host: StaleHost; found: Found[] }[], nowMs: number): Promise<HostFindings[]> {
    const { db } = this.#registry;
    await this.#readFacts(all.flatMap(({ found }) => found.map(({ id }) => id)));
    const exceptions = await VulnerabilityExceptions.read(db, nowMs);
    await exceptions.lookUpGroups(
      db,
      all.map(({ host }) => host),
    );
    return all.map(({ host, found }) => {
      const cover = exceptions.of(host);
      const wanted = found.map((one): WantedFinding => {
        const facts = this.#facts.get(one.id);
        return { found: one, facts, cover: cover?.(judged(one, facts)) };
      });
      return { agentId: host.agentId, isWhole: host.isWhole, toldMs: host.toldMs, wanted };
    });
  }

  async #readFacts(ids: readonly string[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.#facts.has(id));
    if (this.#facts.size + unknown.length > FACTS_MAX) {
      this.#facts.clear();
      return this.#readFacts(ids);
    }
    const read = await readFactsOf(this.#registry.db, this.#feeds, unknown);
    for (const id of unknown) this.#facts.set(id, read.get(id));
  }
}

function judged(found: Found, facts: VulnerabilityFacts | undefined) {
  const { id: cve, package: name, installed, fixed, urgency, advisory } = found;
  return {
    cve,
    aliases: facts?.aliases ?? [],
    package: name,
    installed,
    fixed,
    severity: severityOf(facts, urgency),
    score: facts?.score ?? null,
    exploited: (facts?.exploited ?? null) !== null,
    advisory,
  };
}
