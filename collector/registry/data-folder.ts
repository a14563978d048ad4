/** Names of what the collector keeps in its data folder. The folder is for its owner alone (mode 0700). */
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { KeyPurpose } from '../protocol/signing-key.ts';

export interface DataFolder {
  readonly path: string;
  readonly registry: string;
  readonly lock: string;
  readonly lockOwner: string;
  readonly socket: string;
  readonly certificate: string;
  readonly certificateKey: string;
  readonly nextCertificate: string;
  readonly nextCertificateKey: string;
  /** What is planned, and what old keys stated. */
  readonly certificateBook: string;
  /** Private keys that policies and commands are signed with, and those that take their place. */
  readonly signingKeys: Readonly<Record<KeyPurpose, { current: string; next: string }>>;
  /** What secrets of channels are sealed with. */
  readonly notifyKey: string;
  readonly initialPassword: string;
  /** Contents of attachments of cases. */
  readonly attachments: string;
  /** Inspection packs that are built or being built; each goes after its time. */
  readonly inspectionPacks: string;
  /** Packages of the agent that an administrator puts there for hosts to fetch. */
  readonly packages: string;
  /** Certificates that signatures on reports are traced to. */
  readonly reportTrust: string;
  /** What an administrator has confirmed of the forms of reports, where there is such a file. */
  readonly reportForms: string;
  /** An administrator's own file of legal clocks, where there is one. */
  readonly legalClocks: string;
  /** Where backups lie unless VONGGAC_BACKUP says otherwise. */
  readonly backup: string;
}

/** Names everything in the folder; makes nothing. */
export function dataFolder(dataDir: string): DataFolder {
  const folder = path.resolve(dataDir);
  return {
    path: folder,
    registry: path.join(folder, 'registry.sqlite'),
    lock: path.join(folder, 'lock.sqlite'),
    lockOwner: path.join(folder, 'lock.pid'),
    socket: path.join(folder, 'collector.sock'),
    certificate: path.join(folder, 'collector.crt'),
    certificateKey: path.join(folder, 'collector.key'),
    nextCertificate: path.join(folder, 'collector-next.crt'),
    nextCertificateKey: path.join(folder, 'collector-next.key'),
    certificateBook: path.join(folder, 'certificates.json'),
    signingKeys: {
      policy: { current: path.join(folder, 'policy.key'), next: path.join(folder, 'policy-next.key') },
      command: { current: path.join(folder, 'command.key'), next: path.join(folder, 'command-next.key') },
    },
    notifyKey: path.join(folder, 'notify.key'),
    attachments: path.join(folder, 'attachments'),
    inspectionPacks: path.join(folder, 'inspection-packs'),
    packages: path.join(folder, 'packages'),
    reportTrust: path.join(folder, 'report-trust'),
    reportForms: path.join(folder, 'report-forms.yml'),
    legalClocks: path.join(folder, 'legal-clocks.yml'),
    initialPassword: path.join(folder, 'initial-admin-password'),
    backup: path.join(folder, 'backup'),
  };
}

/** Those of what makes a collector known and able to read its own that are there. */
export function identityFiles(folder: DataFolder): string[] {
  return [
    folder.certificate,
    folder.certificateKey,
    folder.nextCertificate,
    folder.nextCertificateKey,
    folder.certificateBook,
    folder.legalClocks,
    folder.reportForms,
    folder.notifyKey,
    ...Object.values(folder.signingKeys).flatMap(({ current, next }) => [current, next]),
  ].filter((file) => existsSync(file));
}

/** The data folder cannot be used; the message says what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** Whoever may write the folder can put a file or a link of theirs in the place of ours. */
const OTHERS_WRITE = 0o002;

/** Makes the folder when it is missing. @throws DataFolderError when it is no folder, not writable, or anybody's */
export function prepareDataFolder(folder: DataFolder): void {
  try {
    if (!existsSync(folder.path)) {
      mkdirSync(folder.path, { recursive: true, mode: 0o700 });
      chmodSync(folder.path, 0o700);
    }
    const stat = statSync(folder.path);
    if (!stat.isDirectory()) {
      throw new DataFolderError(
        `data folder ${folder.path} is a file; choose another with --data or VONGGAC_DATA`,
      );
    }
    if (process.platform !== 'win32' && (stat.mode & OTHERS_WRITE) !== 0) {
      throw new DataFolderError(
        `data folder ${folder.path} can be written by every user of this machine: run "chmod 700" on it, or choose another with --data or VONGGAC_DATA`,
      );
    }
    accessSync(folder.path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    throw new DataFolderError(
      `data folder ${folder.path} cannot be written: give this user the right to, or choose another with --data or VONGGAC_DATA`,
      { cause: error },
    );
  }
}
