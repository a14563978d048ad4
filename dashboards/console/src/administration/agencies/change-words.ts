/** States, kinds, holdings and obstacles of changes by name, and a change in a line. */
import type { LabelOf, Text } from '../../i18n/messages.ts';
import { visibleString } from '../../text/visible-text.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { AgencyChange } from './agencies-api.ts';
import type { messages } from './changes-messages.ts';

type Label = LabelOf<typeof messages>;

export const changeState: Readonly<Record<AgencyChange['state'], readonly [Label, Tone]>> = {
  planned: ['changeState.planned', 'info'],
  applied: ['changeState.applied', 'good'],
  cancelled: ['changeState.cancelled', 'quiet'],
  reversed: ['changeState.reversed', 'quiet'],
};

export const changeKind: Readonly<Record<AgencyChange['kind'], Label>> = {
  merge: 'changeKind.merge',
  split: 'changeKind.split',
  rename: 'changeKind.rename',
};

/** The server's words for what an agency holds. */
const holdings = new Map<string, Label>([
  ['agents', 'holding.agents'],
  ['systems', 'holding.systems'],
  ['operated-systems', 'holding.operatedSystems'],
  ['users', 'holding.users'],
  ['api-tokens', 'holding.apiTokens'],
  ['join-tokens', 'holding.joinTokens'],
  ['alerts', 'holding.alerts'],
  ['silences', 'holding.silences'],
  ['alert-views', 'holding.alertViews'],
  ['hunts', 'holding.hunts'],
  ['requests', 'holding.requests'],
  ['issued-requests', 'holding.issuedRequests'],
  ['reports', 'holding.reports'],
  ['cases', 'holding.cases'],
  ['case-parties', 'holding.caseParties'],
  ['legal-clocks', 'holding.legalClocks'],
  ['exceptions', 'holding.exceptions'],
  ['exception-approvals', 'holding.exceptionApprovals'],
  ['rule-scopes', 'holding.ruleScopes'],
  ['channels', 'holding.channels'],
  ['rosters', 'holding.rosters'],
  ['external-groups', 'holding.externalGroups'],
  ['holds', 'holding.holds'],
  ['response-authorisations', 'holding.responseAuthorisations'],
  ['request-offices', 'holding.requestOffices'],
  ['quotas', 'holding.quotas'],
  ['bandwidth-caps', 'holding.bandwidthCaps'],
  ['expected-machines', 'holding.expectedMachines'],
  ['expected-counts', 'holding.expectedCounts'],
  ['enrol-refusals', 'holding.enrolRefusals'],
  ['calendars', 'holding.calendars'],
  ['budgets', 'holding.budgets'],
]);

const obstacles = new Map<string, Label>([
  ['unknown', 'obstacle.unknown'],
  ['ended', 'obstacle.ended'],
  ['root', 'obstacle.root'],
  ['cycle', 'obstacle.cycle'],
  ['twin', 'obstacle.twin'],
  ['system-twin', 'obstacle.systemTwin'],
  ['taken-twice', 'obstacle.takenTwice'],
  ['not-below', 'obstacle.notBelow'],
  ['too-early', 'obstacle.tooEarly'],
  ['nothing-to-do', 'obstacle.nothingToDo'],
  ['already-planned', 'obstacle.alreadyPlanned'],
  ['code', 'obstacle.code'],
  ['moved-since', 'obstacle.movedSince'],
  ['came-since', 'obstacle.cameSince'],
  ['later-change', 'obstacle.laterChange'],
  ['changed-since', 'obstacle.changedSince'],
  ['parent-ended', 'obstacle.parentEnded'],
  ['code-taken', 'obstacle.codeTaken'],
]);

/** A kind that this console does not know is shown as it came. */
export function holdingText(text: Text<typeof messages>, kind: string): string {
  const label = holdings.get(kind);
  return label === undefined ? visibleString(kind) : text(label);
}

export function obstacleText(text: Text<typeof messages>, code: string): string {
  const label = obstacles.get(code);
  return label === undefined ? visibleString(code) : text(label);
}

/** "Sở A vào Sở B" */
export function planText(
  text: Text<typeof messages>,
  plan: AgencyChange['plan'],
  nameOf: (id: number) => string,
): string {
  const named = (id: number) => visibleString(nameOf(id), 80);
  switch (plan.kind) {
    case 'merge':
      return text('treeChanges.mergeInto', {
        from: plan.sources.map(named).join(', '),
        into: 'agencyId' in plan.into ? named(plan.into.agencyId) : visibleString(plan.into.name, 80),
      });
    case 'rename':
      return text('treeChanges.renameTo', { from: named(plan.agencyId), into: visibleString(plan.name, 80) });
    case 'split':
      return text('treeChanges.splitOf', { from: named(plan.source), n: plan.parts.length });
  }
}
