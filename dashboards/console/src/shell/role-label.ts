/** Roles by name. */
import type { Me } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';

export const roleLabel: Readonly<Record<Me['role'], LabelKey>> = {
  administrator: 'role.administrator',
  'soc-lead': 'role.socLead',
  analyst: 'role.analyst',
  'agency-operator': 'role.agencyOperator',
  'agency-viewer': 'role.agencyViewer',
  auditor: 'role.auditor',
  api: 'role.api',
};
