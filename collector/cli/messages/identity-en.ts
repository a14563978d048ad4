/** What the commands about join tokens and agents say, in English. The Vietnamese catalogue has the same shape. */
export const identityHelpEn = {
  note: 'what the token is for, in your own words',
  needsApproval: 'hosts that enrol with it wait until somebody approves them',
  used: 'list every use: agent, address, time',
  agentIds: 'ids of agents, or their first characters',
  fromFile: 'file with an id at the beginning of each line; "#" begins a remark',
  dryRun: 'say whom it would concern, and do nothing',
  groupFilter: 'only agents of this group',
  stateFilter: 'only agents in this state; "active" is online and offline together',
  stale: 'only agents not heard of for so many days',
  agentApprove: 'let agents report that wait for approval; they come within half a minute, without a restart',
  allPending: 'all that wait, of the agency given or of all',
  sameHost: 'accept that agents run on hosts known before (all such proposals, when no id is given)',
  reason: 'why, for the audit trail',
  agentMove: 'put agents into another agency or group; events stored before stay where they are',
  moveGroup: 'group to put them in, made when it is new; "" takes them out of any',
  agentProposals: 'hosts that were set up anew: which new agent seems to be which old one',
  rejectSameHost: 'new agents that are not the old ones',
};

export const identityEn = {
  columns: {
    approve: 'APPROVAL',
    note: 'NOTE',
    token: 'TOKEN',
    agent: 'AGENT',
    address: 'ADDRESS',
    at: 'AT',
    newAgent: 'NEW AGENT',
    former: 'OLD AGENT',
    formerHost: 'OLD HOST NAME',
    agreeing: 'AGREES IN',
    remark: 'REMARK',
  },
  yes: 'yes',
  mustBeApproved: 'Hosts that enrol with it wait for "vonggac agent approve".',
  approved: 'Approved',
  replaced: 'Replaced',
  machine: 'Machine',
  alsoFrom: 'Also from it',
  agentApproved: (agent: { id: string; hostname: string }) =>
    `Agent ${agent.id} (${agent.hostname}) is approved.`,
  agentMoved: (agent: { id: string; hostname: string }) => `Agent ${agent.id} (${agent.hostname}) is moved.`,
  unchanged: (agent: { id: string; hostname: string }) =>
    `Agent ${agent.id} (${agent.hostname}) was so already.`,
  wouldBe: (agent: { id: string; hostname: string }) => `It would concern ${agent.id} (${agent.hostname}).`,
  nobodyNamed: 'name at least one agent, by its id or with --from-file',
  moveWhere: 'say where to: --agency, --group or both',
  formerAlive: 'the old agent is alive: two machines',
  sameHostAccepted: (pair: { id: string; hostname: string; formerId: string }) =>
    `Agent ${pair.id} (${pair.hostname}) takes over the host of ${pair.formerId}.`,
  sameHostRejected: (pair: { id: string; hostname: string; formerId: string }) =>
    `Agent ${pair.id} (${pair.hostname}) and ${pair.formerId} stay two hosts.`,
  nothingProposed: 'Nothing is proposed.',
};
