/**
 * The project's own schema statements, as a cluster needs them. Written once for one machine, they are rendered here:
 * - `events` lies on the shards as replicated `events_local`; `events` is the Distributed table over them. Its sharding
 *   key is the batch number, so an insert goes to one shard as one block and stays one atomic part, and a repeated
 *   batch meets its deduplication token again. (By agent, a batch would be torn into one insert per shard.)
 * - every other table is small and is replicated whole to every node: one replication group over all shards.
 * A statement that is not understood is refused, never sent as it is.
 */

/** Reads and inserts name `events`; what changes its shape or its rows is sent to the tables beneath. */
const SHARDED = 'events';
const LOCAL = 'events_local';

/** A statement about tables that cannot be rendered for a cluster. */
export class ClusterStatementError extends Error {
  override readonly name = 'ClusterStatementError';
}

/** Comments before the first word tell people why; the engine needs them not. */
function withoutComments(statement: string): string {
  return statement
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .trim();
}

/** As a string literal: names are checked where the setting is read. */
export function onCluster(cluster: string): string {
  return `ON CLUSTER '${cluster}'`;
}

/** MergeTree with its arguments as the replicated engine of the same kind. */
function replicated(body: string, table: string): string {
  const path = table === SHARDED ? `{shard}/${LOCAL}` : table;
  const replica = table === SHARDED ? '{replica}' : '{shard}-{replica}';
  let engines = 0;
  const rendered = body.replace(
    /\bENGINE = (\w*)MergeTree(?:\(([^)]*)\))?/,
    (_engine, kind: string, parameters: string | undefined) => {
      engines += 1;
      const all = [`'/clickhouse/tables/{database}/${path}'`, `'${replica}'`];
      if (parameters !== undefined && parameters.trim() !== '') all.push(parameters.trim());
      return `ENGINE = Replicated${kind}MergeTree(${all.join(', ')})`;
    },
  );
  if (engines !== 1)
    throw new ClusterStatementError(`Table ${table} names no engine of the MergeTree family.`);
  // Replicas remember tokens in Keeper, together with the part: the setting of a lone table means nothing there.
  return rendered.replace(/\bnon_replicated_deduplication_window\b/, 'replicated_deduplication_window');
}

/** Made anew after each change of the table beneath: it holds no rows, only names and types. */
function distributed(cluster: string): string {
  return `CREATE OR REPLACE TABLE ${SHARDED} ${onCluster(cluster)} AS ${LOCAL}
ENGINE = Distributed('${cluster}', currentDatabase(), '${LOCAL}', batch)`;
}

function createTable(statement: string, cluster: string): string[] | undefined {
  const match = /^CREATE TABLE IF NOT EXISTS (\w+)\b([\s\S]*)$/i.exec(statement);
  const [, table, body] = match ?? [];
  if (table === undefined || body === undefined) return undefined;
  const name = table === SHARDED ? LOCAL : table;
  const create = `CREATE TABLE IF NOT EXISTS ${name} ${onCluster(cluster)}${replicated(body, table)}`;
  return table === SHARDED ? [create, distributed(cluster)] : [create];
}

function alterTable(statement: string, cluster: string): string[] | undefined {
  const match = /^ALTER TABLE (\w+)\b([\s\S]*)$/i.exec(statement);
  const [, table, change] = match ?? [];
  if (table === undefined || change === undefined) return undefined;
  if (table !== SHARDED) return [`ALTER TABLE ${table} ${onCluster(cluster)}${change}`];
  const alter = `ALTER TABLE ${LOCAL} ${onCluster(cluster)}${change}`;
  return /^\s*(ADD|DROP|MODIFY|RENAME)\s+COLUMN\b/im.test(change) ? [alter, distributed(cluster)] : [alter];
}

/** DROP and TRUNCATE of tables, views by name, and the lightweight delete. */
function other(statement: string, cluster: string): string[] | undefined {
  const view = /^(CREATE (?:OR REPLACE )?VIEW (?:IF NOT EXISTS )?\w+)\b([\s\S]*)$/i.exec(statement);
  if (view !== null) return [`${view[1]} ${onCluster(cluster)}${view[2]}`];
  const whole = /^(DROP (?:TABLE|VIEW) (?:IF EXISTS )?|TRUNCATE TABLE (?:IF EXISTS )?)(\w+)$/i.exec(
    statement,
  );
  if (whole !== null && whole[2] !== SHARDED) return [`${whole[1]}${whole[2]} ${onCluster(cluster)}`];
  const remove = /^DELETE FROM (\w+)\b([\s\S]*)$/i.exec(statement);
  if (remove === null) return undefined;
  return [`DELETE FROM ${remove[1] === SHARDED ? LOCAL : remove[1]} ${onCluster(cluster)}${remove[2]}`];
}

const SCHEMA = /^(CREATE|ALTER|DROP|TRUNCATE|DELETE|RENAME|OPTIMIZE|ATTACH|DETACH|EXCHANGE)\b/i;

/**
 * What to send in place of a statement. Inserts and what is not about tables go as they are.
 * @throws ClusterStatementError
 */
export function renderForCluster(text: string, cluster: string): string[] {
  const statement = withoutComments(text);
  if (!SCHEMA.test(statement)) return [text];
  const rendered =
    createTable(statement, cluster) ?? alterTable(statement, cluster) ?? other(statement, cluster);
  if (rendered === undefined) {
    throw new ClusterStatementError(`A cluster has no form of this statement: ${statement.slice(0, 80)}`);
  }
  return rendered;
}

/** Tables whose replicas a reader may have to wait for. */
export const REPLICATED_TABLES = [LOCAL, 'lane_mark', 'mark_checkpoint'] as const;

/** Resolved, every replica has what was stored before the statement began. */
export function syncStatements(cluster: string): string[] {
  return REPLICATED_TABLES.map((table) => `SYSTEM SYNC REPLICA ${onCluster(cluster)} ${table} LIGHTWEIGHT`);
}

/** A system table of all nodes, where one node's would not do. */
export function systemTable(name: string, cluster: string | undefined): string {
  return cluster === undefined ? `system.${name}` : `clusterAllReplicas('${cluster}', system.${name})`;
}
