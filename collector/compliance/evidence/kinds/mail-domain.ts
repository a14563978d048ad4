/**
 * Whether mail domains say who may send for them: SPF, and DMARC that asks for what fails to be turned away or only told.
 * The centre asks the name servers, where its settings allow it; of a past day nothing can be asked.
 */
import { z } from 'zod';
import { listFor, type AssessmentList } from '../assessment-lists.ts';
import { defineKind, type AnyEvidenceKind, type Finding } from '../evidence-kind.ts';
import type { MailPolicy } from '../evidence-sources.ts';
import { some } from '../fleet-kind.ts';

type Own = 'protected' | 'no-dmarc' | 'only-told' | 'no-spf' | 'no-answer' | 'not-allowed' | 'no-domains';

const schema = z.strictObject({
  /** DMARC must ask for what fails to be quarantined or rejected. */
  enforced: z.boolean().default(false),
});
type Asked = z.infer<typeof schema>;

interface Facts {
  lists: readonly AssessmentList[];
  /** Undefined: it may not be asked. */
  policies: ReadonlyMap<string, MailPolicy> | undefined;
}

const DOMAINS_MAX = 500;

export const mailDomainKind: AnyEvidenceKind = defineKind<Asked, Facts, Own>({
  kind: 'mail-domain',
  history: 'now',
  schema,
  reasons: {
    protected: { vi: 'Có SPF và DMARC: {domains}', en: 'SPF and DMARC are there: {domains}' },
    'no-dmarc': { vi: 'Không có bản ghi DMARC: {domains}', en: 'There is no DMARC record: {domains}' },
    'only-told': {
      vi: 'DMARC chỉ ở mức theo dõi (p=none): {domains}',
      en: 'DMARC only watches (p=none): {domains}',
    },
    'no-spf': { vi: 'Không có bản ghi SPF: {domains}', en: 'There is no SPF record: {domains}' },
    'no-answer': { vi: 'Máy chủ DNS không trả lời: {domains}', en: 'Name servers did not answer: {domains}' },
    'not-allowed': {
      vi: 'Trung tâm không được phép tra DNS (VONGGAC_MAIL_LOOKUPS)',
      en: 'The centre may not ask name servers (VONGGAC_MAIL_LOOKUPS)',
    },
    'no-domains': {
      vi: 'Danh sách "mail-domains" trống: hệ thống không có tên miền thư',
      en: 'The list "mail-domains" is empty: the system has no mail domain',
    },
  },
  async gather({ mail, lists: reader }, { systems, atMs }) {
    const lists = await reader.at(['mail-domains'], atMs);
    if (mail === undefined) return { lists, policies: undefined };
    const domains = new Set(systems.flatMap((system) => listFor(lists, 'mail-domains', system, atMs) ?? []));
    const policies = new Map<string, MailPolicy>();
    for (const domain of [...domains].slice(0, DOMAINS_MAX)) policies.set(domain, await mail.of(domain));
    return { lists, policies };
  },
  judge({ enforced }, { lists, policies }, system, { atMs }) {
    const of = (
      result: Finding['result'],
      code: Finding<Own>['reason']['code'],
      args: Record<string, string> = {},
    ): Finding<Own>[] => [{ subject: { kind: 'system' }, result, reason: { code, args }, atMs }];
    const domains = listFor(lists, 'mail-domains', system, atMs);
    if (domains === undefined) return of('not-assessed', 'list-missing', { list: 'mail-domains' });
    if (domains.length === 0) return of('not-applicable', 'no-domains');
    if (policies === undefined) return of('not-assessed', 'not-allowed');
    const those = (test: (policy: MailPolicy | undefined) => boolean): string[] =>
      domains.filter((one) => test(policies.get(one)));
    const wrong: readonly (readonly [Own, string[]])[] = [
      ['no-dmarc', those((policy) => policy?.kind === 'told' && dmarcOf(policy.dmarc) === undefined)],
      [
        'no-spf',
        those(
          (policy) => policy?.kind === 'told' && !policy.spf.some((text) => /^v=spf1(?:\s|$)/i.test(text)),
        ),
      ],
      [
        'only-told',
        enforced ? those((policy) => policy?.kind === 'told' && dmarcOf(policy.dmarc) === 'none') : [],
      ],
    ];
    const found = wrong.find(([, names]) => names.length > 0);
    if (found !== undefined) return of('not-met', found[0], { domains: some(found[1]) });
    const unknown = those((policy) => policy?.kind !== 'told');
    return unknown.length > 0
      ? of('not-assessed', 'no-answer', { domains: some(unknown) })
      : of('met', 'protected', { domains: some(domains) });
  },
  explain: ({ enforced }) => ({
    vi: `Bản ghi SPF và DMARC${enforced ? ' (p=quarantine hoặc p=reject)' : ''} của các tên miền trong danh sách "mail-domains", tra DNS lúc đánh giá (dig TXT _dmarc.TÊN-MIỀN)`,
    en: `SPF and DMARC records${enforced ? ' (p=quarantine or p=reject)' : ''} of the domains in the list "mail-domains", asked of name servers at the assessment (dig TXT _dmarc.DOMAIN)`,
  }),
});

/** What DMARC asks for (RFC 7489, section 6.3); undefined: there is no valid record, or there are several. */
function dmarcOf(records: readonly string[]): string | undefined {
  const own = records.filter((text) => /^v=DMARC1\s*(?:;|$)/.test(text));
  if (own.length !== 1) return undefined;
  return /;\s*p\s*=\s*(none|quarantine|reject)\s*(?:;|$)/i.exec(own[0] ?? '')?.[1]?.toLowerCase();
}
