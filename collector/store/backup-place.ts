/**
 * Where a ClickHouse server puts backups: a disk, a named collection for S3, or a folder, each allowed by the server's
 * own configuration. Names and paths are checked here, so they may stand in SQL; secrets stay with the server.
 */
export type BackupPlace =
  { kind: 'disk'; name: string } | { kind: 's3'; name: string } | { kind: 'file'; folder: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const FOLDER = /^\/[A-Za-z0-9._/-]{1,500}$/;
const PATH = /^[A-Za-z0-9._/-]{1,500}$/;

function leadsOut(path: string): boolean {
  return path.split('/').includes('..');
}

/** `disk:NAME`, `s3:COLLECTION` or `file:/FOLDER`. @returns undefined when it is none of them */
export function parseBackupPlace(text: string): BackupPlace | undefined {
  const at = text.indexOf(':');
  const [kind, name] = [text.slice(0, at), text.slice(at + 1)];
  if ((kind === 'disk' || kind === 's3') && NAME.test(name)) return { kind, name };
  if (kind === 'file' && FOLDER.test(name) && !leadsOut(name)) return { kind, folder: name };
  return undefined;
}

/** As it is set. */
export function placeText(place: BackupPlace): string {
  return `${place.kind}:${place.kind === 'file' ? place.folder : place.name}`;
}

/**
 * The place of one copy as BACKUP and RESTORE take it.
 * @param place undefined: the embedded engine's backup folder
 * @throws RangeError for a path that is not one of ours
 */
export function placeSql(place: BackupPlace | undefined, path: string): string {
  if (!PATH.test(path) || leadsOut(path)) throw new RangeError(`unexpected backup path ${path}`);
  switch (place?.kind) {
    case undefined:
      return `File('${path}')`;
    case 'disk':
      return `Disk('${place.name}', '${path}')`;
    case 's3':
      return `S3(${place.name}, '${path}')`;
    case 'file':
      return `File('${place.folder}/${path}')`;
  }
}

/** What the server's administrator has to write where the server does not know or allow the place. */
export function placeAdvice(place: BackupPlace): string {
  switch (place.kind) {
    case 'disk':
      return `The server must know the disk and allow backups on it, best a disk of its own; on every node a file such as /etc/clickhouse-server/config.d/vonggac-backup.xml:
<clickhouse>
  <storage_configuration><disks>
    <${place.name}><type>local</type><path>/mnt/backup/clickhouse/</path></${place.name}>
  </disks></storage_configuration>
  <backups><allowed_disk>${place.name}</allowed_disk></backups>
</clickhouse>`;
    case 's3':
      return `The server must have a named collection with the bucket and its keys; on every node a file such as /etc/clickhouse-server/config.d/vonggac-backup.xml:
<clickhouse>
  <named_collections>
    <${place.name}><url>https://s3.example.vn/bucket/vonggac</url><access_key_id>...</access_key_id><secret_access_key>...</secret_access_key></${place.name}>
  </named_collections>
</clickhouse>
and there: GRANT NAMED COLLECTION ON ${place.name} TO the user`;
    case 'file':
      return `The server must allow backups in that folder; on every node a file such as /etc/clickhouse-server/config.d/vonggac-backup.xml:
<clickhouse><backups><allowed_path>${place.folder}/</allowed_path></backups></clickhouse>`;
  }
}
