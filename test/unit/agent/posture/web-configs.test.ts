/** Configurations of Apache and nginx as trees: what is in force is what the programs themselves would say. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evaluate } from '../../../../agent/posture/evaluate.ts';
import { HostView } from '../../../../agent/posture/host-view.ts';
import { readApacheConfig } from '../../../../agent/posture/readers/apache-config.ts';
import type { Directive } from '../../../../agent/posture/readers/directives.ts';
import { readNginxConfig } from '../../../../agent/posture/readers/nginx-config.ts';
import { hostFolder, type HostFolder } from '../host/host-folder.ts';

/** `place: name arguments`, in order, of directives that are no frame. */
function flat(tree: readonly Directive[], frames: ReadonlySet<string> = new Set()): string[] {
  return tree.flatMap(({ name, args, place, inside }) => [
    ...(frames.has(name) ? [] : [`${path.basename(place)}: ${[name, ...args].join(' ')}`]),
    ...flat(inside ?? [], frames),
  ]);
}

let host: HostFolder;
let view: HostView;

beforeEach(() => {
  host = hostFolder();
  view = new HostView(host, Date.now);
});

afterEach(() => {
  host.remove();
});

test('what a policy expects is told in its own words', async () => {
  host.put('/etc/apache2/apache2.conf', 'ServerTokens Full\n');
  const test = { directive: 'ServerTokens', in: 'server' as const, value: { oneOf: ['Prod'] } };
  expect((await evaluate({ apache: test }, view, () => Promise.resolve())).findings).toMatchObject([
    { ok: false, expected: 'ServerTokens = Prod' },
  ]);
});

test('variables in braces end no block of nginx', async () => {
  host.put(
    '/etc/nginx/nginx.conf',
    [
      'http {',
      '  map $a $b { default "x;}"; ~*^a{2} y; }',
      '  server { return 301 https://${host}$request_uri; add_header A "b" always; # }',
      '    location ~ "^/a{2,3}$" { autoindex on; } }',
      '  server { add_header C d; }',
      '}',
    ].join('\n'),
  );
  const [http] = (await readNginxConfig(view)) ?? [];
  const servers = (http?.inside ?? []).filter(({ name }) => name === 'server');
  expect(servers.map(({ inside = [] }) => flat(inside))).toEqual([
    [
      'nginx.conf:3: return 301 https://${host}$request_uri',
      'nginx.conf:3: add_header A b always',
      'nginx.conf:4: location ~ ^/a{2,3}$',
      'nginx.conf:4: autoindex on',
    ],
    ['nginx.conf:5: add_header C d'],
  ]);
});

const APACHE = `
ServerName here.example
ErrorLog /dev/null
Define folder /srv/www
<IfDefine folder>
  Define site "vg.example"
</IfDefine>
<IfDefine !folder>
  TraceEnable On
</IfDefine>
<IfDefine NEVER>
  ServerSignature On
</IfDefine>
<IfModule log_config_module>
  LogFormat "%h" short
</IfModule>
<IfModule mod_version.c>
  Timeout 30
</IfModule>
<IfModule !core.c>
  Timeout 31
</IfModule>
<IfModule alias_module>
  Redirect /old /new
</IfModule>
<IfModule mod_userdir.c>
  UserDir public_html
</IfModule>
<Directory "\${folder}/">
  Require all denied
</Directory>
IncludeOptional conf-enabled/*.conf
UnDefine folder
<IfDefine folder>
  Timeout 32
</IfDefine>
`;

/** What there is of Apache's own way to say what is in force, on Debian. */
const MODULES = '/usr/lib/apache2/modules';

describe.each([
  { by: 'as it is known', really: false },
  { by: 'as apache2 says', really: true },
])('what is in force of Apache, $by', ({ really }) => {
  test.skipIf(really && !fs.existsSync('/usr/sbin/apache2'))(
    'is decided by modules and definitions',
    async () => {
      const names = ['info', 'alias', 'authz_core', 'mpm_event'];
      const loads = names.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so\n`).join('');
      host.put('/etc/apache2/apache2.conf', `${loads}${APACHE}`);
      host.put(
        '/etc/apache2/conf-enabled/a.conf',
        '<VirtualHost *:80>\n  ServerName ${site}\n</VirtualHost>\n',
      );
      const config = await readApacheConfig(view);
      const ours = flat(config?.tree ?? [], new Set(['loadmodule', 'define', 'undefine']));
      const wanted = really ? dumped(path.join(host.root, 'etc/apache2')) : WANTED;
      expect(ours).toEqual(wanted);
    },
  );
});

const WANTED = [
  'apache2.conf:6: servername here.example',
  'apache2.conf:7: errorlog /dev/null',
  'apache2.conf:19: logformat %h short',
  'apache2.conf:22: timeout 30',
  'apache2.conf:28: redirect /old /new',
  'apache2.conf:33: directory /srv/www/',
  'apache2.conf:34: require all denied',
  'a.conf:1: virtualhost *:80',
  'a.conf:2: servername vg.example',
];

/** Apache's own list of directives, written as `flat` writes ours. */
function dumped(folder: string): string[] {
  const args = ['-d', folder, '-f', 'apache2.conf', '-t', '-D', 'DUMP_CONFIG'];
  const text = execFileSync('/usr/sbin/apache2', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  let [file, line] = ['', ''];
  for (const each of text.split('\n').map((one) => one.trim())) {
    const [, inFile] = /^# In file: (.*)$/.exec(each) ?? [];
    const [, number] = /^#\s+(\d+):$/.exec(each) ?? [];
    if (inFile !== undefined) file = path.basename(inFile);
    else if (number !== undefined) line = number;
    else if (each !== '' && !each.startsWith('</')) {
      const [name = '', ...args] = each
        .replace(/^<(.*)>$/, '$1')
        .replaceAll('"', '')
        .split(/\s+/);
      lines.push(`${file}:${line}: ${[name.toLowerCase(), ...args].join(' ')}`);
    }
  }
  return lines;
}
