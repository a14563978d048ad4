/** `vonggac notify roster` and `vonggac notify escalation` in English. */
export const oncallEn = {
  noRosters: 'There are no rosters: "vonggac notify roster set FILE" writes one.',
  noEscalations: 'There are no escalations: "vonggac notify escalation set FILE" writes one.',
  set: (id: number, name: string) => `${id} (${name}) was written.`,
  removed: (name: string) => `${name} was removed.`,
  nobody: (when: string) => `${when}  nobody`,
  unreadable: (file: string, problem: string) => `${file} is not as docs/notify.md says: ${problem}`,
  step: (minutes: number, channelId: number, rosterId: number | undefined) =>
    `+${minutes} min channel ${channelId}${rosterId === undefined ? '' : ` roster ${rosterId}`}`,
  yes: 'yes',
  no: 'no',
  columns: { agency: 'AGENCY', layers: 'LAYERS', people: 'PEOPLE', enabled: 'ON', steps: 'STEPS' },
};

export const oncallHelpEn = {
  roster: 'rosters of who is on duty',
  rosterList: 'list the rosters',
  rosterShow: 'show one, as the file that "set" takes',
  rosterSet: 'write the roster that a JSON file describes (docs/notify.md), in place of one of its name',
  rosterRemove: 'remove a roster that no escalation goes by',
  rosterName: 'name or number of the roster',
  rosterOnDuty: 'say who is on duty',
  rosterAt: 'at this moment, not now',
  escalation: 'who is told one after the other until somebody acknowledges',
  escalationList: 'list the escalations',
  escalationShow: 'show one, as the file that "set" takes',
  escalationSet:
    'write the escalation that a JSON file describes (docs/notify.md), in place of one of its name',
  escalationRemove: 'remove an escalation; what is being told by it ends',
  escalationName: 'name or number of the escalation',
  oncallFile: 'the file; - reads standard input',
};
