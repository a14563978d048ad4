/** `vonggac compliance lists` in English. */
export const complianceListsEn = {
  nobody: 'nobody gave it',
  scope: (agencyId: number | null, systemId: number | null): string =>
    systemId !== null ? `system ${systemId}` : agencyId !== null ? `agency ${agencyId}` : 'everybody',
  set: (kind: string, scope: string, entries: number): string =>
    `The list ${kind} for ${scope} has ${entries} entries now; assessments go by it from now on.`,
  dropped: (kind: string): string =>
    `Nobody gives the list ${kind} any more: what goes by it is not assessed.`,
  sure: (about: string): string =>
    `without the list (${about}) its controls are not assessed any more; repeat with --yes`,
  both: 'name --agency or --system, not both',
  badDay: (line: number, day: string): string => `line ${line}: "${day}" is no day such as 2027-03-31`,
  columns: { kind: 'LIST', about: 'ABOUT', scope: 'FOR', entries: 'ENTRIES', set: 'GIVEN' },
};
export type ComplianceListMessages = typeof complianceListsEn;

export const complianceListsHelpEn = {
  compliance: 'graded requirements: what is asked of systems, and what shows that it is met',
  complianceLists: 'lists that hosts are compared with: allowed software, addresses to administer from ...',
  complianceListList: 'all lists, also those that nobody gave yet',
  complianceListShow: 'the entries of a list, in the form that "set" takes',
  complianceListSet: 'give a list, in place of the one before; what held on past days stays known',
  complianceListDrop: 'take a list away: what goes by it is not assessed any more',
  complianceListKind: 'which list',
  complianceListAgency: 'for the systems of this agency only',
  complianceListSystem: 'for this system only; lists of everybody and of its agency count beside it',
  complianceListFile:
    'file with an entry on each line, "; 2027-03-31" after it for its last day; - for standard input',
  complianceListNote: 'why it is so, e.g. the decision',
  complianceListYes: 'do it',
};
