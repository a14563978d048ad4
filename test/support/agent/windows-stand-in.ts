/**
 * A stand-in for Windows: a registry, an audit policy and logs in memory, and programs called auditpol, reg and wevtutil that
 * take and answer what Microsoft documents. It is not Windows; what it does not know fails with a code of its own.
 */
import fs from 'node:fs';
import type { Host } from '../../../agent/host/host.ts';
import type { ProgramResult } from '../../../agent/host/run-program.ts';
import { registryData } from '../../../agent/windows-audit/setting-state.ts';
import { longKey } from '../../../agent/windows/reg-file.ts';

export interface StandInLog {
  enabled: boolean;
  bytes: number;
}

export type StandInValue = {
  type: 'REG_DWORD' | 'REG_SZ' | 'REG_EXPAND_SZ' | 'REG_MULTI_SZ' | 'REG_BINARY';
  data: string;
};

const ok = (stdout = ''): ProgramResult => ({ kind: 'ended', code: 0, stdout, stderr: '', truncated: false });
const bad = (code: number, stderr = ''): ProgramResult => ({
  kind: 'ended',
  code,
  stdout: '',
  stderr,
  truncated: false,
});

export class WindowsStandIn {
  /** By long path as written; what is looked up ignores case. */
  readonly registry = new Map<string, Map<string, StandInValue>>();
  /** By number in upper case, 0 to 3. */
  readonly policy = new Map<string, number>();
  readonly logs = new Map<string, StandInLog>();
  /** Keys that may not be read, in lower case. */
  readonly forbidden = new Set<string>();
  /** What was asked, e.g. `reg add ...`. */
  readonly asked: string[] = [];
  /** By section and name, as `secedit /export` has them. */
  readonly secpol = new Map<string, string>();
  /** Rows that PowerShell answers, by section; what is not here it cannot tell. */
  readonly cim = new Map<string, readonly object[]>();
  /** Rules of the firewall that were added, as they were asked for. */
  readonly rules: string[] = [];
  /** By name: the XML it was made of. */
  readonly tasks = new Map<string, string>();
  /** Accounts that are switched off. */
  readonly inactive = new Set<string>();
  /** Other programs. */
  readonly programs = new Map<string, (args: readonly string[], stdin?: string) => ProgramResult>();

  get host(): Host {
    return {
      root: '/',
      platform: 'win32',
      run: (name, args, options) => {
        this.asked.push([name, ...args].join(' '));
        return Promise.resolve(this.#run(name, args, options?.stdin));
      },
    };
  }

  set(key: string, name: string, value: StandInValue): void {
    const found = this.#find(key);
    const path = found ?? longKey(key);
    const parts = path.split('\\');
    // Keys above come with it.
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const above = parts.slice(0, depth).join('\\');
      if (this.#find(above) === undefined) this.registry.set(above, new Map());
    }
    this.registry.get(path)?.set(name, value);
  }

  /** @param path key and name. @param state `dword 1`, `text x` */
  setState(path: string, state: string): void {
    const cut = path.lastIndexOf('\\');
    const { type, data } = registryData(state) ?? { type: 'REG_SZ', data: state };
    this.set(path.slice(0, cut), path.slice(cut + 1), { type: valueType(type), data });
  }

  value(key: string, name: string): string | undefined {
    return this.registry.get(this.#find(key) ?? '')?.get(name)?.data;
  }

  #find(key: string): string | undefined {
    const wanted = longKey(key).toLowerCase();
    return [...this.registry.keys()].find((path) => path.toLowerCase() === wanted);
  }

  #run(name: string, args: readonly string[], stdin?: string): ProgramResult {
    const other = this.programs.get(name);
    if (other !== undefined) return other(args, stdin);
    if (name === 'auditpol') return this.#auditpol(args);
    if (name === 'wevtutil') return this.#wevtutil(args);
    if (name === 'secedit') return this.#secedit(args);
    if (name === 'powershell') return this.#powershell(stdin ?? '');
    if (name === 'netsh') return this.#netsh(args);
    if (name === 'schtasks') return this.#schtasks(args);
    if (name === 'net') return this.#net(args);
    if (name === 'reg') return this.#reg(args);
    return { kind: 'absent' };
  }

