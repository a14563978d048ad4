/** What the commands about expected machines say, in English. The Vietnamese part has the same shape. */

const many = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

export const installedEn = {
  columns: {
    expected: 'EXPECTED',
    installed: 'INSTALLED',
    missing: 'NOT INSTALLED',
    silent: 'SILENT',
    outdated: 'OLD VERSION',
    unlisted: 'NOT LISTED',
    id: 'ID',
    machine: 'MACHINE',
    place: 'PLACE',
    person: 'PERSON',
    state: 'STATE',
    since: 'SINCE',
    why: 'WHY',
    last: 'LAST',
    system: 'SYSTEM',
    times: 'TIMES',
    address: 'ADDRESS',
  },
  totals: ({
    expected,
    installed,
    missing,
  }: {
    expected: number | null;
    installed: number;
    missing: number | null;
  }) =>
    expected === null
      ? `${many(installed, 'host')} with an agent; how many there are to be is not known: "vonggac installed import FILE" or "vonggac installed count AGENCY N"`
      : `${installed} of ${expected} installed; ${many(missing ?? 0, 'is', 'are')} not`,
  unnamed: (count: number) =>
    `${many(count, 'machine')} of the number given ${count === 1 ? 'is' : 'are'} not on the list by name`,
  contradiction: (agency: string, listed: number, counted: number) =>
    `a contradiction: the list of ${agency} has ${many(listed, 'machine')}, the number given is ${counted}`,
  whichOnes: 'which ones: "vonggac installed --missing"',
  elsewhere: (agency: string) => `reports from ${agency}`,
  nothing:
    'no machine is expected and none has an agent yet: "vonggac installed import FILE" takes a list, "vonggac installed count AGENCY N" a number',
  removed: (count: number, dryRun: boolean) =>
    `${many(count, 'machine')} ${dryRun ? 'would be taken' : 'taken'} off the list`,
  counted: (machines: number | null) =>
    machines === null
      ? 'no number is held against that agency any more'
      : `${many(machines, 'machine')} expected there`,
  taken: (id: number) => `machine ${id} is off the list`,
  noRefusal: 'no host was refused',
};

export const installedHelpEn = {
  installed: 'which machines are to have an agent, which have one, and why the others do not',
  installedAgency: 'of this agency and those below it',
  installedMissing: 'only machines without an agent',
  installedState: 'only machines in these states',
  installedText: 'only machines with these words in name, place, person, tag or serial number',
  installedCsv: 'as CSV, as "installed import" reads it',
  installedImport: 'take a list of machines from a CSV file; all or nothing',
  installedImportAgency: 'agency of rows that name none; the topmost by default',
  installedReplace:
    'the file is the whole list of the agencies it names: what else is on theirs is taken off',
  installedExport: 'write the list with its states into a new CSV file, as import reads it',
  installedCount: 'say how many machines an agency has',
  installedMachines: 'how many, or "none" to take the number back',
  installedSource: 'where the number comes from',
  installedRemove: 'take a machine off the list',
  installedId: "the machine's number on the list",
  installedRefusals: 'hosts that were not let in, by what they said of themselves',
};
