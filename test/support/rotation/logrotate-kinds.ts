/** Rotation as the real logrotate does it, in the ways its settings offer. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runProgram, type RotationKind } from './rotating-log.ts';

const KEPT = 10_000;

/** Settings of logrotate by the name of the log. */
const FORMS: readonly (Omit<RotationKind, 'rotate'> & { settings: readonly string[] })[] = [
  { name: 'logrotate-gzip', meanwhile: 'safe', settings: ['create', 'compress'] },
  { name: 'logrotate-delayed', meanwhile: 'safe', settings: ['create', 'compress', 'delaycompress'] },
  {
    name: 'logrotate-date-zstd',
    meanwhile: 'safe',
    // Two rotations in one second would have one name.
    everyMsMin: 1_100,
    settings: [
      'create',
      'dateext',
      'dateformat -%Y%m%d-%s',
      'compress',
      'compresscmd /usr/bin/zstd',
      'compressoptions --rm -q',
      'compressext .zst',
    ],
  },
  {
    name: 'logrotate-extension',
    meanwhile: 'safe',
    everyMsMin: 1_100,
    settings: ['create', 'dateext', 'dateformat -%Y%m%d-%s', 'extension .log'],
  },
  { name: 'logrotate-copytruncate', settings: ['copytruncate'] },
  { name: 'logrotate-copytruncate-gzip', settings: ['copytruncate', 'compress'] },
  { name: 'logrotate-copytruncate-at-once', meanwhile: 'at-risk', settings: ['copytruncate'] },
];

/** Why it cannot be used here; undefined when it can. */
export function logrotateMissing(): string | undefined {
  const found = spawnSync('logrotate', ['--version']);
  return found.error === undefined ? undefined : 'logrotate is not installed';
}

/** @param settingsFolder where its settings and state are kept, apart from the logs. */
export function logrotateKinds(settingsFolder: string): RotationKind[] {
  return FORMS.map(({ settings, ...kind }) => ({
    ...kind,
    rotate: async (file) => {
      const conf = path.join(settingsFolder, `${kind.name}.conf`);
      const body = ['missingok', 'ifempty', `rotate ${KEPT}`, ...settings];
      fs.writeFileSync(conf, `${file} {\n${body.map((line) => `  ${line}`).join('\n')}\n}\n`, {
        mode: 0o600,
      });
      await runProgram('logrotate', ['-f', '-s', path.join(settingsFolder, `${kind.name}.state`), conf]);
    },
  }));
}
