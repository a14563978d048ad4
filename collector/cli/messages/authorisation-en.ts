/** `vonggac response authorisations` and `vonggac response bulk` in English. */
import type { AuthorisationState, AutomaticOutcome } from '../../registry/tables/authorisation.ts';

export const authorisationEn = {
  none: 'There are no authorisations: nothing is done to a host without a person.',
  noActs: 'Nothing was done by it so far.',
  rehearsal: 'only tells',
  signed: (signer: string, sha256: string) => `signed by ${signer}, document ${sha256}`,
  valid: (from: string, to: string, fromTime: string, toTime: string, daysOff: boolean) =>
    `from ${from} to ${to}, ${fromTime} to ${toTime}${daysOff ? ' and all day on days off' : ''}`,
  does: (action: string, rules: string, agencyId: number) =>
    `${action} on workstations of agency ${agencyId} and below, by rules ${rules}`,
  limits: (hostsMax: number, breakerHosts: number, minutes: number) =>
    `at most ${hostsMax} hosts in 24 hours; stops itself at ${breakerHosts} within ${minutes} minutes`,
  waits: (id: string) =>
    `It waits for a second person: vonggac response authorisations approve ${id} --user NAME`,
  tripped: (id: string) =>
    `It stopped itself. Look at what was done; then: vonggac response authorisations resume ${id} --user NAME`,
  unreadable: (file: string, problem: string) => `${file} describes no authorisation: ${problem}`,
  states: {
    requested: 'waits for approval',
    active: 'in force',
    rejected: 'rejected',
    tripped: 'STOPPED ITSELF',
    revoked: 'ended',
  } satisfies Record<AuthorisationState, string>,
  outcomes: {
    commanded: 'commanded',
    would: 'would have',
    server: 'left alone: server',
    limit: 'left alone: daily limit',
    tripped: 'STOPPED ITSELF',
    already: 'done before',
  } satisfies Record<AutomaticOutcome, string>,
  columns: {
    agency: 'AGENCY',
    until: 'UNTIL',
    title: 'TITLE',
    at: 'AT',
    outcome: 'OUTCOME',
    alert: 'ALERT',
    command: 'COMMAND',
  },
};

export const responseBulkEn = {
  needsHosts: 'say which hosts: --agent, --agency, --group, --tag or --rule',
  preview: (total: number, changes: number) =>
    `Hosts found: ${total}; of these ${changes} would get the command. Nothing was asked for.`,
};

export const authorisationHelpEn = {
  authorisations: 'documents signed beforehand that let rules act on hosts without a person',
  authorisationsList: 'list authorisations, the newest first',
  authorisationsState: 'only those in this state',
  authorisationsShow: 'show one, with what was done by it',
  authorisationsId: 'id of the authorisation, or its first characters',
  authorisationsRequest: 'write down what was signed; it waits for a second person',
  authorisationsFile: 'JSON as docs/response.md says; - reads standard input',
  authorisationsApprove: 'bring one into force that somebody else wrote down',
  authorisationsReject: 'reject one that waits',
  authorisationsResume: 'let one go on that stopped itself',
  authorisationsEnd: 'end one at once; hosts that are cut off stay so until their time is over',
  authorisationsReason: 'why; kept with it',
  responseBulk: 'one command for many hosts, as a job',
  responseBulkAgent: 'id of an agent, or its first characters; may be given several times',
  responseBulkAgency: 'hosts of this agency and all below it',
  responseBulkGroup: 'hosts of this group',
  responseBulkTag: 'hosts with this tag',
  responseBulkRule: 'hosts of open alerts of this rule',
  responseBulkServers: 'servers too, and hosts of systems of level 3 and above',
  responseBulkDryRun: 'only say which hosts; nothing is asked for',
  responseBulkFollow: 'wait until the job has ended, and say what became of each host',
  responseJob: 'only those of this job',
};
