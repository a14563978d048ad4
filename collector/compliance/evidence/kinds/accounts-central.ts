/** Whether accounts of hosts are kept in one place: Windows in a domain, Linux through a service that asks a directory. */
import { z } from 'zod';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { DIRECTORY_SERVICE, SERVICE_LOOK } from '../service-names.ts';
import { defineFleetKind, judgedAs, unreadPart } from '../fleet-kind.ts';

type Own = 'joined' | 'not-joined' | 'not-known';

export const accountsCentralKind: AnyEvidenceKind = defineFleetKind<Record<string, never>, Own>({
  kind: 'accounts-central',
  schema: z.strictObject({}),
  looks: [{ category: 'os', facts: ['domainJoined', 'domain'] }, SERVICE_LOOK],
  partialIsDoubt: false,
  reasons: {
    joined: { vi: 'Tài khoản quản lý tập trung: {by}', en: 'Accounts are kept in one place: {by}' },
    'not-joined': {
      vi: 'Máy không vào miền và không dùng dịch vụ danh bạ nào',
      en: 'The host is in no domain and asks no directory',
    },
    'not-known': {
      vi: 'Không rõ máy có vào miền hay không',
      en: 'Whether the host is in a domain is not known',
    },
  },
  explain: () => ({
    vi: 'Máy Windows đã vào miền, máy Linux chạy dịch vụ danh bạ (SSSD, Winbind ...)',
    en: 'Windows hosts in a domain, Linux hosts that run a directory service (SSSD, Winbind ...)',
  }),
  judge(_params, { picture, host }, own) {
    const os = own.items[0]?.facts;
    if (os?.['domainJoined'] === 'true')
      return judgedAs<Own>('met', 'joined', { by: os['domain'] ?? '' }, own.toldMs);
    if (os?.['domainJoined'] === 'false') return judgedAs<Own>('not-met', 'not-joined', {}, own.toldMs);
    const services = picture('service');
    if (services === undefined || services.state === 'failed' || host.platform !== 'linux')
      return judgedAs<Own>('not-assessed', 'not-known', {}, own.toldMs);
    const directory = services.items.find(({ key }) => DIRECTORY_SERVICE.test(key));
    return directory === undefined
      ? (unreadPart<Own>(services) ?? judgedAs<Own>('not-met', 'not-joined', {}, services.toldMs))
      : judgedAs<Own>('met', 'joined', { by: directory.key }, services.toldMs);
  },
});
