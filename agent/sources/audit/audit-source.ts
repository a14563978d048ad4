/** auditd's log: followed like any file, through rotation, with the records of one event joined. */
import { createFileSource, type FileSourceOptions } from '../file/file-source.ts';
import type { Source } from '../source.ts';
import { joinAudit, type JoinAuditOptions } from './join-audit.ts';

export const AUDIT_SOURCE = 'audit';

export type AuditSourceOptions = Omit<FileSourceOptions, 'name'> & JoinAuditOptions;

export function createAuditSource({ tickMs, onEvent, ...files }: AuditSourceOptions): Source {
  return joinAudit(createFileSource({ ...files, name: AUDIT_SOURCE }), { tickMs, onEvent });
}
