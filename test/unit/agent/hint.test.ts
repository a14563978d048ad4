import { expect, test } from 'vitest';
import type { ConfigEnvironment } from '../../../agent/config.ts';
import { hint } from '../../../agent/hint.ts';

const ROOT: ConfigEnvironment = {
  platform: 'linux',
  env: {},
  homeDir: '/root',
  privileged: true,
  workingDir: '/srv/vonggac',
};
const NPX: ConfigEnvironment = { ...ROOT, env: { npm_command: 'exec' } };

test.each([
  ['the usual state folder is not named', '/var/lib/vonggac-agent', ROOT, 'vonggac-agent run'],
  ['another one is', 'data/agent', ROOT, 'vonggac-agent run --state data/agent'],
  ['and quoted where a shell needs it', '/srv/a b', ROOT, 'vonggac-agent run --state "/srv/a b"'],
  ['a program called by npx is called so again', '/srv/a', NPX, 'npx vonggac-agent run --state /srv/a'],
])('%s', (_name, stateDir, environment, command) => {
  expect(hint('run', stateDir, environment)).toBe(command);
});
