/** `vonggac calendar` and `vonggac group` in English. */
export const calendarEn = {
  dayNames: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  none: 'No agency has a calendar of its own: the usual Vietnamese week holds (mon-fri, 07:00-18:00).',
  own: (agency: number) => `Agency ${agency} has a calendar of its own.`,
  inherited: (agency: number, of: number | null) =>
    of === null
      ? `Agency ${agency} goes by the usual Vietnamese week.`
      : `Agency ${agency} goes by the calendar of agency ${of}.`,
  week: (days: string, from: string, to: string, zone: string) => `At work ${days}, ${from}-${to} (${zone}).`,
  off: (year: number, days: string) => `Days off in ${year}: ${days}`,
  working: (year: number, days: string) => `Worked beside the week in ${year}: ${days}`,
  announced: (year: number, isAnnounced: boolean | null) =>
    isAnnounced === null
      ? `The public holidays of ${year} are not known here: set them with --off.`
      : isAnnounced
        ? `Public holidays of ${year} as announced for offices of the state; compare them with the announcement.`
        : `Public holidays of ${year} by the statute alone: correct them when they are announced.`,
  nothing:
    'say what is to change: --days, --hours, --time-zone, --off, --working, --usual or --vietnam-holidays',
  notDays: (text: string) => `"${text}" are not days of the week, e.g. mon-fri or mon-fri,sat`,
  notHours: (text: string) => `"${text}" are not working hours of one day, e.g. 07:00-17:30`,
  notDate: (text: string) => `"${text}" is not a date, e.g. 2027-02-05`,
  notProfile: (text: string, choices: string) => `"${text}" is none of: ${choices}`,
  yes: 'yes',
  no: 'no',
  noGroups: 'There are no agent groups; join tokens make them.',
  profiles: {
    always: 'always on',
    office: 'in working hours',
    usual: 'by its kind (servers and Linux always, others in working hours)',
  },
  profileSet: (group: string, expected: string) => `Hosts of group ${group} are expected: ${expected}.`,
  columns: {
    days: 'DAYS',
    hours: 'HOURS',
    timeZone: 'TIME ZONE',
    off: 'DAYS OFF',
    working: 'DAYS WORKED',
    holidays: 'PUBLIC HOLIDAYS',
    agents: 'AGENTS',
    expected: 'EXPECTED',
  },
};

export type CalendarMessages = typeof calendarEn;

export const calendarHelpEn = {
  calendar: 'when agencies are at work: hosts of offices are missed in that time only',
  calendarList: 'list agencies with a calendar of their own',
  calendarShow: 'the calendar an agency goes by, with days off and days worked of a year',
  calendarSet:
    'give an agency (with those under it) a calendar of its own, or change it; what is not named stays',
  calendarClear: "take an agency's own calendar away: it goes by the one above it",
  calendarAgency: 'id of the agency',
  calendarYear: 'year to show; this one by default',
  calendarDays: 'days of the week at work, e.g. mon-fri or mon-fri,sat',
  calendarHours: 'working hours, e.g. 07:00-17:30',
  calendarZone: 'time zone of the hours',
  calendarOff: 'further days off, e.g. 2027-04-29,2027-09-01',
  calendarWorking:
    'days that are worked after all, e.g. a Saturday in exchange; they go before every day off',
  calendarUsual: 'days that are as the week and the holidays say again',
  calendarHolidays: 'the public holidays of Vietnam are days off',
  calendarNoHolidays: 'the public holidays of Vietnam are days like others',
  groupCommand: 'agent groups, and when their hosts are expected',
  groupList: 'list agent groups',
  groupProfile: 'say when the hosts of a group are expected',
  groupProfileValue: '`always` on, in working hours of the `office`, or as `usual` by the kind of host',
};
