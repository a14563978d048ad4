/** `vonggac indicator export --out FILE`: the register as a STIX 2.1 bundle. */
import type { IndicatorKind, Tlp } from '../../indicator/indicator.ts';
import { mayLeave, stixBundle } from '../../indicator/write-stix.ts';
import { call, type CommandContext } from '../command.ts';
import { indicatorExport } from '../operations/indicator-export.ts';
import { writeWhole } from '../whole-file.ts';

export interface IndicatorExportFlags {
  out: string;
  type?: IndicatorKind;
  source?: string;
  tag?: string;
  state?: 'active' | 'expired' | 'retired';
  tlpMax: Tlp;
}

export async function exportIndicatorsCommand(
  context: CommandContext,
  { out, type: kind, state: standing, ...rest }: IndicatorExportFlags,
): Promise<void> {
  const { m, print } = context;
  const { tlpMax } = rest;
  let written = 0;
  let withheld = 0;
  async function* pages() {
    let after: number | undefined;
    do {
      const { page, next } = await call(context, indicatorExport, { ...rest, kind, standing, after });
      const leaving = page.filter(({ tlp }) => mayLeave(tlp, tlpMax)).length;
      written += leaving;
      withheld += page.length - leaving;
      yield page;
      after = next;
    } while (after !== undefined);
  }
  await writeWhole(out, stixBundle(pages(), { tlpMax, nowMs: Date.now() }), m.indicator.unwritable);
  print(m.indicator.exported(written, withheld, out));
}
