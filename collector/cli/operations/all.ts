/** All operations by name. */
import { agencyCreate, agencyList } from './agency.ts';
import { agentList, agentRevoke, agentShow } from './agent.ts';
import { apiTokenCreate, apiTokenList, apiTokenRevoke } from './api-token.ts';
import { joinTokenCreate, joinTokenList, joinTokenRevoke } from './join-token.ts';
import { backupCreate, backupFolder, backupProgress } from './backup.ts';
import { anyOperation, type AnyOperation } from './operation.ts';
import { replayBegin, replayEnd } from './replay.ts';
import { simulateCount } from './simulate.ts';
import { status } from './status.ts';
import { userCreate, userDisable, userList, userResetPassword } from './user.ts';

const LIST: readonly AnyOperation[] = [
  anyOperation(joinTokenCreate),
  anyOperation(joinTokenList),
  anyOperation(joinTokenRevoke),
  anyOperation(agentList),
  anyOperation(agentShow),
  anyOperation(agentRevoke),
  anyOperation(apiTokenCreate),
  anyOperation(apiTokenList),
  anyOperation(apiTokenRevoke),
  anyOperation(userCreate),
  anyOperation(userList),
  anyOperation(userResetPassword),
  anyOperation(userDisable),
  anyOperation(agencyList),
  anyOperation(agencyCreate),
  anyOperation(backupCreate),
  anyOperation(backupProgress),
  anyOperation(backupFolder),
  anyOperation(simulateCount),
  anyOperation(status),
  anyOperation(replayBegin),
  anyOperation(replayEnd),
];

export const OPERATIONS: ReadonlyMap<string, AnyOperation> = new Map(
  LIST.map((operation) => [operation.name, operation]),
);
