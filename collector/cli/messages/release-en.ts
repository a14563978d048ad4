/** `vonggac release` in English. */
const size = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;

interface GoodRelease {
  version: string;
  counter: number;
  until: string;
  platforms: string;
  signers: string;
  bytes: number;
}

export const releaseEn = {
  notPair: (text: string) => `"${text}" is no NAME=VALUE`,
  notPlatform: (name: string, known: string) => `"${name}" is no platform; there are ${known}`,
  notEmpty: (folder: string) => `${folder} has files already; choose another folder`,
  rootsMade: (file: string, version: number, keys: number, threshold: number) =>
    `${file}: list ${version} with ${keys} keys, of which ${threshold} must sign a release. Now its holders sign the list itself: "vonggac release sign ${file} --key KEY"${version > 1 ? ', those of the list before too' : ''}.`,
  made: (folder: string, version: string, builds: number, bytes: number) =>
    `${folder}: release ${version} for ${builds} platform${builds === 1 ? '' : 's'}, ${size(bytes)}, signed by nobody yet: "vonggac release sign ${folder}/release.json --key KEY".`,
  signed: (file: string, signatures: number) =>
    `${file} has ${signatures} signature${signatures === 1 ? '' : 's'} now.`,
  good: ({ version, counter, until, platforms, signers, bytes }: GoodRelease) =>
    `Release ${version} (number ${counter}) for ${platforms}, ${size(bytes)}, to be begun until ${until}: as it was signed by ${signers}.`,
  adding: (index: number, count: number, bytes: number) => `Payload ${index} of ${count}, ${size(bytes)}...`,
  added: (version: string, counter: number) =>
    `Release ${version} (number ${counter}) is kept. Nothing is let out yet: "vonggac update plan ${version}".`,
  withdrawn: (version: string) => `Release ${version} is withdrawn: it is not offered any more.`,
  none: 'No release is kept.',
  keys: (version: number, threshold: number, names: string) =>
    `List ${version}: ${threshold} of these sign a release: ${names}.`,
  states: { kept: 'kept', withdrawn: 'withdrawn' },
  columns: {
    version: 'VERSION',
    counter: 'NUMBER',
    platforms: 'PLATFORMS',
    until: 'TO BE BEGUN UNTIL',
    signed: 'SIGNED BY',
    added: 'ADDED',
  },
};
export type ReleaseMessages = typeof releaseEn;

export const releaseHelpEn = {
  release: 'releases of the agent: made and signed away from every collector, kept and handed out by it',
  releaseKeygen: 'make a key that signs releases; the last line is its public half',
  releaseRoots: 'write down whose keys make a release, and how many of them must sign',
  releaseRootsKey: 'name and public half of a key, e.g. "An=ed25519:..."; repeatable',
  releaseThreshold: 'so many different keys must sign, at least 2',
  releasePrevious: 'the file of lists that this one follows; holders of both sign it',
  releaseRootsOut: 'file to write; must not be there yet',
  releaseRootsFile: 'file of the lists of keys',
  releaseCreate: 'make a release of folders with what was built; same folders and facts, same release',
  releaseVersion: 'version of the agent inside, e.g. 0.2.0',
  releaseCounter: 'higher than that of every release before',
  releaseFromMin: 'oldest version that may be replaced by it',
  releaseRuntime: 'version of Node that it runs on',
  releaseBuild: 'folder of the agent for a platform, e.g. linux-x64=dist/agent; repeatable',
  releaseNode: 'folder of the runtime for a platform, for hosts that do not have it yet; repeatable',
  releaseDays: 'for how many days it may be begun',
  releaseNotes: 'what is new, for who lets it out',
  releaseOut: 'folder to write into; empty or not there yet',
  releaseSign: 'add a signature to a release, or to the last list of keys of a file',
  releaseFile: 'release.json of a release, or a file of lists of keys',
  releaseVerify:
    'say who signed a release, and read every file of it; exit code 1 when it is not to be taken',
  releaseFolder: 'folder of the release',
  releaseAdd:
    'keep a release on this collector, when enough of the keys have signed it; nothing is let out yet',
  releaseList: 'list the releases that are kept, and whose keys make one',
  releaseWithdraw: 'do not offer a release any more; hosts that run it keep it',
};
