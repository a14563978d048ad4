/** `vonggac compliance gaps list | plan | request`: who mends what is not met, until when. */
import type { GapView } from '../../api/contract-compliance-assessment.ts';
import type { GapState } from '../../registry/tables/compliance.ts';
import { call, type CommandContext } from '../command.ts';
import {
  complianceGapPlan,
  complianceGapRequest,
  complianceGaps,
} from '../operations/compliance-assessment.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';

export interface GapFlags {
  system?: number;
  agency?: number;
  late?: boolean;
  owner?: string;
  due?: string;
  note?: string;
  state?: GapState;
  json?: boolean;
}

export async function gapsCommand(
  context: CommandContext,
  { system, agency, late, json }: GapFlags,
): Promise<void> {
  const { m, print, language } = context;
  const t = m.complianceAssess;
  const query = { systemId: system, agencyId: agency, late: late === true };
  const { gaps } = await call(context, complianceGaps, query);
  if (json === true) return print(printableJson({ gaps }));
  if (gaps.length === 0) return print(t.noGaps);
  formatTable(gaps, [
    { title: t.columns.control, value: ({ control }) => control },
    { title: t.columns.system, value: ({ systemName }) => printable(systemName) },
    { title: t.columns.due, value: ({ dueOn, late: isLate }) => (isLate ? `${dueOn} !` : dueOn) },
    { title: t.columns.state, value: ({ state }) => t.gapStates[state] },
    { title: t.columns.status, value: ({ status }) => (status === null ? '-' : t.statuses[status]) },
    { title: t.columns.owner, value: ({ owner }) => printable(owner) },
    { title: t.columns.title, value: ({ title }) => printable(title[language]) },
  ]).forEach(print);
}

export async function gapPlanCommand(
  context: CommandContext,
  control: string,
  systemId: number,
  { owner = '', due = '', note = '', state = 'planned', json }: GapFlags,
): Promise<void> {
  const wanted = { systemId, control: control.toUpperCase(), owner, dueOn: due, note, state };
  tell(context, await call(context, complianceGapPlan, wanted), json === true);
}

export async function gapRequestCommand(
  context: CommandContext,
  control: string,
  systemId: number,
  { json }: GapFlags,
): Promise<void> {
  const wanted = { systemId, control: control.toUpperCase() };
  tell(context, await call(context, complianceGapRequest, wanted), json === true);
}

function tell({ m, print }: CommandContext, gap: GapView, json: boolean): void {
  if (json) return print(printableJson(gap));
  const t = m.complianceAssess;
  print(t.planned(gap.control, printable(gap.systemName), printable(gap.owner), gap.dueOn));
  if (gap.requestId !== null) print(t.requested(gap.requestId));
}
