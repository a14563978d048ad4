/** Asks one kind for one system, as an assessment does. */
import { expect } from 'vitest';
import { outsideText } from '../../../../collector/compliance/evidence/common-reasons.ts';
import type {
  AnyEvidenceKind,
  AssessedSystem,
  Finding,
  Moment,
  Parameters,
} from '../../../../collector/compliance/evidence/evidence-kind.ts';
import type { EvidenceSources } from '../../../../collector/compliance/evidence/evidence-sources.ts';
import { MOMENT } from '../a-system.ts';

/** Sources of which a test names those that its kind asks; any other one fails the test. */
export function someSources(sources: Partial<EvidenceSources>): EvidenceSources {
  return new Proxy(sources as EvidenceSources, {
    get(target, name, receiver) {
      if (!(name in target)) throw new Error(`the kind asks ${String(name)}, which the test does not have`);
      return Reflect.get(target, name, receiver);
    },
  });
}

export async function judgeKind(
  kind: AnyEvidenceKind,
  params: Parameters,
  {
    sources = {},
    system,
    moment = MOMENT,
  }: { sources?: Partial<EvidenceSources>; system: AssessedSystem; moment?: Moment },
): Promise<readonly Finding[]> {
  const scope = { ...moment, hosts: system.hosts, systems: [system] };
  const gathered = await kind.gather(someSources(sources), scope, [params]);
  const findings = gathered.judge(0, system);
  for (const { subject, reason } of findings)
    // Whoever sees a part only is told of the centre in words of its own, without places for figures.
    if (subject.kind === 'centre') expect(outsideText(reason.code, kind).vi).not.toMatch(/\{|Chi tiết/);
  return findings;
}

/** `host result reason`, a line each. */
export function shortFindings(findings: readonly Finding[]): string[] {
  return findings.map(({ subject, result, reason }) =>
    [subject.kind === 'host' ? subject.id : subject.kind, result, reason.code].join(' '),
  );
}
