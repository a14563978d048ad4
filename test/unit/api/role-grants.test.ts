import { describe, expect, it } from 'vitest';
import { holds, may } from '../../../collector/api/access.ts';
import { PERMISSIONS, type Permission } from '../../../collector/api/permissions.ts';
import { roleSchema } from '../../../collector/api/contract.ts';

const grantsOf = (role: (typeof roleSchema.options)[number]): string[] =>
  PERMISSIONS.filter((permission) => may(role, permission));
const changing = (permission: string): boolean => !permission.endsWith(':read');

describe('roles', () => {
  it('of an administrator may everything', () => {
    expect(grantsOf('administrator')).toEqual([...PERMISSIONS]);
  });

  it('that only look change nothing and read no personal data', () => {
    for (const role of ['agency-viewer', 'auditor'] as const) {
      expect(grantsOf(role).filter(changing)).toEqual([]);
      expect(may(role, 'personal:read')).toBe(false);
    }
  });

  it('of an agency run its own hosts, and nothing of the watch post', () => {
    expect(grantsOf('agency-operator').filter(changing)).toEqual([
      'agent:write',
      'compliance:write',
      'exception:request',
      'join-token:write',
      'personal:unmask',
      'report:write',
      'request:answer',
    ]);
  });

  it('of machines never approve, command, read personal data or make people', () => {
    const never: Permission[] = [
      'api-token:write',
      'compliance:approve',
      'exception:approve',
      'personal:read',
      'personal:unmask',
      'policy:write',
      'response:approve',
      'response:request',
      'retention:write',
      'user:write',
    ];
    for (const permission of never) expect([permission, may('api', permission)]).toEqual([permission, false]);
  });

  it('ask for an exception and approve it only above the analysts', () => {
    const approvers = roleSchema.options.filter((role) => may(role, 'exception:approve'));
    expect(approvers).toEqual(['administrator', 'soc-lead']);
  });
});

describe('a list of permissions', () => {
  it('takes away, and gives nothing that the role has not', () => {
    const token = { role: 'api', permissions: new Set<Permission>(['alert:read', 'user:write']) } as const;
    expect(PERMISSIONS.filter((permission) => holds(token, permission))).toEqual(['alert:read']);
  });
});
