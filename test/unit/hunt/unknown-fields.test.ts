import { describe, expect, it } from 'vitest';
import { FIELD_ALIASES } from '../../../collector/hunt/field-aliases.ts';
import { unknownFields } from '../../../collector/hunt/unknown-fields.ts';

const KNOWN = ['message', 'host.name', 'TargetUserName', 'CommandLine', 'sc-status', 'LogonType', 'tags'];
const asked = (query: string) => unknownFields(query, FIELD_ALIASES, KNOWN);

describe('a field that no event has', () => {
  it.each([
    ['commandline: x', 'commandline', ['CommandLine']],
    ['LogonTyp: 3', 'LogonTyp', ['LogonType']],
    ['not (usr.name: an)', 'usr.name', ['user.name']],
    ['target_user_name: an', 'target_user_name', ['TargetUserName']],
    ['dns.question.name: x', 'dns.question.name', []],
    ['xy: 1', 'xy', []],
  ])('in %j is named with what is written alike', (query, field, near) => {
    expect(asked(query)).toEqual([{ field, near }]);
  });

  it('is none that is there by another name, a word, or every event’s', () => {
    expect(asked('user.name: an and process.command_line: *x* and powershell and host.name: pc')).toEqual([]);
  });

  it('is named once, and ten of them at most', () => {
    expect(asked('zz9: 1 or zz9: 2')).toHaveLength(1);
    const many = Array.from({ length: 30 }, (_none, n) => `nothing.like.this.${n}: 1`).join(' or ');
    expect(asked(many)).toHaveLength(10);
  });
});
