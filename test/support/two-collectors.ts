/**
 * Two collectors side by side: one PostgreSQL, one ClickHouse HTTP endpoint (the embedded engine behind TCP stands in for
 * the server), the same certificate, and agents that may go to either.
 */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { formatJoinToken } from '#protocol/join-token.ts';
import { loadOrCreateCertificate } from '../../collector/registry/certificate.ts';
import { dataFolder, prepareDataFolder } from '../../collector/registry/data-folder.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { startTestEngine, type TestEngine } from '../contract/store-engine.ts';
import { BACKUP_DISK, configureBackupDisk } from './backup-disk.ts';
import { startStandIn, type StandIn } from './clickhouse-stand-in.ts';
import { startPostgres, OWNER, type TestPostgres } from './postgres.ts';

export class TwoCollectors {
  readonly engine: TestEngine;
  readonly clickhouse: StandIn;
  readonly registry: Registry;
  readonly token: string;
  readonly collectors: CollectorProcess[] = [];
  readonly postgres: TestPostgres;
  readonly #database: string;
  readonly #folders: readonly string[];

  private constructor(parts: {
    engine: TestEngine;
    clickhouse: StandIn;
    registry: Registry;
    token: string;
    postgres: TestPostgres;
    database: string;
    folders: readonly string[];
  }) {
    this.engine = parts.engine;
    this.clickhouse = parts.clickhouse;
    this.registry = parts.registry;
    this.token = parts.token;
    this.postgres = parts.postgres;
    this.#database = parts.database;
    this.#folders = parts.folders;
  }

  static async start(): Promise<TwoCollectors> {
    const postgres = await startPostgres();
    const database = await postgres.createDatabase();
    const engine = await startTestEngine(configureBackupDisk);
    const clickhouse = await startStandIn(engine.engine.socketPath);
    const registry = await openRegistry({ postgres: postgres.home(database) });
    const folders = await Promise.all(
      ['a', 'b'].map((name) => mkdtemp(path.join(os.tmpdir(), `vonggac-two-${name}-`))),
    );
    const [first = '', second = ''] = folders;
    for (const folder of folders) prepareDataFolder(dataFolder(folder));
    const certificate = await loadOrCreateCertificate({
      dataDir: first,
      names: ['localhost'],
      now: Date.now,
    });
    for (const file of ['certificate', 'certificateKey'] as const) {
      await copyFile(dataFolder(first)[file], dataFolder(second)[file]);
    }
    const { id, secret } = await createJoinToken(registry, { uses: 1_000, days: 1 }, 'system');
    const token = formatJoinToken({ id, secret, fingerprint: certificate.fingerprint });
    const two = new TwoCollectors({ engine, clickhouse, registry, token, postgres, database, folders });
    await Promise.all([two.run(0), two.run(1)]);
    return two;
  }

  /** Starts the collector of that number (again). */
  async run(at: number): Promise<void> {
    const listen = this.collectors[at]?.url.replace('https://', '');
    this.collectors[at] = await startCollectorProcess({
      dataDir: this.folderOf(at),
      ...(listen === undefined ? {} : { listen }),
      env: this.envFor(this.#database),
    });
  }

  /** Settings of a collector on that control plane. */
  envFor(database: string): Record<string, string> {
    const { host, port } = this.postgres.home(database);
    return {
      VONGGAC_REGISTRY_URL: `postgres://${OWNER}@${encodeURIComponent(host)}:${port}/${database}`,
      VONGGAC_CLICKHOUSE_URL: this.clickhouse.url,
      VONGGAC_CLICKHOUSE_BACKUP: `disk:${BACKUP_DISK}`,
    };
  }

  /** Settings of these collectors. */
  get env(): Record<string, string> {
    return this.envFor(this.#database);
  }

  folderOf(at: number): string {
    return this.#folders[at] ?? '';
  }

  urlOf(at: number): string {
    return this.collectors[at]?.url ?? '';
  }

  async stop(): Promise<void> {
    for (const collector of this.collectors) await collector.stop();
    await this.registry.close();
    await this.postgres.close();
    await this.clickhouse.close();
    await this.engine.close();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}
