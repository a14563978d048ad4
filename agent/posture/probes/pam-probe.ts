/** `pam`: modules in the stack of a service, with what its files include (pam.conf(5)). */
import path from 'node:path';
import type { z } from 'zod';
import type { pamTestSchema } from '#protocol/posture-tests.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { describeValue, judgeValue } from '../judge-value.ts';

interface PamLine {
  type: string;
  control: string;
  module: string;
  args: string[];
  place: string;
}

const DEPTH_MAX = 10;

export async function probePam(test: z.infer<typeof pamTestSchema>, view: HostView): Promise<Finding> {
  const { services, type, modules, present = true, controls, argument, value } = test;
  const [file] = await view.expand(services.map((service) => `/etc/pam.d/${service}`));
  if (file === undefined)
    throw new NotAssessedError('not-tellable', `there is no /etc/pam.d/${services.join(' | ')}`);
  const stack = await readStack(file, type, view, 0);
  const ours = stack.filter(({ module }) => modules.includes(module));
  const fitting = ours.filter(
    ({ control, args }) =>
      (controls === undefined || controls.includes(control)) &&
      (argument === undefined || hasArgument(args, argument, value)),
  );
  const about = [
    controls?.join(' | '),
    argument === undefined
      ? undefined
      : `${argument}${value === undefined ? '' : ` ${describeValue(value)}`}`,
  ].filter((part) => part !== undefined);
  return {
    ok: present === fitting.length > 0,
    observed:
      ours.length === 0
        ? `${file}: ${type} without ${modules.join(', ')}`
        : listed(
            ours.map(
              (line) =>
                `${line.type} ${line.control} ${line.module} ${line.args.join(' ')}`.trim() +
                ` (${line.place})`,
            ),
          ),
    expected: `${file}: ${type} ${present ? '' : 'without '}${modules.join(' | ')} ${about.join(' ')}`.trim(),
  };
}

function hasArgument(
  args: readonly string[],
  name: string,
  value: Parameters<typeof judgeValue>[1] | undefined,
): boolean {
  if (value === undefined) return args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const found = args.findLast((arg) => arg.startsWith(`${name}=`));
  return found !== undefined && judgeValue(found.slice(name.length + 1), value);
}

async function readStack(file: string, type: string, view: HostView, depth: number): Promise<PamLine[]> {
  if (depth > DEPTH_MAX) return [];
  const text = await view.text(file);
  const stack: PamLine[] = [];
  const folder = path.dirname(file);
  const include = async (name: string): Promise<void> => {
    const target = name.startsWith('/') ? name : `${folder}/${name}`;
    stack.push(...(await readStack(target, type, view, depth + 1)));
  };
  let number = 0;
  let carried = '';
  for (const raw of (text ?? '').split('\n')) {
    number += 1;
    const line = carried + raw.replace(/#.*$/, '').trim();
    carried = line.endsWith('\\') ? `${line.slice(0, -1)} ` : '';
    if (carried !== '' || line === '') continue;
    const [, whole] = /^@include\s+(\S+)$/.exec(line) ?? [];
    if (whole !== undefined) {
      await include(whole);
      continue;
    }
    const found = /^-?(\w+)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/.exec(line);
    const [, kind = '', control = '', target = '', rest = ''] = found ?? [];
    if (kind.toLowerCase() !== type) continue;
    if (control === 'include' || control === 'substack') await include(target);
    else
      stack.push({
        type,
        control,
        module: path.basename(target),
        args: rest.split(/\s+/).filter((part) => part !== ''),
        place: `${file}:${number}`,
      });
  }
  return stack;
}
