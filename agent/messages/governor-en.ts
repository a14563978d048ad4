/** What is said about what the agent costs and what it holds back, in English. */
import type { SlowReason } from '../governor/slowdowns.ts';
import type { WorkClass } from '../governor/work-class.ts';

export const governorEn = {
  help: {
    pause: 'hold scans, inventory and posture for a while; logs, change notices and everything urgent go on',
    for: 'how long: minutes, hours or days such as 30m, 2h, 1d; a week at most',
    resume: 'let scans go on before the pause is over',
  },
  paused: (until: string) =>
    `Scans, inventory and posture wait until ${until}. The agent sees this within a few seconds.`,
  resumed: 'Scans go on.',
  notPaused: 'There is no pause: scans go on as before.',
  badTime: (text: string) =>
    `"${text}" is not a time: write minutes, hours or days such as 30m, 2h, 1d (a week at most)`,
  budget: (cpu: string, cpuMax: string, rss: string, rssMax: string) =>
    `${cpu} % of the machine over the last minute (at most ${cpuMax} %), ${rss} with children (at most ${rssMax})`,
  pausedByRequest: (until: string) => `scans wait until ${until}, as asked; vonggac-agent resume ends it`,
  pausedOnBattery: 'scans wait: the machine runs on its battery',
  slowed: (subject: string, work: string, reason: string, seconds: string, since: string) =>
    `${subject} (${work}) waited ${seconds} s since ${since}: ${reason}`,
  work: { scan: 'scans', bulk: 'bulk', standard: 'standard', security: 'security' } satisfies Record<
    WorkClass,
    string
  >,
  reason: {
    cpu: 'CPU budget used up',
    memory: 'memory over its budget',
    battery: 'on battery',
    request: 'paused as asked',
  } satisfies Record<SlowReason, string>,
};
export type GovernorMessages = typeof governorEn;
