/** Who signs in on the stage: somebody of each role, in the province or in one agency. Names and passwords are made up. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { PersonRole } from '../../collector/api/contract.ts';
import { SiteClient } from './site-client.ts';

export const STAGE_PASSWORD = 'ba con thuyền trên sông Hàn';

export const STAGE_PEOPLE = {
  admin: { role: 'administrator', displayName: '' },
  /** What takes a second administrator. */
  'bui.an': { role: 'administrator', displayName: 'Bùi An' },
  'le.ha': { role: 'soc-lead', displayName: 'Lê Thị Hà' },
  'tran.binh': { role: 'analyst', displayName: 'Trần Văn Bình' },
  'do.kiem': { role: 'auditor', displayName: 'Đỗ Kiểm' },
  'pham.van': { role: 'agency-operator', displayName: 'Phạm Văn' },
  'ngo.xem': { role: 'agency-viewer', displayName: 'Ngô Xem' },
} as const satisfies Record<string, { role: PersonRole; displayName: string }>;
export type StagePerson = keyof typeof STAGE_PEOPLE;

const invitation = z.object({ invitation: z.string() });

/** Gives the first administrator a password. @returns their client, signed in */
export async function claimAdministrator(url: string, dataDir: string): Promise<SiteClient> {
  const client = new SiteClient(url);
  const current = (await readFile(path.join(dataDir, 'initial-admin-password'), 'utf8')).trim();
  await client.signIn('admin', current);
  await client.call('POST', '/password', { current, next: STAGE_PASSWORD });
  return client;
}

/** @param agencyId of the people who belong to one agency only */
export async function invitePeople(admin: SiteClient, url: string, agencyId: number): Promise<void> {
  for (const [username, { role, displayName }] of Object.entries(STAGE_PEOPLE)) {
    if (username === 'admin') continue;
    const made = invitation.parse(
      await admin.call('POST', '/users', {
        username,
        role,
        displayName,
        ...(role === 'agency-operator' || role === 'agency-viewer' ? { agencyId } : {}),
      }),
    );
    await new SiteClient(url).call('POST', '/invitations/accept', {
      invitation: made.invitation,
      password: STAGE_PASSWORD,
    });
  }
}
