/** `vonggac bundle` in English. */
import type { BundleKind } from '../../bundle/bundle-manifest.ts';

const KIND: Record<BundleKind, string> = { rules: 'rules', indicators: 'indicators', release: 'release' };
const size = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

export const bundleEn = {
  onePassphrase: 'give --passphrase-file FILE, or --no-passphrase for a key that is not encrypted',
  exists: (file: string) => `${file} is there already; choose another name`,
  absent: (file: string) => `${file} is not there`,
  nothing: 'a bundle needs content: --rules, --indicators or --release',
  noPassphrase: (file: string) => `${file} is encrypted: give --passphrase-file`,
  keyMade: (file: string) =>
    `The private key is in ${file}: keep it off every network, and a copy of it. Its public half, which sites trust:`,
  keyBare: 'It is NOT encrypted: whoever copies the file signs in your name.',
  made: (file: string, files: number, bytes: number, keys: number) =>
    keys === 0
      ? `${file}: ${count(files, 'file')}, ${size(bytes)}, signed by nobody yet: "vonggac bundle sign" does that.`
      : `${file}: ${count(files, 'file')}, ${size(bytes)}, signed with ${count(keys, 'key')}.`,
  signed: (file: string, signatures: number) => `${file} has ${count(signatures, 'signature')} now.`,
  content: (kind: BundleKind, files: number, bytes: number) =>
    `${KIND[kind]}: ${count(files, 'file')}, ${size(bytes)}`,
  facts: {
    publisher: 'Publisher',
    stream: 'Stream and serial',
    title: 'Title',
    created: 'Made',
    notAfter: 'To be taken until',
    content: 'Content',
    signatures: 'Signatures',
    signers: 'Of them trusted',
  },
  good: 'The bundle is as it was signed, by keys that are trusted.',
  bad: (problem: string) => `The bundle is NOT to be taken: ${problem}`,
  trusted: (name: string, keys: number, threshold: number) =>
    `Bundles of ${name} are taken from now on when ${threshold} of ${count(keys, 'key')} signed.`,
  distrusted: (name: string) => `Bundles of ${name} are not taken any more; what was taken stays.`,
  noPublishers: 'No publisher is trusted: "vonggac bundle trust PUBLISHER KEY..." begins it.',
  noneTaken: 'No bundle was taken yet.',
  columns: {
    name: 'PUBLISHER',
    threshold: 'MUST SIGN',
    added: 'TRUSTED SINCE',
    by: 'BY',
    keys: 'KEYS',
    stream: 'STREAM',
    serial: 'SERIAL',
    taken: 'TAKEN',
    title: 'TITLE',
  },
};

export const bundleHelpEn = {
  bundle: 'signed bundles of rules, indicators and releases for sites without the internet',
  bundleKeygen: 'make the key that a publisher signs with; the last line is its public half',
  bundleKeyOut: 'file of the private key; must not exist',
  bundlePassphrase: 'file whose first line is the passphrase of the key; again for the next key',
  bundleNoPassphrase: 'do not encrypt the key',
  bundleCreate: 'make a bundle of files; the same files, facts and keys give the same bytes',
  bundlePublisher: 'name of the publisher, e.g. so-ttnt',
  bundleStream: 'what its bundles replace each other in, e.g. weekly',
  bundleSerial: 'above that of the bundle before',
  bundleRules: 'Sigma rules: a file or a folder; again for more',
  bundleIndicators: 'indicators as CSV, STIX 2.1 or MISP: a file or a folder; again for more',
  bundleRelease: 'packages of a release: a file or a folder; again for more',
  bundleKey: 'file of a private key to sign with',
  bundleDays: 'for how many days it may be taken',
  bundleCreated: 'when it was made, to make the same again',
  bundleTitle: 'a line for people',
  bundleOut: 'the bundle to write; must not exist',
  bundleSign: 'add the signature of a second person, after holding all files to the signed list',
  bundleFile: 'file of the bundle',
  bundleVerify: 'say what a bundle is and who signed it; exit code 1 when it is not to be taken',
  bundlePublicKey: 'public half of a key, ed25519:...',
  bundleThreshold: 'so many of the keys must have signed',
  bundleTrust: 'take bundles of a publisher who signs with these keys, in place of those before',
  bundleDistrust: 'take no more bundles of a publisher',
  bundlePublishers: 'list whom this site trusts',
  bundleTaken: 'list the bundles that were taken, newest first',
};
