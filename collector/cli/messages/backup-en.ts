/** The backup commands in English. */
const number = (count: number): string => count.toLocaleString('en');
const mebibytes = (bytes: number): string =>
  `${(bytes / 1_048_576).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`;

export const backupEn = {
  steps: {
    'control-plane': 'copying the control plane',
    events: 'copying events',
    digests: 'reading everything back',
    check: 'starting on what was restored',
    pack: 'packing',
    unpack: 'unpacking',
  },
  progress: (step: string, files: number, bytes: number, bytesTotal?: number) =>
    `${step}: ${number(files)} files, ${mebibytes(bytes)}${bytesTotal === undefined ? '' : ` of about ${mebibytes(bytesTotal)}`}`,
  wouldTake: (folder: string, bytes: number, free: number) =>
    `A backup would take about ${mebibytes(bytes)} in ${folder}, where ${mebibytes(free)} are free.`,
  wouldHold: (place: string, bytes: number) =>
    `The ClickHouse server would write about ${mebibytes(bytes)} at ${place}.`,
  wouldPack: (file: string, free: number) =>
    `It would be packed into ${file} (${mebibytes(free)} are free there), and removed from the folder as it goes.`,
  theArchive: 'the archive',
  made: (place: string, bytes: number) => `Backup made and read back: ${place} (${mebibytes(bytes)})`,
  held: (place: string, folder: string) =>
    `The events lie on the ClickHouse server, at ${place} in the folder ${folder}; "vonggac backup drill" reads them in full.`,
  heldPlain: (place: string) =>
    `Note: this file is encrypted, the events at ${place} are not: encrypt that disk or bucket on the server.`,
  heldWhole: (place: string) =>
    `The server has its copy of the events at ${place}; "vonggac backup drill" reads it in full.`,
  heldUnseen: (place: string) =>
    `The events lie at ${place} of a ClickHouse server: set VONGGAC_CLICKHOUSE_URL to have them looked at too.`,
  plainKey:
    'Note: it holds the private key that agents trust, unencrypted. Keep it as safe as the data folder, or use --recipient or --passphrase-file.',
  failed: (why: string) => `the backup failed: ${why}`,
  none: (folder: string) => `There are no backups in ${folder}.`,
  damaged: 'damaged',
  whole: (events: number, files: number) =>
    `Whole: ${number(files)} files as they were written, at least ${number(events)} events.`,
  restorable: (events: number, agents: number) =>
    `Restorable: started on a copy with ${number(events)} events and ${number(agents)} agents, then removed the copy.`,
  restored: (events: number, agents: number, made: string) =>
    `Restored: ${number(events)} events and ${number(agents)} agents, as of ${made}.`,
  movedTo: (folder: string) =>
    `What was there before lies in ${folder}; delete it when you no longer need it.`,
  next: 'Start the collector. Agents send again what they still keep; what is gone for good shows as loss ("vonggac ledger").',
  notEmpty: (dataDir: string) =>
    `${dataDir} has data: restore into another folder with --data, or move the data aside with --replace`,
  noSuch: (place: string) => `there is no backup at ${place}; "vonggac backup list" shows what there is`,
  exists: (file: string) => `${file} exists already: choose another name`,
  oneLock: 'choose either --passphrase-file or --recipient',
  emptyPassphrase: (file: string) => `${file} has no passphrase in its first line`,
  badRecipient: (text: string) => `"${text}" is not an age recipient (age1...)`,
  badIdentities: (file: string) => `${file} holds no age identity (AGE-SECRET-KEY-1...)`,
  onlyArchive: '--passphrase-file and --recipient need --to FILE',
  columns: { name: 'NAME', made: 'MADE', size: 'SIZE', events: 'EVENTS', version: 'VERSION' },
  size: mebibytes,
  events: number,
};

export type BackupMessages = typeof backupEn;

export const backupHelpEn = {
  backup: 'backups of everything: events, control plane, identity',
  backupCreate:
    'make a backup while the collector runs, or beside its idle data folder; it is read back at once',
  backupDryRun: 'say how much a backup would take and where, and make none',
  backupTo: 'write one file (tar) there instead of a folder in the backup folder',
  backupRecipient: 'encrypt for this age public key; repeatable',
  backupPassphrase: 'file whose first line is the passphrase to encrypt or decrypt with',
  backupIdentity: 'file with the age identities to decrypt with',
  backupList: 'list the backups in the backup folder (VONGGAC_BACKUP, else DATA/backup)',
  backupVerify: 'read a backup through and compare every file with its digest',
  backupDrill: 'restore into a scratch folder, start on it, and remove it again',
  backupScratch: 'where to make the scratch folder (default: the system temporary folder)',
  backupPlace: 'name as listed, a backup folder, or an archive file',
  restore: 'bring a backup back into a data folder no collector runs on',
  restoreReplace: 'move what is in the data folder aside first',
  restoreDryRun: 'check the backup and say what would be done',
};
