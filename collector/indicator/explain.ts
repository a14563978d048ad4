/** In words why an entry was refused, or is worth a look; in English, as the API speaks. */
import { PREFIX_MIN } from './canonical.ts';
import { INDICATOR_LIMITS, type IndicatorFault, type IndicatorWarning } from './indicator.ts';

const FAULTS: Readonly<Record<IndicatorFault, string>> = {
  empty: 'it says no value',
  'too-long': `it is longer than ${INDICATOR_LIMITS.valueCharsMax} characters`,
  'unknown-kind': 'its type is none of ip, domain, url, hash, email, and the value does not tell',
  'bad-address': 'it is no IPv4 or IPv6 address or network',
  'prefix-too-short': `the network is too wide: at least /${PREFIX_MIN.v4} (IPv4) or /${PREFIX_MIN.v6} (IPv6)`,
  'local-address': 'it is private, local or multicast: it is in every network',
  'bad-domain': 'it is no domain name',
  'public-suffix': 'anybody registers names below it',
  'bad-url': 'it is no http, https or ftp URL',
  'bad-hash': 'it is no MD5, SHA-1 or SHA-256',
  'empty-file-hash': 'it is the hash of an empty file, which every host has',
  'bad-email': 'it is no e-mail address',
  'bad-confidence': 'the confidence is no whole number from 0 to 100',
  'bad-date': 'it is no date or moment',
  'bad-tlp': 'it is no TLP level',
  'bad-pattern': 'its pattern cannot be read',
  'bad-row': 'the entry cannot be read',
  'common-value': 'everybody uses it (a public resolver, a large service, updates, a content network)',
  'own-value': 'the house has said that it is its own',
};

const WARNINGS: Readonly<Record<IndicatorWarning, string>> = {
  'shared-address': 'it lies in a content network, where many sites share each address',
  'shared-name': 'it lies below the name of a large service',
};

export function explainFault(fault: IndicatorFault): string {
  return FAULTS[fault];
}

export function explainWarning(warning: IndicatorWarning): string {
  return WARNINGS[warning];
}
