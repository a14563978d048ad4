/** `vonggac indicator source | own` in English. */
export const indicatorSourcesEn = {
  none: 'No indicator is there, and no source has defaults.',
  nothingToSet: 'say what is to be set: --confidence, --days, --tlp or --description',
  set: (name: string, version: number) =>
    `The defaults of ${name} hold for what comes from now on (version ${version}).`,
  noneOwn: 'Nothing is on the list of what is never to be an indicator.',
  addedOwn: (id: number, value: string) => `${value}, and what lies below it, will be no indicator (${id}).`,
  removedOwn: (id: number) => `Entry ${id} is off the list.`,
  columns: {
    days: 'DAYS',
    indicators: 'INDICATORS',
    retired: 'RETIRED',
    version: 'VERSION',
    description: 'DESCRIPTION',
    reason: 'REASON',
    added: 'ADDED',
  },
};

export const indicatorSourcesHelpEn = {
  indicatorSources: 'sources of indicators, and what is taken of each where its files do not say',
  indicatorSourceList: 'sources with their defaults and what each has in the register',
  indicatorSourceSet: 'set defaults of a source; what is left out stays, "none" takes one away',
  indicatorSourceName: 'the name of the source',
  indicatorAtVersion: 'only when it is still at this version (0: nobody has set any)',
  indicatorOwn: "the house's own names and addresses, which are never to be indicators",
  indicatorOwnList: 'what is on that list',
  indicatorOwnAdd: 'put a name (with all below it) or a network on the list',
  indicatorOwnValue: 'a domain name, an address or a network',
  indicatorOwnRemove: 'take an entry off the list',
  indicatorOwnId: 'its number in the list',
};