  #secedit(args: readonly string[]): ProgramResult {
    const file = args[args.indexOf('/cfg') + 1] ?? '';
    const sections = Map.groupBy(this.secpol, ([name]) => name.split('\\')[0] ?? '');
    const text = [...sections].map(([section, values]) => {
      const lines = values.map(([name, value]) => `${name.split('\\')[1]} = ${value}\r\n`);
      return `[${section}]\r\n${lines.join('')}`;
    });
    fs.writeFileSync(file, Buffer.from(`\ufeff[Unicode]\r\nUnicode=yes\r\n${text.join('')}`, 'utf16le'));
    return ok();
  }

  #powershell(script: string): ProgramResult {
    const answers = [...script.matchAll(/^vonggac '(\w+)' /gm)].map(([, section = '']) => {
      const rows = this.cim.get(section);
      return rows === undefined
        ? `<<${section} no ${JSON.stringify('Không tìm thấy lớp')}>>`
        : `<<${section} ok ${JSON.stringify(rows)}>>`;
    });
    return ok(`${answers.join('\r\n')}\r\n`);
  }

  #netsh(args: readonly string[]): ProgramResult {
    const line = args.join(' ');
    const profile = /^advfirewall set (domain|private|public)profile state (on|off)$/.exec(line);
    if (profile !== null) {
      const key = { domain: 'DomainProfile', private: 'StandardProfile', public: 'PublicProfile' }[
        profile[1] ?? ''
      ];
      const place = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
      this.setState(`${place}\\${key}\\EnableFirewall`, `dword ${profile[2] === 'on' ? 1 : 0}`);
      return ok();
    }
    if (line.startsWith('advfirewall firewall add rule ')) {
      this.rules.push(line.slice('advfirewall firewall add rule '.length));
      return ok('Ok.');
    }
    if (!line.startsWith('advfirewall firewall delete rule name=')) return bad(1);
    const before = this.rules.length;
    const kept = this.rules.filter((rule) => !rule.startsWith(`${args[4] ?? ''} `));
    this.rules.splice(0, before, ...kept);
    return kept.length === before ? bad(1, 'Không có luật nào khớp.') : ok();
  }

  #schtasks([verb, ...args]: readonly string[]): ProgramResult {
    const name = args[args.indexOf('/tn') + 1] ?? '';
    if (verb === '/create') {
      const file = args[args.indexOf('/xml') + 1] ?? '';
      this.tasks.set(
        name,
        fs
          .readFileSync(file)
          .toString('utf16le')
          .replace(/^\ufeff/, ''),
      );
      return ok();
    }
    if (!this.tasks.has(name)) return bad(1, 'LỖI: Hệ thống không tìm thấy tệp.');
    if (verb === '/delete') this.tasks.delete(name);
    return ok();
  }

  #net([verb, name = '', state]: readonly string[]): ProgramResult {
    if (verb !== 'user' || !/^\/active:(yes|no)$/.test(state ?? '')) return bad(1);
    if (state === '/active:no') this.inactive.add(name);
    else this.inactive.delete(name);
    return ok();
  }

  #auditpol([verb, ...args]: readonly string[]): ProgramResult {
    const [file = ''] = args;
    if (verb === '/backup' && file.startsWith('/file:')) {
      const words = ['Không kiểm toán', 'Thành công', 'Thất bại', 'Thành công và thất bại'];
      const lines = [...this.policy].map(
        ([guid, bits]) => `MAY-01,System,"Tên, của mục",${guid.toLowerCase()},${words[bits]},,${bits}`,
      );
      const head =
        'Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value';
      fs.writeFileSync(
        file.slice('/file:'.length),
        [head, ...lines, ',,Option:CrashOnAuditFail,,Disabled,,0'].join('\r\n'),
      );
      return ok();
    }
    const guid = /^\/subcategory:(\{.*\})$/.exec(args[0] ?? '')?.[1]?.toUpperCase();
    if (verb !== '/set' || guid === undefined || !this.policy.has(guid))
      return bad(87, 'Tham số không đúng.');
    const on = (word: string, bit: number): number => (args.includes(`/${word}:enable`) ? bit : 0);
    this.policy.set(guid, on('success', 1) | on('failure', 2));
    return ok();
  }

  #wevtutil([verb, name = '', ...args]: readonly string[]): ProgramResult {
    const log = this.logs.get(name);
    if (log === undefined) return bad(15_007, `Failed to read configuration for log ${name}.`);
    if (verb === 'gl' && args[0] === '/f:xml')
      return ok(
        `<?xml version="1.0" encoding="UTF-8"?>\r\n<channel name="${name}" isolation="System" enabled="${log.enabled}" type="Operational" owningPublisher="" classic="false" xmlns="http://schemas.microsoft.com/win/2004/08/events">\r\n  <logging>\r\n    <autoBackup>false</autoBackup>\r\n    <maxSize>${log.bytes}</maxSize>\r\n  </logging>\r\n</channel>\r\n`,
      );
    if (verb !== 'sl') return bad(87);
    for (const arg of args) {
      if (arg.startsWith('/e:')) log.enabled = arg === '/e:true';
      if (arg.startsWith('/ms:')) log.bytes = Number(arg.slice(4));
    }
    return ok();
  }

  #reg([verb, key = '', ...args]: readonly string[]): ProgramResult {
    const path = this.#find(key);
    const wanted = longKey(key).toLowerCase();
    if (this.forbidden.has(wanted)) return bad(1, 'LỖI: Truy nhập bị từ chối.');
    const option = (name: string): string | undefined => {
      const at = args.indexOf(name);
      return at === -1 ? undefined : args[at + 1];
    };
    if (verb === 'add') {
      const type = option('/t');
      if (type !== 'REG_DWORD' && type !== 'REG_SZ' && type !== 'REG_BINARY' && type !== 'REG_EXPAND_SZ')
        return bad(1);
      this.set(key, option('/v') ?? '', { type, data: option('/d') ?? '' });
      return ok();
    }
    if (path === undefined) return bad(1, 'LỖI: Hệ thống không tìm thấy khóa.');
    const below = [...this.registry.keys()].filter((each) =>
      `${each.toLowerCase()}\\`.startsWith(`${wanted}\\`),
    );
    if (verb === 'query') {
      const direct = below.filter(
        (each) => each.slice(path.length + 1).split('\\').length === 1 && each !== path,
      );
      const values = [...(this.registry.get(path) ?? [])].map(([value, { type, data }]) => {
        const shown = type === 'REG_DWORD' ? `0x${Number(data).toString(16)}` : data;
        return `    ${value}    ${type}    ${shown}`;
      });
      return ok(['', path, ...values, '', ...direct, ''].join('\r\n'));
    }
    if (verb === 'export') {
      const text = below.toSorted().map((each) => exported(each, this.registry.get(each) ?? new Map()));
      const file = `Windows Registry Editor Version 5.00\r\n\r\n${text.join('\r\n')}`;
      fs.writeFileSync(args[0] ?? '', Buffer.from(`\ufeff${file}`, 'utf16le'));
      return ok();
    }
    if (verb !== 'delete') return bad(1);
    const name = option('/v');
    if (name === undefined) for (const each of below) this.registry.delete(each);
    else if (this.registry.get(path)?.delete(name) !== true) return bad(1);
    return ok();
  }
}

function valueType(type: string): StandInValue['type'] {
  const known = ['REG_DWORD', 'REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ', 'REG_BINARY'] as const;
  return known.find((each) => each === type) ?? 'REG_SZ';
}

function exported(key: string, values: ReadonlyMap<string, StandInValue>): string {
  const plain = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  const hex = (bytes: Buffer): string => (bytes.toString('hex').match(/../g) ?? []).join(',\\\r\n  ');
  const lines = [...values].map(([name, { type, data }]) => {
    const left = name === '' ? '@' : plain(name);
    if (type === 'REG_DWORD') return `${left}=dword:${Number(data).toString(16).padStart(8, '0')}`;
    if (type === 'REG_SZ') return `${left}=${plain(data)}`;
    if (type === 'REG_BINARY') return `${left}=hex:${hex(Buffer.from(data, 'hex'))}`;
    const text = type === 'REG_MULTI_SZ' ? `${data.replaceAll('\\0', '\0')}\0\0` : `${data}\0`;
    return `${left}=hex(${type === 'REG_MULTI_SZ' ? 7 : 2}):${hex(Buffer.from(text, 'utf16le'))}`;
  });
  return `[${key}]\r\n${lines.map((line) => `${line}\r\n`).join('')}`;
}
