/** The plan for what is not met, as it is shown, and how one of its points becomes a request to the agency. */
import type { RequestTemplate } from '../request/request-template.ts';
import type { Status } from '../compliance/status.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import {
  findGap,
  isLate,
  listGaps,
  noteRequest,
  planGap,
  type Gap,
  type GapBy,
  type GapPlan,
  type GapQuery,
} from '../registry/compliance/gaps.ts';
import { readSnapshot } from '../registry/compliance/snapshots.ts';

import { isoTime } from '../registry/iso-time.ts';
import { RefusalError } from '../registry/refusal.ts';
import { createRequest, type RequestBy } from '../registry/requests/create-request.ts';
import { findSystem } from '../registry/system-book.ts';
import { showControl } from './compliance-words.ts';
import type { CompliancePorts } from './compliance-view.ts';
import type { GapView } from './contract-compliance-assessment.ts';

const DETAIL_CHARS_MAX = 500;
const HOSTS_NAMED_MAX = 10;

export async function showGaps(
  ports: CompliancePorts,
  scope: AgencyScope,
  query: GapQuery,
): Promise<GapView[]> {
  const statuses = statusReader(ports);
  const views: GapView[] = [];
  for (const gap of await listGaps(ports.registry, scope, query))
    views.push(await showGap(ports, gap, statuses));
  return views;
}

/** @throws RefusalError system-unknown, compliance-gap-unknown */
export async function showOneGap(
  ports: CompliancePorts,
  { systemId, control }: { systemId: number; control: string },
  scope: AgencyScope,
): Promise<GapView> {
  return showGap(ports, await findGap(ports.registry.db, systemId, control, scope));
}

/** @throws RefusalError system-unknown, compliance-control-unknown, version-conflict */
export async function setGap(
  ports: CompliancePorts,
  at: { systemId: number; control: string },
  plan: GapPlan,
  by: GapBy,
): Promise<GapView> {
  const { lawProfile } = await findSystem(ports.registry.db, at.systemId, by.scope);
  const profile = (await ports.compliance.profiles()).get(lawProfile);
  if (profile?.controls.some(({ id }) => id === at.control) !== true) {
    const said = `profile ${lawProfile} has no control ${at.control}`;
    throw new RefusalError('compliance-control-unknown', at.control, said);
  }
  return showGap(ports, await planGap(ports.registry, at, plan, by));
}

type StatusOf = (systemId: number, control: string) => Promise<Status | null>;

/** How controls stood when they were kept last; each system is read once. */
function statusReader({ registry }: CompliancePorts): StatusOf {
  const known = new Map<number, ReadonlyMap<string, Status>>();
  return async (systemId, control) => {
    let statuses = known.get(systemId);
    if (statuses === undefined) {
      const kept = await readSnapshot(registry.db, systemId);
      statuses = new Map((kept?.body.controls ?? []).map(({ id, status }) => [id, status]));
      known.set(systemId, statuses);
    }
    return statuses.get(control) ?? null;
  };
}

async function showGap(
  ports: CompliancePorts,
  gap: Gap,
  statusOf: StatusOf = statusReader(ports),
): Promise<GapView> {
  const { registry, compliance } = ports;
  const { id, systemId, systemName, control, owner, dueOn, note, state, requestId, version } = gap;
  return {
    id,
    systemId,
    systemName,
    control,
    owner,
    dueOn,
    note,
    state,
    requestId,
    version,
    title: await titleOf(compliance, control),
    status: await statusOf(systemId, control),
    late: isLate(gap, registry.now()),
    changedAt: isoTime(gap.changedMs),
    changedBy: gap.changedBy,
  };
}

async function titleOf(
  compliance: CompliancePorts['compliance'],
  control: string,
): Promise<{ vi: string; en: string }> {
  for (const { controls } of (await compliance.profiles()).values()) {
    const found = controls.find(({ id }) => id === control);
    if (found !== undefined) return found.title;
  }
  return { vi: control, en: control };
}

/**
 * Writes a draft to the agency that runs the system: what is asked, why it is not met, on which hosts, how to mend it.
 * @throws RefusalError compliance-gap-unknown, compliance-snapshot-unknown, request-invalid, version-conflict
 */
export async function requestGap(
  ports: CompliancePorts & { templates: readonly RequestTemplate[] },
  { systemId, control }: { systemId: number; control: string },
  by: RequestBy & GapBy,
): Promise<GapView> {
  const { registry, compliance, templates } = ports;
  const gap = await findGap(registry.db, systemId, control, by.scope);
  const system = await findSystem(registry.db, systemId, by.scope);
  const kept = await readSnapshot(registry.db, systemId);
  const found = kept?.body.controls.find(({ id }) => id === control);
  const inCatalogue = (await compliance.profiles())
    .get(system.lawProfile)
    ?.controls.find(({ id }) => id === control);
  if (kept === undefined || found === undefined || inCatalogue === undefined) {
    const said = `${control} of system ${systemId} was not assessed yet: take a snapshot first`;
    throw new RefusalError('compliance-snapshot-unknown', control, said);
  }
  // Whoever is asked sees a part of the tree.
  const why = showControl(found, inCatalogue, false).reason?.text.vi ?? '';
  const hosts = failingHosts(found.evidence);
  const detail = [`${system.name}, cấp độ ${kept.body.level ?? '-'}`, why, hosts]
    .filter((part) => part !== '')
    .join('. ');
  const made = await createRequest(
    registry,
    templates,
    {
      dueOn: gap.dueOn,
      severity: 'medium',
      gaps: [
        {
          kind: 'posture',
          ref: `control/${control}`,
          ruleId: `control/${control}`,
          tags: [],
          agencyId: system.operatorId ?? system.agencyId,
          agentId: null,
          hostname: null,
          title: `${control} ${inCatalogue.title.vi}`,
          detail: detail.slice(0, DETAIL_CHARS_MAX),
          advice: inCatalogue.remedy.vi.slice(0, DETAIL_CHARS_MAX),
          severity: 'medium',
          firstMs: kept.body.atMs,
          lastMs: kept.body.atMs,
        },
      ],
    },
    by,
  );
  return showGap(ports, await noteRequest(registry, gap, made.id, by));
}

function failingHosts(
  evidence: readonly {
    findings: readonly { subject: { kind: string; hostname?: string }; result: string }[];
  }[],
): string {
  const names = evidence.flatMap(({ findings }) =>
    findings.flatMap(({ subject, result }) =>
      result === 'not-met' && subject.hostname !== undefined ? [subject.hostname] : [],
    ),
  );
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return '';
  const more = distinct.length - HOSTS_NAMED_MAX;
  const said = distinct.slice(0, HOSTS_NAMED_MAX).join(', ');
  return `Máy chưa đạt: ${said}${more > 0 ? ` và ${more} máy khác` : ''}`;
}
