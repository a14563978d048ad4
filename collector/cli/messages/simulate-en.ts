/** `vonggac simulate` in English. */
const number = (count: number): string => count.toLocaleString('en');

export const simulateEn = {
  badToken:
    'this is not a whole join token: "vonggac join-token create --uses N" prints one as its last line',
  badUrl: 'the url must be that of a collector, e.g. https://127.0.0.1:8443',
  notHour: (text: string) => `"${text}" is not an hour of the day (0-23)`,
  phases: {
    enrol: 'Enrolling',
    connect: 'Connecting',
    send: 'Sending',
    settle: 'Waiting for the last acknowledgements',
  },
  progress: (state: {
    enrolled: number;
    online: number;
    sent: number;
    acked: number;
    p99AckMs: number | null;
    reconnects: number;
    failures: number;
  }) =>
    `  ${number(state.enrolled)} enrolled, ${number(state.online)} online, ${number(state.sent)} sent, ${number(state.acked)} acknowledged, p99 ${state.p99AckMs ?? '-'} ms, ${number(state.reconnects)} reconnects, ${number(state.failures)} failed connections`,
  unchecked:
    'The event store could not be asked (run this beside the collector, with its --data): lost is what was not acknowledged, duplicates were not looked for.',
  refused: (why: string) => `The collector does not enrol: ${why}`,
  tokenRefused: (agents: number) =>
    `The collector does not know this join token, or it is expired, revoked or used up: "vonggac join-token create --uses ${agents}" makes one for so many agents.`,
  needsApproval: (agents: number) =>
    `Agents of this join token wait for approval: "vonggac join-token create --uses ${agents}" makes one without.`,
  otherCollector: (url: string) =>
    `Who answers at ${url} shows another certificate than the join token names: the token is of another collector, or the address is.`,
  unreachable: (why: string) => `No collector answers at ${why}`,
  notAll: (online: number, agents: number) =>
    `Not all hosts came online in time: ${number(online)} at most, of ${number(agents)}.`,
};

export type SimulateMessages = typeof simulateEn;

export const simulateHelpEn = {
  simulate: 'load a collector with simulated agents; the result is one line of JSON, the last one printed',
  simulateAgents: 'how many agents',
  simulateEps: 'events a second, all agents together',
  simulateSeconds: 'how long they send',
  simulateUrl: 'where the collector is',
  simulateToken: 'a join token with enough uses',
  simulateProfile:
    'what kind of hosts they are; province: mostly office computers, few servers and domain controllers',
  simulateHour: 'hour of the day at which they begin: office computers are off at night',
  simulateSeed: 'the same seed makes the same records',
  simulateState: 'folder that keeps the identities for later runs',
};
