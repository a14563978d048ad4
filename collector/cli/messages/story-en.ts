/** Attack stories in English. */
import type { CaseFault } from '../story/judge-story.ts';

const two = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
/** e.g. `+01:05:20`. */
export const offset = (seconds: number): string =>
  `+${two(seconds / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;

export const gapWords = (
  seconds: number,
  [second, minute, hour]: readonly [string, string, string],
): string =>
  seconds < 60
    ? `${seconds} ${second}`
    : seconds < 5_400
      ? `${Math.round(seconds / 60)} ${minute}`
      : `${Math.round(seconds / 360) / 10} ${hour}`;

export const storyEn = {
  needsFile:
    'name a file and its --source, or a story: vonggac replay --story NAME; --list shows the stories',
  needsSource: 'say what kind of log the file is: --source sshd, apache, linux-syslog or windows-xml',
  unknown: (name: string, known: readonly string[]) =>
    `there is no story "${name}"; there are: ${known.join(', ')}, and all for all of them`,
  oneWay: 'one of these at a time: a file, --story, --list or --remove-stories',
  onlyWithStory: (flag: string) => `${flag} goes with --story NAME only; without a story it would do nothing`,
  sourceOfFile: '--source says what kind of log a file is: name the file, or leave it out',
  badTime: (text: string) => `"${text}" is no time; write it as 2026-11-26T08:00:00+07:00`,
  future: 'the story would end in the future: begin it earlier, or leave --at out',
  speedAndAt: 'with --speed the story is told live and begins now: --at does not go with it',
  faults: (lines: readonly string[]) => [
    `The stories are not well made:`,
    ...lines.map((line) => `  ${line}`),
  ],
  columns: { name: 'Story', hosts: 'Hosts', steps: 'Steps', lasts: 'Lasts', title: 'What it is about' },
  lasts: (seconds: number) => gapWords(seconds, ['s', 'min', 'h']),
  starting: 'A collector of its own is started in a temporary folder; nothing of this reaches another one.',
  playing: (names: readonly string[], url: string) => `Told to ${url}: ${names.join(', ')}`,
  among:
    'Its hosts, events and alerts stand among real ones until "vonggac replay --remove-stories"; the events stay as long as all are kept.',
  stopped: (alerts: number) =>
    `Stopped before the story was told to its end; ${alerts === 1 ? '1 alert' : `${alerts} alerts`} had come of it.`,
  closes: '"vonggac replay --remove-stories" closes what is left of it in the queue.',
  timeline: 'What happens',
  step: (seconds: number, host: string, technique: string, what: string) =>
    `  ${offset(seconds)}  ${host}  ${technique}  ${what}`,
  alerts: 'Alerts that must come',
  found: '[ok]',
  missing: '[MISSING]',
  twice: (rows: number, times: number) => `[${rows} INSTEAD OF ${times}]`,
  loud: 'Rules that should have stayed quiet, and did not',
  more: 'Other alerts of its hosts',
  theCase: 'The one case',
  noCase: '  none is proposed',
  caseHead: (severity: string, alerts: number, hosts: readonly string[]) =>
    `  ${severity}, ${alerts} alerts on ${hosts.join(', ')}`,
  tactics: (tactics: readonly string[]) => `  ${tactics.join(' > ')}`,
  because: 'because of',
  begins: 'it begins here',
  before: (title: string, host: string, seconds: number) =>
    seconds === 0
      ? `as "${title}" on ${host}`
      : `as "${title}" on ${host}, ${gapWords(seconds, ['s', 'min', 'h'])} apart`,
  reasons: {
    process: (label: string) => `the same process ${label}`,
    file: (label: string) => `the same file ${label}`,
    domain: (label: string) => `the same name ${label}`,
    address: (label: string) => `the same address ${label}`,
    user: (label: string) => `the same account ${label}`,
    host: (label: string) => `the same host ${label} at the same time`,
  },
  lead: (from: string, to: string) => `  ${from} -> ${to}`,
  leftOut: 'Near it, and not of it',
  why: {
    minor: 'only at the same time on the same host, and not serious',
    common: 'what they share, many hosts have',
  },
  fault: (fault: CaseFault): string => {
    switch (fault.fault) {
      case 'none':
        return 'no case is proposed';
      case 'several':
        return `${fault.cases} cases instead of one`;
      case 'foreign':
        return `alerts of others are in it: ${fault.hosts.join(', ')}`;
      case 'host-missing':
        return `${fault.host} is not in it`;
      case 'alert-missing':
        return `${fault.rule} on ${fault.host} is not in it`;
      case 'tactics':
        return `its tactics are ${fault.found.join(', ')}, not ${fault.wanted.join(', ')} in this order`;
      case 'lead-missing':
        return `nothing of kind ${fault.by} leads from ${fault.from} to ${fault.to}`;
    }
  },
  verdict: 'What an analyst should say',
  holds: (name: string) => `${name}: everything that must come came.`,
  fails: (name: string) => `${name}: not all that must come came.`,
  sum: (held: number, of: number) => `${held} of ${of} stories hold.`,
  look: (url: string) => `Look at ${url}/alerts and ${url}/cases/proposals`,
  removeReason: 'an attack story, told for training',
  removed: (closed: number) =>
    closed === 0 ? 'No open alert of a story was left.' : `${closed} alerts of stories closed as benign.`,
};

export type StoryMessages = typeof storyEn;

export const storyHelpEn = {
  story: 'tell an attack story: made-up hosts send what an attack leaves behind; "all" for all of them',
  storyList: 'list the stories',
  storyDryRun:
    'in a collector of its own that is gone afterwards; exit code 1 when an alert or the case is not as it must be',
  storySpeed: 'live, so many minutes of the story in one; without it all is sent at once',
  storyAt: 'when it begins; without it so that it ends now',
  storyAmongReal: 'also into a collector with real hosts, whose queue then holds made-up alerts',
  storyRemove: 'close the alerts that stories left in the queue',
};
