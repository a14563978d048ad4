/** `vonggac response` in English. */
import { authorisationEn, authorisationHelpEn, responseBulkEn } from './authorisation-en.ts';
import type { ResponseAction } from '../../protocol/response-names.ts';
import type { ResponseState } from '../../registry/tables/response.ts';

export const responseEn = {
  authorisation: authorisationEn,
  bulk: responseBulkEn,
  none: 'There are no commands.',
  dryRun: 'rehearsal',
  askCode: (user: string) => `Code of the second factor of ${user}:`,
  askPassword: (user: string) => `Password of ${user}:`,
  needs: (action: string, option: string) => `${action} needs ${option}`,
  who: (by: string, decidedBy: string | undefined, reason: string) =>
    `by ${by}${decidedBy === undefined ? '' : `, decided by ${decidedBy}`}: ${reason}`,
  waits: (id: string) => `It waits for a second person: vonggac response approve ${id} --user NAME`,
  actions: {
    isolate: 'cut the host off from everything but its collector, for a time',
    release: 'end an isolation',
    'kill-process': 'end one process: number, begin and file must all fit',
    'quarantine-file': 'take a file out of the way; its SHA-256 must fit',
    'restore-file': 'put a file back that a command took away',
    'disable-account': 'lock a local account',
    'enable-account': 'undo that',
    'collect-bundle': 'collect facts: processes, connections, accounts, what starts by itself',
  } satisfies Record<ResponseAction, string>,
  states: {
    requested: 'waits for approval',
    approved: 'approved',
    rejected: 'rejected',
    sent: 'sent',
    accepted: 'under way',
    refused: 'REFUSED by the host',
    rehearsed: 'rehearsed',
    done: 'done',
    failed: 'FAILED',
    undone: 'undone',
    unknown: 'UNKNOWN',
    expired: 'expired',
  } satisfies Record<ResponseState, string>,
  columns: { action: 'ACTION', requested: 'ASKED', by: 'BY', decidedBy: 'DECIDED BY' },
};

export type ResponseMessages = typeof responseEn;

export const responseHelpEn = {
  ...authorisationHelpEn,
  response: 'commands to hosts: isolate, kill, quarantine, disable, collect; off until a host allows them',
  responseRequest: 'ask for a command; what takes something away waits for a second person',
  responseApprove: 'approve a command that somebody else asked for',
  responseReject: 'reject a command that waits',
  responseList: 'list commands and what became of them',
  responseShow: 'show one command and what the host said',
  responseRotateKey: 'sign commands with a new key; agents follow the statement of the one before',
  responseId: 'id of the command, or its first characters',
  responseAgent: 'id of the agent, or its first characters',
  responseUser: 'who you are; the password is asked for, or taken from VONGGAC_PASSWORD',
  responseReason: 'why; kept with the command at both ends',
  responseState: 'only those in this state',
  responseDryRun: 'the host says what it would do, and does nothing',
  responseMinutes: 'how long (default: 60); the host opens itself again',
  responsePid: 'number of the process',
  responseStarted: 'when it began, within two seconds',
  responseExe: 'the file it runs',
  responsePath: 'the file',
  responseSha256: 'SHA-256 of its content',
  responseOf: 'id of the command that took it away',
  responseAccount: 'name of the local account',
};
