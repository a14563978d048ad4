/** `vonggac demo` in English. */
const number = (count: number): string => count.toLocaleString('en');

export const demoEn = {
  notEmpty: (agencies: readonly string[]) =>
    `There are agencies in this collector already (${agencies.slice(0, 3).join(', ')}): a demonstration is never mixed with real data. Start a collector on a new folder: vonggac start --data demo/, then vonggac demo --data demo/`,
  tooFew: (least: number) => `the made-up province has at least ${least} hosts`,
  phases: {
    register: 'Agencies, systems and dossiers',
    hosts: 'Hosts enrol and tell of themselves',
  },
  progress: (told: number, of: number) => `  ${number(told)} of ${number(of)} hosts`,
  stopped: 'Stopped before all hosts were there; the next run needs a new data folder.',
  done: (made: {
    agencies: number;
    systems: number;
    hosts: number;
    silent: number;
    incident: string | null;
  }) => [
    `The province Minh Họa is there: ${made.agencies} agencies, ${made.systems} systems, ${number(made.hosts)} hosts (${made.silent} of them silent on purpose).`,
    'Nothing of it is real. Look at:',
    '  vonggac agency list                 the agencies',
    '  vonggac system list                 the systems and their levels',
    '  vonggac agent list                  the hosts',
    '  vonggac posture status              how they are configured',
    '  vonggac alert list                  what an analyst would look at first',
    ...(made.incident === null
      ? []
      : [
          `  vonggac case notice ${made.incident} --kind initial-24h --out notice.docx    the 24 hour notice of an incident`,
        ]),
    '  vonggac compliance assess           how systems stand by what their levels ask',
    '  vonggac compliance attest list      attestations that wait for a second person',
    '  vonggac system deadlines            what dossiers of levels are due',
    '  vonggac report --kind mau-08 --period 2026 --out mau-08.docx    the yearly report, as a preview',
  ],
  staying: 'The hosts stay connected until Ctrl-C; --once ends here.',
};

export type DemoMessages = typeof demoEn;

export const demoHelpEn = {
  demo: 'fill an empty collector with a made-up province: agencies, systems, hosts that report; to look around and to train',
  demoHosts: 'how many hosts',
  demoLogs: 'lines of logs of each host, over the day before',
  demoSeed: 'the same seed makes the same province',
  demoOnce: 'end when everything is told; else the hosts stay connected until Ctrl-C',
};
