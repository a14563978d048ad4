/** What a new rule begins with: all that the checks ask for, with an id of its own. */
export function ruleTemplate(id: string, day: string): string {
  return `title: Name What It Finds
id: ${id}
status: experimental
description: >-
  What it finds, and why that matters.
date: ${day}
tags:
  - attack.execution
  - attack.t1059
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\example.exe'
  condition: selection
falsepositives:
  - Unknown
level: medium
`;
}

/** A rule made of a query, with what a rule of the house needs beside it. */
export function completedRule(sigma: string, id: string, day: string): string {
  const lines = sigma.split('\n');
  const at = lines.findIndex((line) => line.startsWith('title:'));
  const own = lines.some((line) => line.startsWith('id:')) ? [] : [`id: ${id}`];
  return [...lines.slice(0, at + 1), ...own, `date: ${day}`, ...lines.slice(at + 1)].join('\n');
}
