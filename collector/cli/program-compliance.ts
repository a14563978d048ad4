/** `vonggac compliance` on the command line: each part adds its commands. */
import type { Command } from 'commander';
import { addComplianceAssess } from './program-compliance-assess.ts';
import { addComplianceCatalogue } from './program-compliance-catalogue.ts';
import { addAttest } from './program-dossier.ts';
import { addComplianceLists } from './program-compliance-lists.ts';
import type { SimulateProgram } from './program-simulate.ts';

export function addCompliance(program: Command, options: SimulateProgram): void {
  const compliance = options.add(program, 'compliance', options.help.compliance);
  addComplianceCatalogue(compliance, options);
  addComplianceAssess(compliance, options);
  addComplianceLists(compliance, options);
  addAttest(compliance, options);
}
