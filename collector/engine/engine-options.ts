/**
 * What the engine's process is started with, and the server configuration made from it.
 * Invariant: every cache and every query has a bound; the engine's own defaults (5 GB mark cache, no limit per
 * query, 90 % of the machine) are never in force.
 */
import { totalmem } from 'node:os';

export interface EngineOptions {
  /** Folder that holds the database; made if missing, mode 0700. */
  folder: string;
  /** Unix socket to serve on, mode 0600. */
  socketPath: string;
  /** All of the engine: queries, inserts, merges and caches. */
  memoryBytesMax: number;
  /** One query. Sorting and grouping spill to disk at half of it. */
  queryMemoryBytesMax: number;
  /** Default of max_execution_time, in seconds. */
  querySecondsMax: number;
  /** Statements that run at once, inserts not counted; more wait. */
  queriesMax: number;
  /** Decompressed body of one request. */
  bodyBytesMax: number;
  /** A result that is held whole before it is sent. */
  resultBytesMax: number;
  /** Folder that backups may be written to. */
  backupFolder: string;
  /** A second disk, for old days; without it there is none. */
  cold?: ColdDisk | undefined;
  /** Room that is left on the disk: below it inserts are refused with NOT_ENOUGH_SPACE, reads go on. */
  keepFreeBytes: number;
}

export interface ColdDisk {
  /** Folder on it that is the engine's own. */
  folder: string;
  keepFreeBytes: number;
}

/** Of the embedded engine: the policy that tables with old days elsewhere have, and its second volume. */
export const COLD_POLICY = 'vonggac_cold';
export const COLD_VOLUME = 'cold';

const MIB = 1_048_576;
const GIB = 1_073_741_824;

/** Forty percent of the machine, between 1 and 8 GiB: the collector and the page cache live on the rest. */
export function defaultMemoryBytesMax(machineBytes: number = totalmem()): number {
  return Math.round(Math.min(Math.max(machineBytes * 0.4, GIB), 8 * GIB));
}

/** A twentieth of the disk, at most 512 MiB: the control plane and the logs need room to go on. */
export function defaultKeepFreeBytes(diskBytes: number): number {
  return Math.round(Math.min(diskBytes / 20, 512 * MIB));
}

/** Values that suit the machine; what depends on the folders is the caller's. */
export function withEngineDefaults(
  given: Pick<EngineOptions, 'folder' | 'socketPath' | 'backupFolder' | 'keepFreeBytes'> &
    Partial<EngineOptions>,
): EngineOptions {
  const memoryBytesMax = given.memoryBytesMax ?? defaultMemoryBytesMax();
  return {
    folder: given.folder,
    socketPath: given.socketPath,
    backupFolder: given.backupFolder,
    memoryBytesMax,
    queryMemoryBytesMax: given.queryMemoryBytesMax ?? Math.round(memoryBytesMax / 2),
    querySecondsMax: given.querySecondsMax ?? 60,
    queriesMax: given.queriesMax ?? 8,
    bodyBytesMax: given.bodyBytesMax ?? 256 * MIB,
    resultBytesMax: given.resultBytesMax ?? 128 * MIB,
    keepFreeBytes: given.keepFreeBytes,
    cold: given.cold,
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * The first volume is the default policy's own, so that a table may change over; nothing moves by itself, since the
 * engine would choose by size and not by age.
 */
function storageConfiguration({ keepFreeBytes, cold }: EngineOptions): string[] {
  const hot = `<default><keep_free_space_bytes>${keepFreeBytes}</keep_free_space_bytes></default>`;
  if (cold === undefined) return [`  <storage_configuration><disks>${hot}</disks></storage_configuration>`];
  const disk = [
    `<path>${escapeXml(cold.folder.endsWith('/') ? cold.folder : `${cold.folder}/`)}</path>`,
    `<keep_free_space_bytes>${cold.keepFreeBytes}</keep_free_space_bytes>`,
  ].join('');
  return [
    '  <storage_configuration>',
    `    <disks>${hot}<${COLD_VOLUME}>${disk}</${COLD_VOLUME}></disks>`,
    `    <policies><${COLD_POLICY}><volumes>`,
    '      <default><disk>default</disk></default>',
    `      <${COLD_VOLUME}><disk>${COLD_VOLUME}</disk></${COLD_VOLUME}>`,
    `    </volumes><move_factor>0</move_factor></${COLD_POLICY}></policies>`,
    '  </storage_configuration>',
  ];
}

/** The engine's server configuration (what cannot be a setting of a query), as XML. */
export function serverConfiguration(options: EngineOptions): string {
  const entries: Readonly<Record<string, string | number>> = {
    timezone: 'UTC',
    max_server_memory_usage: options.memoryBytesMax,
    mark_cache_size: 128 * MIB,
    primary_index_cache_size: 128 * MIB,
    index_mark_cache_size: 32 * MIB,
    uncompressed_cache_size: 0,
    query_condition_cache_size: 16 * MIB,
    text_index_header_cache_size: 64 * MIB,
    text_index_tokens_cache_size: 64 * MIB,
    text_index_postings_cache_size: 64 * MIB,
    // Merges share two cores with inserts: few at once, each small enough to finish.
    background_pool_size: 2,
    background_merges_mutations_concurrency_ratio: 2,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    background_common_pool_size: 2,
    background_schedule_pool_size: 4,
  };
  const lines = Object.entries(entries).map(([name, value]) => `  <${name}>${value}</${name}>`);
  return [
    '<clickhouse>',
    ...lines,
    ...storageConfiguration(options),
    `  <backups><allowed_path>${escapeXml(options.backupFolder)}</allowed_path></backups>`,
    '</clickhouse>',
    '',
  ].join('\n');
}

/** Defaults of every statement; a request's own settings go on top. */
export function statementDefaults(options: EngineOptions): Readonly<Record<string, string>> {
  const spill = String(Math.round(options.queryMemoryBytesMax / 2));
  return {
    max_memory_usage: String(options.queryMemoryBytesMax),
    max_bytes_before_external_sort: spill,
    max_bytes_before_external_group_by: spill,
    max_execution_time: String(options.querySecondsMax),
  };
}
